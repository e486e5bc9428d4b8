"""``python -m tests.bench.altered NAME…``: the transcoder with something changed, so that one thing can be measured without another.

``unspared``: a host that is short of CPU takes nothing from anybody. ``two_rungs``: there is no tallest rung. ``restless``: a rung is let
go when it was not asked for in 5 s, instead of a minute.
"""

import sys
from dataclasses import replace

from transcoder import __main__, brownout, ladder, watching


def unspared() -> None:
    brownout.decide = lambda _running, state, **_: ({}, state)


def two_rungs() -> None:
    ladder.DEFAULT = replace(ladder.DEFAULT, rungs=ladder.DEFAULT.rungs[:2])


def restless() -> None:
    watching.IDLE_S = 5.0


CHANGES = {change.__name__: change for change in (unspared, two_rungs, restless)}


def altered(*names: str) -> tuple[str, ...]:
    """The module and its arguments, for whoever starts it."""
    return (__spec__.name, *names)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        CHANGES[name]()
    sys.exit(__main__.main())
