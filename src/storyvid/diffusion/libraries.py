"""torch, diffusers and transformers, imported together before the first model is loaded."""

from __future__ import annotations

import gc
import importlib
import logging
from functools import cache


@cache
def import_libraries() -> None:
    """Import them without a word, and also what they only import when it is looked at.

    They then warn of each optional package that is not there. Without torchvision they resize with Pillow, as is meant here.
    """
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    gc.disable()  # thousands of modules come, and all stay: looking for garbage among them takes a tenth of the time
    try:
        for name in ("torch", "diffusers", "diffusers.pipelines.pipeline_utils"):
            importlib.import_module(name)
        transformers = importlib.import_module("transformers")
        _ = transformers.CLIPImageProcessor, transformers.SiglipImageProcessor  # the second is of text-to-picture pipelines
    finally:
        logging.disable(before)
        gc.freeze()  # nor are they looked through later, each time that weights are let go of
        gc.enable()
