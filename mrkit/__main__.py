"""`python -m mrkit` is the command `mrkit`, for systems that do not find it by its name."""

import sys

from mrkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
