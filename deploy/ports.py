"""Finding a free TCP port on the loopback address."""

import socket
from collections.abc import Iterable


def free_port(wanted: int, *, taken: Iterable[int] = (), tries: int = 100) -> int:
    """The first free port from ``wanted`` upwards, skipping ``taken``; 0 asks the system for any.

    Raises:
        OSError: none of ``tries`` ports is free.
    """
    skip = set(taken)
    candidates = [0] if wanted == 0 else [p for p in range(wanted, min(wanted + tries, 65536)) if p not in skip]
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port between {wanted} and {wanted + tries}")
