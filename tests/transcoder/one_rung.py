"""``python -m tests.transcoder.one_rung``: the transcoder with its lowest rung only, so that twenty cameras fit on two cores."""

import sys
from dataclasses import replace

from transcoder import __main__, ladder

ladder.DEFAULT = replace(ladder.DEFAULT, rungs=ladder.DEFAULT.rungs[:1])

if __name__ == "__main__":
    sys.exit(__main__.main())
