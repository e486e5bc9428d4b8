"""The one door to the network: requests out, answers or refusals in.

Nothing is sent in clear but to this machine itself, and no redirect is followed.
"""

import contextlib
import ipaddress
import json
import re
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from goldentime.clock import ServerClock
from goldentime.errors import AddressInvalid, CallFailed, Offline, Refused, Unreadable
from goldentime.waiting import back_off

ANSWER_WITHIN_S = 10.0
FILE_WITHIN_S = 60.0
SILENCE_S = 20.0  # pings come every 15 s
RETRY_AFTER_MOST_S = 5.0
PASSING = {429, 503}  # statuses that may be better in a moment
SPREAD = secrets.SystemRandom()

Headers = Callable[[], Mapping[str, str]]  # asked anew for each try: a proof is good for one


class Content(NamedTuple):
    """A body that is no JSON."""

    data: bytes
    media_type: str


class File(NamedTuple):
    """An answer that is a file; ``name`` is what the server calls it, if it does."""

    name: str
    media_type: str
    data: bytes


class Wire:
    """One server. ``base`` is its address: scheme, host and port; ``ca`` a file of certificates to trust instead."""

    def __init__(self, base: str, *, ca: Path | None = None) -> None:
        self.base, secure, local = _address(base)
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusted = ssl.create_default_context(cafile=ca) if secure else nobody
        self.clock = ServerClock()
        self._http = httpx.Client(
            base_url=self.base,
            timeout=httpx.Timeout(ANSWER_WITHIN_S),
            headers={"User-Agent": "goldentime-python"},
            verify=trusted,
            trust_env=not local,  # a proxy is for servers elsewhere
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Headers = dict,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        tries: int = 1,
    ) -> Any:
        """The parsed answer, or None where it has no body.

        With more than one try, a call is sent again when the line broke or the server said that it cannot answer now:
        for calls that change nothing twice. Raises Refused, Offline, Unreadable.
        """
        content: dict[str, Any] = {"data": form}
        if body is not None:
            sent = body if isinstance(body, Content) else Content(_json(body), "application/json")
            content, headers = {"content": sent.data}, _typed(headers, sent.media_type)
        response = self._tried(tries, method, path, headers, params=query, **content)
        try:
            return json.loads(response.content) if response.content else None
        except ValueError as error:
            raise Unreadable(f"{self.base} answered what Goldentime does not; is there a proxy in between?") from error

    def file(
        self, path: str, *, headers: Headers = dict, query: Mapping[str, Any] | None = None, tries: int = 1
    ) -> File:
        """An answer that is a file. Raises as ``send``."""
        response = self._tried(tries, "GET", path, headers, params=query, timeout=FILE_WITHIN_S)
        named = re.search(r'filename="([^"]+)"', response.headers.get("Content-Disposition", ""))
        return File(named[1] if named else "", response.headers.get("Content-Type", ""), response.content)

    @contextlib.contextmanager
    def stream(self, path: str, *, headers: Mapping[str, str]) -> Iterator["Stream"]:
        """An answer without an end. Raises Refused, and Offline, also when it falls silent or breaks."""
        timeout = httpx.Timeout(ANSWER_WITHIN_S, read=SILENCE_S)
        sent_s = time.monotonic()
        try:
            with self._http.stream("GET", path, headers=headers, timeout=timeout) as response:
                self.clock.observe(response.headers, sent_s, time.monotonic())
                if response.status_code != httpx.codes.OK:
                    response.read()
                    raise _refused(response)
                yield Stream(response)
        except (httpx.HTTPError, OSError) as error:
            raise Offline(f"the line to {self.base} broke: {_said(error)}") from error

    def text(self, path: str) -> str:
        """What is at that path, as text, without saying who asks. Raises as ``send``."""
        return self._answered("GET", path, {}).text

    def url(self, path: str) -> str:
        """The whole address of a path of this server."""
        return self.base + path

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()

    def _tried(self, tries: int, method: str, path: str, headers: Headers, **content: Any) -> httpx.Response:
        failures, proven_anew = 0, False
        while True:
            try:
                return self._answered(method, path, headers(), **content)
            except CallFailed as failed:
                if isinstance(failed, Refused) and failed.code == "dpop_proof_invalid" and not proven_anew:
                    proven_anew = True  # this machine's clock may be wrong; the refusal told the server's time
                    continue
                failures += 1
                if failures >= tries or not _passing(failed):
                    raise
                time.sleep(_wait_s(failed, failures))

    def _answered(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> httpx.Response:
        sent_s = time.monotonic()
        try:
            response = self._http.request(method, path, headers=headers, **content)
        except (httpx.HTTPError, OSError) as error:
            raise Offline(f"no answer from {self.base}: {_said(error)}") from error
        self.clock.observe(response.headers, sent_s, time.monotonic())
        if not response.is_success:
            raise _refused(response)
        return response


class Stream:
    """Text as it comes. ``cut`` ends it from any thread, also one that waits for more."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def text(self) -> Iterator[str]:
        """Pieces of text, in any cut."""
        return self._response.iter_text()

    def cut(self) -> None:
        """End it now. Repeating it changes nothing."""
        line = self._response.extensions["network_stream"].get_extra_info("socket")
        with contextlib.suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # closing alone would not wake who reads


def _address(base: str) -> tuple[str, bool, bool]:
    """The address without a slash at its end, whether it is encrypted, and whether it is this machine."""
    try:
        url = httpx.URL(base)
    except (httpx.InvalidURL, TypeError) as error:
        raise AddressInvalid(f"{base!r} is no address; write it as https://goldentime.example") from error
    if (
        url.scheme not in {"http", "https"}
        or not url.host
        or url.path != "/"
        or url.query
        or url.fragment
        or url.userinfo
    ):
        raise AddressInvalid(f"{base!r} must be scheme, host and port only, such as https://goldentime.example")
    local = url.host == "localhost"
    with contextlib.suppress(ValueError):
        local = local or ipaddress.ip_address(url.host).is_loopback
    if url.scheme == "http" and not local:
        raise AddressInvalid(f"{base!r} would send tokens in clear; use https")
    return str(url).rstrip("/"), url.scheme == "https", local


def _json(body: Any) -> bytes:
    """The body as JSON; times in it, however deep, are RFC 3339."""
    return json.dumps(body, ensure_ascii=False, default=datetime.isoformat).encode()


def _typed(headers: Headers, media_type: str) -> Headers:
    return lambda: {**headers(), "Content-Type": media_type}


def _refused(response: httpx.Response) -> CallFailed:
    if response.is_redirect:
        return Unreadable(f"{response.url.host} wants to redirect; check the address, or sign in to the network first")
    return Refused.of(response.status_code, response.content, retry_after=response.headers.get("Retry-After"))


def _passing(failed: CallFailed) -> bool:
    """Whether trying again soon may help: not after a wait that was long already, nor before one that is."""
    if isinstance(failed, Refused):
        return failed.status in PASSING and (failed.retry_after_s or 0.0) <= RETRY_AFTER_MOST_S
    return isinstance(failed, Offline) and not isinstance(failed.__cause__, httpx.TimeoutException)


def _wait_s(failed: CallFailed, failures: int) -> float:
    asked_s = failed.retry_after_s if isinstance(failed, Refused) else None
    return (asked_s or 0.0) + back_off(failures, SPREAD.random())


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
