"""Who calls: an officer for a shift, or a room's system. Both give a valid access token and the headers that show it.

What renews a shift is kept on the device where a folder is given. A refresh token is good for one use, and using it
twice ends the shift, so it is never sent a second time and never lost to a full disk.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from goldentime.device import DeviceKey
from goldentime.errors import CallFailed, FileNotKept, Refused, Unreadable
from goldentime.kept import Kept, KeptLogin
from goldentime.wire import Wire

TOKEN = "/v1/auth/token"  # noqa: S105 — an address
RENEW_BEFORE_S = 60.0
LOG = logging.getLogger("goldentime")
LOGGED_OUT = {"code": "logged_out", "detail": "nobody is signed in; sign in"}

Keep = Callable[[KeptLogin], None]


class Login(Protocol):
    """What a call needs to know of its caller."""

    def token(self, *, instead_of: str | None = None) -> str:
        """A valid access token; another one than ``instead_of``, which the server does not take."""

    def headers(self, method: str, path: str, token: str) -> dict[str, str]:
        """What shows the token, and that it is ours, for one request."""


class Access:
    """The access token, and when to renew it. By the monotonic clock: no clock on a wall is asked."""

    def __init__(self, token: str = "") -> None:
        self.token, self.scheme, self._renew_at_s = token, "Bearer", 0.0

    def take(self, answer: Any) -> None:
        """Take the answer of the token endpoint. Raises Unreadable."""
        try:
            token, scheme, lasts_s = answer["access_token"], answer["token_type"], float(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable("the server's answer holds no token") from error
        self.token, self.scheme = str(token), str(scheme)
        self._renew_at_s = time.monotonic() + max(lasts_s / 2, lasts_s - RENEW_BEFORE_S)

    def good(self, instead_of: str | None) -> bool:
        """Whether the token can still be shown, and is another than that one."""
        return bool(self.token) and self.token != instead_of and time.monotonic() < self._renew_at_s


class ShiftLogin:
    """An officer's login on this device's key: a password opens it, refresh tokens carry it through the shift.

    ``locked`` after a restart or a long sleep: then a PIN opens it again.
    """

    def __init__(self, wire: Wire, kept: Kept | None) -> None:
        self.device = kept.device_key() if kept else DeviceKey.new()
        self.locked = False
        self._wire, self._kept = wire, kept
        self.pin_set: bool | None = None
        self._access, self._refresh = Access(), ""
        self._in_memory = kept is None
        self._lock = threading.Lock()

    @property
    def known(self) -> bool:
        """Whether there is a login to go on with."""
        return bool(self._refresh)

    def open(self, form: dict[str, str]) -> None:
        """Open a shift with the credentials of that form. Raises FileNotKept before they are sent."""
        with self._lock, self._room(needed=True) as keep:
            self._take(self._ask(form), keep)

    def resume(self) -> bool:
        """Go on with the login that was kept for this server; False where there is none that can."""
        kept = self._of_here()
        if self._kept is None or kept is None:
            return False
        self._access = Access(self._kept.access_token())
        if not self._access.token and not kept.pin_set:
            return False  # the server would refuse, and end what may go on elsewhere
        self._refresh = kept.refresh_token
        self.token()
        return True

    def pin_was(self, answer: Any) -> None:
        """Take the answer of a call about the PIN."""
        self._said(answer if isinstance(answer, dict) else {})
        with self._lock, self._room(needed=False) as keep:
            if self._refresh == self._newest():
                keep(KeptLogin(self._wire.base, self._refresh, self.pin_set is True))

    def close(self) -> None:
        """End the login here, and at the server if it answers."""
        with self._lock:
            token = self._newest()
            self._forget()
        if token:
            with contextlib.suppress(CallFailed):
                self._wire.send("POST", "/v1/auth/revoke", form={"token": token}, tries=3)

    def token(self, *, instead_of: str | None = None) -> str:
        """As ``Login``. Raises Refused when the shift is over."""
        with self._lock:
            if not self._access.good(instead_of):
                self._renew()
            return self._access.token

    def headers(self, method: str, path: str, token: str) -> dict[str, str]:
        """As ``Login``."""
        return {"Authorization": f"{self._access.scheme} {token}"} | self.proof(method, path, token)

    def proof(self, method: str, path: str, token: str | None = None) -> dict[str, str]:
        """The header that shows this device's key, good for one request."""
        at = self._wire.clock.now(time.monotonic()) or datetime.now(UTC)
        return {"DPoP": self.device.proof(method, self._wire.url(path), token=token, at=at)}

    def _renew(self) -> None:
        with self._room(needed=False) as keep:
            refresh_token = self._newest()
            if not refresh_token:
                raise Refused(401, LOGGED_OUT)
            form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
            newest = (self._kept.access_token() if self._kept else "") or self._access.token
            if newest:  # shows that this is no restart; another program's may be newer than ours
                form["access_token"] = newest
            try:
                answer = self._ask(form)
            except Refused as refused:
                if refused.status < 500 and refused.status != 429 and refused.code != "dpop_proof_invalid":
                    self._forget()
                raise
            self._take(answer, keep)

    def _of_here(self) -> KeptLogin | None:
        kept = self._kept.login() if self._kept else None
        return kept if kept and kept.base == self._wire.base else None

    def _newest(self) -> str:
        """What renews the login now: another program may have renewed it since."""
        if self._in_memory:
            return self._refresh
        kept = self._of_here()
        return kept.refresh_token if kept else ""

    @contextlib.contextmanager
    def _room(self, *, needed: bool) -> Iterator[Keep]:
        """Hold the folder, with room for a login in it. Without room, and where it is not needed, go on in memory."""
        if self._kept is None:
            yield lambda _: None
            return
        with contextlib.ExitStack() as stack:
            keep: Keep | None = None
            try:
                stack.enter_context(self._kept.held())
                keep = stack.enter_context(self._kept.room())
            except FileNotKept as error:
                if needed:
                    raise
                LOG.warning("%s", error)
            yield lambda login: self._put(login, keep)

    def _put(self, login: KeptLogin, keep: Keep | None) -> None:
        """Keep the login, or else nothing: a used one in the file would end the shift after the next start."""
        assert self._kept
        self._in_memory = keep is None
        try:
            if keep:
                keep(login)
                self._kept.share(self._access.token)
        except FileNotKept as error:
            LOG.warning("%s", error)
            self._in_memory = True
        if self._in_memory:
            LOG.warning("the login goes on in memory only, and ends with this program")
            self._kept.forget()

    def _ask(self, form: dict[str, str]) -> Any:
        return self._wire.send("POST", TOKEN, form=form, headers=lambda: self.proof("POST", TOKEN))

    def _take(self, answer: Any, keep: Keep) -> None:
        self._access.take(answer)
        self._refresh = str(answer.get("refresh_token") or self._refresh)
        self._said(answer)
        keep(KeptLogin(self._wire.base, self._refresh, self.pin_set is True))

    def _said(self, answer: dict[str, Any]) -> None:
        self.locked, self.pin_set = answer.get("locked") is True, answer.get("pin_set")

    def _forget(self) -> None:
        self._access, self._refresh, self.locked = Access(), "", False
        if self._kept:
            self._kept.forget()


class RoomLogin:
    """A room's system: a client id and a secret, and no device. Its tokens are Bearer tokens."""

    def __init__(self, wire: Wire, client_id: str, client_secret: str) -> None:
        self._wire = wire
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._access, self._lock = Access(), threading.Lock()

    def token(self, *, instead_of: str | None = None) -> str:
        """As ``Login``. Raises Refused when the secret is wrong."""
        with self._lock:
            if not self._access.good(instead_of):
                self._access.take(self._wire.send("POST", TOKEN, form=self._form, tries=3))
            return self._access.token

    def headers(self, _method: str, _path: str, token: str) -> dict[str, str]:
        """As ``Login``."""
        return {"Authorization": f"{self._access.scheme} {token}"}
