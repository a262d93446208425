"""The README's picture: the contact sheet of a finished run, with fewer colours so that the file stays small.

python docs/images/refresh.py outputs/the-last-lamp/<timestamp>/assembled/contact_sheet.png
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).with_name("contact_sheet.png")


def refresh(source: Path) -> int:
    """Write the picture beside this file with 256 colours; returns its size in bytes.

    Args:
        source: A contact sheet that storyvid wrote.
    """
    picture = Image.open(source).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG).save(TARGET, optimize=True)
    return TARGET.stat().st_size


if __name__ == "__main__":
    print(f"{TARGET.name}: {refresh(Path(sys.argv[1]))} bytes")
