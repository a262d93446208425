from __future__ import annotations

from storyvid.tables import columns


def test_cells_stand_below_each_other():
    assert columns([("shot", "what"), ("S01", ""), ("a long name", "x")]) == ["shot         what", "S01", "a long name  x"]
    assert columns([]) == []
