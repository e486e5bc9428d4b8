"""``python -m tests.transcoder.calm PROC``: the transcoder on a host that is never short of CPU.

Where a test ends one encoder, no other may have taken its place because the machine that runs the tests was busy.
"""

import sys
from functools import partial
from pathlib import Path

from transcoder import __main__

proc = Path(sys.argv[1])
(proc / "pressure").mkdir(parents=True)
(proc / "pressure" / "cpu").write_text("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
__main__.Load = partial(__main__.Load, proc, ())

if __name__ == "__main__":
    sys.exit(__main__.main())
