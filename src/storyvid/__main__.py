"""``python -m storyvid``. Kept empty of code: launchers pickle the task function, which must not live in ``__main__``."""

import sys

if __name__ == "__main__":
    try:
        from storyvid.cli import main
    except KeyboardInterrupt:  # nothing has begun
        sys.exit(130)
    sys.exit(main())
