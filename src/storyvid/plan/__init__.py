"""The plan: frames, chunks, seeds and joins of every shot. Pure arithmetic; no torch, no file is read or written.

The plan asks a backend only for what its grid allows, and says everything that can't be done before anything is
downloaded. `make` goes through it; `planned` holds the result.
"""

from storyvid.plan.make import make_plan
from storyvid.plan.planned import ChunkPlan, Opening, Plan, ShotPlan, shot_place

__all__ = ["ChunkPlan", "Opening", "Plan", "ShotPlan", "make_plan", "shot_place"]
