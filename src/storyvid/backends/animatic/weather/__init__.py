"""Rain, snow, fog, dust, wind and storm: what moves in the air, behind the subject and before it.

Grains keep their place in the world while the camera moves: they lie at depths of their own, so a pan moves all of them
alike and a truck the near ones more. Everything is a function of the clip time and the shot's seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storyvid.backends.animatic.light import Palette
from storyvid.backends.animatic.pieces import Piece
from storyvid.backends.animatic.setup import Setup
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.weather import banks, drifting, falling
from storyvid.backends.animatic.weather.grains import Layer, Window
from storyvid.backends.animatic.weather.lightning import Bolts, flash

__all__ = ["WEATHERS", "Weather"]

WEATHERS = ("clear", "rain", "snow", "fog", "dust", "wind", "storm")
WIND_STRENGTH = {"wind": 2.6, "storm": 3.4, "dust": 3.0, "snow": 1.2}


@dataclass
class Weather:
    """What falls or drifts in a shot.

    Attributes:
        kind: One of `WEATHERS`.
        palette: Colours of the shot.
        seed: Places of the grains and times of the lightning.
        setup: Where the camera stands.
        aspect: Width of the frame over the unit of size.
    """

    kind: str
    palette: Palette
    seed: int
    setup: Setup
    aspect: float
    _layers: dict[str, list[Layer]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        window = Window.of(self.setup, self.aspect)
        self._layers = {"behind": [], "before": []}
        for where, near in (("behind", False), ("before", True)):
            layers: list[Layer] = self._layers[where]
            if self.kind in {"rain", "storm"}:
                layers.append(falling.Rain(window, self.palette, self.seed, near, self.kind == "storm"))
            if self.kind in {"rain", "storm"} and not near:
                layers.append(falling.Splashes(window, self.palette, self.seed))
            if self.kind == "snow":
                layers.append(falling.Snow(window, self.palette, self.seed, near))
            if self.kind in {"fog", "dust"}:
                layers.append(banks.Banks(window, self.palette, self.seed, near, self.kind == "dust"))
            if self.kind == "dust":
                layers.append(drifting.Dust(window, self.palette, self.seed, near))
            if self.kind == "wind":
                layers.append(drifting.Leaves(window, self.palette, self.seed, near))

    @property
    def wind(self) -> float:
        """Strength of the wind; 1 is a breeze."""
        return WIND_STRENGTH.get(self.kind, 1.0)

    @property
    def pieces(self) -> list[Piece]:
        """What belongs among the far things: bolts of lightning."""
        return [Bolts(self.seed, self.palette)] if self.kind == "storm" else []

    def paint_behind(self, view: View) -> None:
        """Paint what is in the air behind the subject."""
        for layer in self._layers["behind"]:
            layer.paint(view)

    def paint_before(self, view: View) -> None:
        """Paint what is in the air between the subject and the lens, and light the frame up where lightning strikes."""
        for layer in self._layers["before"]:
            layer.paint(view)
        if self.kind == "storm":
            flash(view, self.seed)
