"""``python -m tests.bench.two_rungs``: the transcoder without its tallest rung, to see what that one costs."""

import sys
from dataclasses import replace

from transcoder import __main__, ladder

ladder.DEFAULT = replace(ladder.DEFAULT, rungs=ladder.DEFAULT.rungs[:2])

if __name__ == "__main__":
    sys.exit(__main__.main())
