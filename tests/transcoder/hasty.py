"""``python -m tests.transcoder.hasty PROC``: the transcoder whose patience is short, on a host as short of CPU as
``PROC/pressure/cpu`` says.
"""

import sys
from functools import partial
from pathlib import Path

from transcoder import __main__, brownout, watching

watching.IDLE_S = 3.0
watching.STILLS_ONLY_S = 1.0
brownout.INTERVAL_S = 1.5
brownout.BEHIND_S = -1.0  # as if its encoders were late
brownout.State = partial(brownout.State, hold_s=2.0)
__main__.Load = partial(__main__.Load, Path(sys.argv[1]), ())

if __name__ == "__main__":
    sys.exit(__main__.main())
