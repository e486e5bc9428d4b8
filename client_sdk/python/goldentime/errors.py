"""What can go wrong, as one tree.

GoldentimeError
├── CallFailed
│   ├── Refused       the server said no; ``code`` is its frozen code (RFC 9457 problem), ``words`` says it to people
│   ├── Offline       there was no answer; trying again may help
│   └── Unreadable    there was an answer, and it is not Goldentime's: a proxy, a sign-in page of the network
├── AddressInvalid    the server's address cannot be used
├── KeepingFailed
│   ├── FileUnsafe    a file that holds a secret can be read by others, or is not ours
│   └── FileNotKept   a file could not be written; nothing half-written is left
└── PlayerFailed      there is no player, or it could not show the picture
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self, TypedDict

Language = Literal["ko", "en"]


class Said(TypedDict):
    """One line of the catalogue: the status, and what happened and what to do in each language."""

    status: int
    ko: list[str]
    en: list[str]


@cache
def refusals() -> dict[str, Said]:
    """Every refusal of the server by its code: the catalogue that both SDKs share."""
    known: dict[str, Said] = json.loads((files("goldentime") / "refusals.json").read_text("utf-8"))
    return known


class GoldentimeError(Exception):
    """Anything below."""


class CallFailed(GoldentimeError):
    """A call was not answered as it was meant to be."""


class Refused(CallFailed):
    """The server refused.

    ``detail`` says what happened in English, ``field`` is the dotted name of the field to mend, ``errors`` has one
    ``{field, code, message}`` for each wrong field, ``request_id`` is what an operator finds the call by, and
    ``retry_after_s`` is how long the server asks to wait.
    """

    def __init__(self, status: int, problem: dict[str, Any], *, retry_after_s: float | None = None) -> None:
        self.status = status
        # RFC 6749 §5.2 names a token error ``error``; ours also carries ``code``.
        self.code = str(problem.get("code") or problem.get("error") or "unknown")
        self.detail = str(problem.get("detail") or problem.get("title") or self.code)
        self.field: str | None = problem.get("field")
        self.errors: list[dict[str, Any]] = problem.get("errors") or []
        self.request_id = str(problem.get("request_id") or "")
        self.problem = problem
        self.retry_after_s = retry_after_s
        super().__init__(f"{self.code}: {self.detail}")

    @classmethod
    def of(cls, status: int, body: bytes, *, retry_after: str | None = None) -> Self:
        """The refusal that an answer of that status tells of, whatever its body is."""
        try:
            problem = json.loads(body)
        except ValueError:
            problem = None
        seconds = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
        return cls(status, problem if isinstance(problem, dict) else {}, retry_after_s=seconds)

    def words(self, language: Language = "ko") -> tuple[str, str]:
        """What happened and what to do, for the person at the screen."""
        said = refusals().get(self.code)
        if said is None:  # a server younger than this SDK
            return self.detail, {
                "ko": "다시 시도하고, 계속되면 운영자에게 알리세요.",
                "en": "Try again, or tell the operator.",
            }[language]
        what, advice = said[language]
        return what, advice


class Offline(CallFailed):
    """There was no answer at all."""


class Unreadable(CallFailed):
    """The answer is not one of Goldentime's."""


class AddressInvalid(GoldentimeError):
    """The server's address cannot be used."""


class KeepingFailed(GoldentimeError):
    """What has to be kept on this device could not be kept or read."""


class FileUnsafe(KeepingFailed):
    """A file that holds a secret can be read by others, or is not this account's."""


class FileNotKept(KeepingFailed):
    """A file that holds a secret could not be written."""


class PlayerFailed(GoldentimeError):
    """The picture could not be shown."""
