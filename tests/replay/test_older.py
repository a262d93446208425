"""What an older storyvid did not record is taken as it is here, and what could not be chosen then as it was."""

from __future__ import annotations

from storyvid.replay.older import fill, lacking
from tests.films import film, storyboard


def test_a_second_scale_and_a_shift_that_could_not_be_chosen_were_the_models_own() -> None:
    here = film(storyboard({}), "sampler.cfg_2=3", "sampler.flow_shift=8").config
    recorded = here.model_dump(mode="json")
    assert (fill(recorded, here)["sampler"]["cfg_2"], list(lacking(recorded, here))) == (3.0, [])
    del recorded["sampler"]["cfg_2"], recorded["sampler"]["flow_shift"], recorded["delivery"]["crf"]
    filled = fill(recorded, here)
    assert (filled["sampler"]["cfg_2"], filled["sampler"]["flow_shift"]) == (None, None)
    assert filled["delivery"]["crf"] == here.delivery.crf
    assert dict(lacking(recorded, here)) == {"sampler.cfg_2": None, "sampler.flow_shift": None, "delivery.crf": here.delivery.crf}


def test_colours_were_not_matched_before_they_could_be() -> None:
    here = film(storyboard({}), "backend.uses=[colour_match]").config
    recorded = here.model_dump(mode="json")
    assert fill(recorded, here)["continuity"] == recorded.pop("continuity")
    assert fill(recorded, here)["continuity"]["colour_match"] == "none"
