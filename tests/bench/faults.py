"""How soon a fault of a camera is known, and how soon its picture is back once the fault has gone: every row of the fault tests.

All cameras are played by one transcoder at once, in its lowest rung, as in the tests; what is measured is what they judge. A fault
that leaves a picture stops nothing: for it the age of the newest picture is told instead.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from server.cameras.credentials import Vault
from tests.bench import host
from tests.bench.gaps import watching
from tests.bench.report import Figure
from tests.transcoder import faulty, test_faults
from tests.transcoder.test_faults import DETECTED_S, ENDS_S, FROZEN, FROZEN_TOLD_S, OTHERS_GAP_S, RECOVERED_S, Row


def measure(*, seconds: float = ENDS_S) -> Iterator[Figure]:
    """They are watched for ``seconds``; less than the default leaves no time to recover."""
    Path("var/bench").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir="var/bench") as name:
        desk = Path(name)
        seen, gap_s = watched(desk, seconds)
    for id_, row in test_faults.ROWS.items():
        yield from told(id_, row, seen[id_])
    yield Figure("another camera meanwhile: longest time between two parts", round(gap_s, 2), "s", OTHERS_GAP_S)


def watched(desk: Path, seconds: float) -> tuple[dict[str, faulty.Seen], float]:
    """What was seen of each camera, and the longest time between two parts of one that is well."""
    clips = {
        "usual": faulty.clip(desk / "usual.h264"),
        "other-size": faulty.clip(desk / "large.h264", size="640x480"),
        "other-codec": faulty.clip(desk / "other.h265"),
        "long-gop": faulty.clip(desk / "long.h264", gop=150, frames=150, b_frames=3),
    }
    with (
        faulty.canary() as (canary_port, _),
        host.transcoding(host.folder(desk, "host"), module=("tests.transcoder.one_rung",)) as transcoder,
        faulty.cameras(desk, test_faults.settings(clips, canary_port)) as (port, ready_at),
    ):
        faulty.register(transcoder, test_faults.IDS, port, Vault(transcoder.data_dir))
        with watching(transcoder.port, test_faults.WELL, (faulty.RUNG,)) as watcher:
            seen, _ = faulty.watch(transcoder, test_faults.IDS, ready_at, until_s=seconds)
            now = time.monotonic()
        begun = now - (time.time() - ready_at) + test_faults.BEGINS_S
        return seen, watcher.gap_s(begun, now, 1.0)


def told(id_: str, row: Row, seen: faulty.Seen) -> Iterator[Figure]:
    """The figures of one row; nothing is known of what never came, and that misses every target."""
    since_s = row.after_s or seen.starts[0]
    never = float("inf")
    if row.reasons:
        known = noticed_s(seen, since_s)
        yield Figure(f"{id_}: known after", round(known - since_s, 2), "s", DETECTED_S)
    elif id_ == FROZEN:
        frozen = [at_s for at_s, state, reason in seen.told if (state, reason) == ("stale", "picture_frozen")]
        yield Figure(f"{id_}: called stale after", round(min(frozen, default=never) - since_s, 2), "s", FROZEN_TOLD_S)
    else:
        lag_s = seen.lag_s(row.after_s, row.until_s)
        yield Figure(f"{id_}: its newest picture was at most so old", round(lag_s, 2), "s", DETECTED_S)
    back_s = seen.live_from(row.until_s)
    yield Figure(
        f"{id_}: picture back after", round((never if back_s is None else back_s) - row.until_s, 2), "s", RECOVERED_S
    )


def noticed_s(seen: faulty.Seen, since_s: float) -> float:
    """When it was first known; never, if it was not."""
    try:
        return seen.noticed_s(since_s)
    except ValueError:
        return float("inf")
