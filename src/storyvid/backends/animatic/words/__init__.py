"""What a shot's words ask for: the place, the light, the weather and who is there.

Reading is by whole words in a fixed order of fields, most specific first. Words nobody knows change nothing: the shot
is then drawn with the defaults.
"""

from storyvid.backends.animatic.words.cast import Member
from storyvid.backends.animatic.words.reading import mentions, stable_seed
from storyvid.backends.animatic.words.shot import ShotWords, read_shot, with_spoken_camera

__all__ = ["Member", "ShotWords", "mentions", "read_shot", "stable_seed", "with_spoken_camera"]
