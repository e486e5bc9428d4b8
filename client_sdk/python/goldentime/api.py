"""One call as one caller: a token the server no longer takes is renewed once, a lost answer is asked for again."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from goldentime.errors import Refused, Unreadable
from goldentime.login import Login
from goldentime.wire import File, Headers, Wire

TRIES = 3
Model = TypeVar("Model", bound=BaseModel)
T = TypeVar("T")


class Api:
    """A server and who calls it."""

    def __init__(self, wire: Wire, login: Login) -> None:
        self.wire, self.login = wire, login

    def call(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, Any] | None = None, once: bool = False
    ) -> Any:
        """The parsed answer, or None where it has no body. Raises Refused, Offline, Unreadable.

        A call that changes something carries an Idempotency-Key, so it is done once, however often it is sent; of the
        few that heed none say ``once``: they are not sent again.
        """
        more = {} if method == "GET" else {"Idempotency-Key": secrets.token_hex(16)}
        known, tries = given(query or {}), 1 if once else TRIES

        def send(headers: Headers) -> Any:
            return self.wire.send(method, path, headers=headers, query=known, body=body, tries=tries)

        return self._shown(method, path, more, send)

    def file(self, path: str, /, **query: Any) -> File:
        """An answer that is a file. Raises as ``call``."""
        known = given(query)

        def send(headers: Headers) -> File:
            return self.wire.file(path, headers=headers, query=known, tries=TRIES)

        return self._shown("GET", path, {}, send)

    def get(self, kind: type[Model], method: str, path: str, body: Any = None, /, **query: Any) -> Model:
        """The answer of a call as that model. Raises as ``call``."""
        return parsed(kind, self.call(method, path, body, query=query))

    def pages(self, path: str, /, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page, as they are asked for. Raises as ``call``."""
        cursor: str | None = None
        while True:
            page = self.call("GET", path, query={**query, "cursor": cursor})
            items = page.get("items") if isinstance(page, dict) else None
            if not isinstance(items, list):
                raise Unreadable(f"{path}: the answer is no list")
            yield from items
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def listed(self, kind: type[Model], path: str, /, **query: Any) -> Iterator[Model]:
        """As ``pages``, each item as that model."""
        return (parsed(kind, item) for item in self.pages(path, **query))

    def _shown(self, method: str, path: str, more: dict[str, str], send: Callable[[Headers], T]) -> T:
        """Send with what shows the caller; once more with a new token where the server does not take the old one."""

        def headers(token: str) -> Headers:
            return lambda: self.login.headers(method, path, token) | more

        token = self.login.token()
        try:
            return send(headers(token))
        except Refused as refused:
            if refused.status != HTTPStatus.UNAUTHORIZED:
                raise
            return send(headers(self.login.token(instead_of=token)))


def parsed(kind: type[Model], answer: Any) -> Model:
    """The answer as that model; what it does not know it passes over. Raises Unreadable."""
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        names = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors()}))
        raise Unreadable(f"the answer is no {kind.__name__}: {names}; is this SDK too old for the server?") from None


def given(members: Mapping[str, Any]) -> dict[str, Any]:
    """Those that were given, times as text."""
    found = {name: value for name, value in members.items() if value is not None}
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in found.items()}
