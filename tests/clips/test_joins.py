"""Where chunks are cut: what the plan counted on and what the loop does agree."""

from __future__ import annotations

import pytest

from storyvid.clips.joins import dropped_frames, surplus_frames
from tests.films import film, storyboard


@pytest.mark.parametrize("shot_id", ["S01", "S02", "S03"])
def test_the_cuts_are_the_plans(tmp_path, shot_id):
    (tmp_path / "a.png").touch()
    shots = {}, {"continuity": "continue"}, {"continuity": {"image": "a.png"}}
    prepared = film(storyboard(*shots), "backend.max_frames=40", "backend.limits.overlap_frames=3", folder=tmp_path)
    planned = next(shot for shot in prepared.plan.shots if shot.shot.id == shot_id)
    request, limits = prepared.requests[shot_id], prepared.config.backend.limits
    assert len(planned.chunks) > 1
    assert [(chunk.dropped_frames, chunk.surplus_frames) for chunk in planned.chunks] == [
        (dropped_frames(request, chunk, limits), surplus_frames(request, chunk, limits)) for chunk in request.chunks
    ]
