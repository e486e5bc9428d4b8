"""The demo's way to talk to the product: the public HTTP API, as any room or unit would."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from demo.device import Device

TIMEOUT_S = 20


class CallRefused(Exception):
    """The server said no; ``status`` and the problem's ``code`` tell why."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


@dataclass
class Caller:
    """One signed-in caller. Tokens live five minutes, so each demo step signs in anew when needed."""

    base_url: str
    token: str = field(default="", repr=False)
    device: Device | None = field(default=None, repr=False)  # an officer's; a machine has none

    def sign_in(self, username: str, password: str) -> None:
        """Sign an officer in (RFC 6749 §4.3)."""
        self.device = Device()
        self.token = self._token({"grant_type": "password", "username": username, "password": password})

    def sign_in_as_client(self, client_id: str, client_secret: str) -> None:
        """Sign a room's machine in (RFC 6749 §4.4)."""
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self.device = None
        self.token = self._token(form)

    def call(self, method: str, path: str, body: dict[str, Any] | str | bytes | None = None) -> Any:
        """One API call, an alert's XML as text, a photo as bytes; the parsed JSON answer, or none when it is empty.

        Raises:
            CallRefused: the answer is 4xx or 5xx.
        """
        data, kind = _written(body)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        if self.device is not None:
            headers |= self.device.headers(method, self.base_url + path, self.token)
        if method in {"POST", "PATCH", "PUT", "DELETE"}:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        answer = self._send(urllib.request.Request(self.base_url + path, data, headers, method=method))
        return json.loads(answer) if answer else None

    def status(self, path: str) -> int:
        """The HTTP status of a GET without credentials, as a player asks for media."""
        try:
            with urllib.request.urlopen(self.base_url + path, timeout=TIMEOUT_S) as reply:
                reply.read()
                return int(reply.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def text(self, path: str) -> str:
        """The body of a GET without credentials."""
        return self._send(urllib.request.Request(self.base_url + path)).decode()

    def _token(self, form: dict[str, str]) -> str:
        body = urllib.parse.urlencode(form).encode()
        url = self.base_url + "/v1/auth/token"
        headers = {"DPoP": self.device.proof("POST", url)} if self.device is not None else {}
        answer = self._send(urllib.request.Request(url, body, headers))
        return str(json.loads(answer)["access_token"])

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:
                return bytes(reply.read())
        except urllib.error.HTTPError as refusal:
            problem = _problem(refusal.read())
            raise CallRefused(refusal.code, problem.get("code", ""), problem.get("detail", "")) from None


def _written(body: dict[str, Any] | str | bytes | None) -> tuple[bytes | None, str]:
    if isinstance(body, bytes):
        return body, "image/jpeg"
    if isinstance(body, str):
        return body.encode(), "application/cap+xml"
    return None if body is None else json.dumps(body).encode(), "application/json"


def _problem(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {}
