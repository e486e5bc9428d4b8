"""The one door to receivers: one POST to a checked address, answered within ``TOTAL_S`` or cut off.

Nothing but the status is read of the answer. Redirects, proxies and cookies do not exist here; a certificate has to
be good for the host's name.
"""

import socket
import ssl
import threading
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.util.ssl_match_hostname import CertificateError

from server.webhooks.address import Target

CONNECT_S = 5.0  # and the longest silence
TOTAL_S = 10.0


class PostFailed(Exception):
    """No answer; the text is a code: ``unreachable``, ``certificate``, ``no_answer``."""


def post(target: Target, address: str, body: bytes, headers: dict[str, str], *, total_s: float = TOTAL_S) -> int:
    """The status of the answer. Raises PostFailed."""
    connection = _connection(target, address, min(CONNECT_S, total_s))
    cut = threading.Timer(total_s, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        sent = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": "Goldentime", **headers}
        connection.request("POST", target.path, body, sent, preload_content=False)
        return int(connection.getresponse().status)
    except (SSLError, ssl.SSLError, CertificateError) as error:
        raise PostFailed("certificate") from error
    except (NewConnectionError, ConnectionRefusedError) as error:
        raise PostFailed("unreachable") from error
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise PostFailed("no_answer") from error
    finally:
        cut.cancel()
        connection.close()


def _connection(target: Target, address: str, timeout_s: float) -> HTTPConnection:
    if not target.secure:
        return HTTPConnection(address, target.port, timeout=timeout_s)
    return HTTPSConnection(
        address,
        target.port,
        timeout=timeout_s,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _cut(connection: HTTPConnection) -> None:
    """End what drips so slowly that no silence is ever long enough."""
    found = connection.sock
    if found is not None:
        try:
            found.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself
