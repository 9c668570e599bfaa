"""`python -m tests.bench.program`."""

import sys

from tests.bench.program import main

if __name__ == "__main__":
    sys.exit(main())
