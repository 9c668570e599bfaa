"""`python -m mrkit.bench`."""

import sys

from mrkit.bench import main

if __name__ == "__main__":
    sys.exit(main())
