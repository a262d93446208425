"""``python -m storyvid``. Kept empty of code: launchers pickle the task function, which must not live in ``__main__``."""

import sys

from storyvid.cli import main

if __name__ == "__main__":
    sys.exit(main())
