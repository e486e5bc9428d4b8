"""The children of an element of an alert by name, and what they hold: checked, or refused by the path to mend. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from server.cap.document import Node
from server.errors import CapInvalid

NAME = re.compile(r"[^\s,<&\x00-\x1f\x7f]{1,200}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
EARLIEST, LATEST = 2000, 2099  # years: beyond them time zones leave what a datetime holds

ONE, MAYBE, MANY = "1", "?", "*"  # how often a child may be there
Kind = TypeVar("Kind", bound=StrEnum)


class Elements:
    """The children that ``known`` names, each as often as it may be there.

    Those of other namespaces are passed over; one of this namespace that is not known is refused, because a misspelt
    ``expires`` would keep access open. All methods raise CapInvalid, whose field is the path: ``info.0.expires``.
    """

    def __init__(self, node: Node, known: Mapping[str, str], namespace: str, path: str = "") -> None:
        self.namespace, self.path = namespace, path
        self._found: dict[str, list[Node]] = {name: [] for name in known}
        for child in node.children:
            space, _, name = child.name.rpartition("}")
            if space != f"{{{namespace}":
                continue
            if name not in known:
                raise CapInvalid("CAP knows no such element here", field=f"{path}{CONTROL.sub('', name)[:80]}")
            self._found[name].append(child)
        for name, often in known.items():
            count = len(self._found[name])
            if (often is ONE and count != 1) or (often is MAYBE and count > 1):
                raise CapInvalid(f"{name} is there {count} times, and must be there once", field=f"{path}{name}")

    def raw(self, name: str) -> str:
        """The text, or nothing."""
        return self._found[name][0].text.strip() if self._found[name] else ""

    def line(self, name: str) -> str:
        """The text in one line, without control characters; or nothing."""
        return " ".join(CONTROL.sub(" ", self.raw(name)).split())

    def needed(self, name: str) -> str:
        """The text in one line, and there is some."""
        if not (text := self.line(name)):
            raise CapInvalid(f"{name} is empty", field=f"{self.path}{name}")
        return text

    def name(self, name: str) -> str:
        """What names a message or a sender."""
        if not NAME.fullmatch(text := self.raw(name)):
            raise CapInvalid(f"{name} has 1 to 200 characters, no spaces, commas, < or &", field=f"{self.path}{name}")
        return text

    def each(self, name: str, most: int) -> list[tuple[Node, str]]:
        """The elements of that name, at most so many, and their paths."""
        if len(self._found[name]) > most:
            raise CapInvalid(f"at most {most} of {name}", field=f"{self.path}{name}")
        return [(node, f"{self.path}{name}.{number}") for number, node in enumerate(self._found[name])]

    def choice(self, kind: type[Kind], name: str) -> Kind:
        """A value of a closed list."""
        try:
            return kind(self.raw(name))
        except ValueError as error:
            raise CapInvalid(f"{name} is one of {', '.join(kind)}", field=f"{self.path}{name}") from error

    def listed(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Values of a closed list, each once."""
        values = tuple(dict.fromkeys(one.text.strip() for one in self._found[name]))
        if not set(values) <= set(known):
            raise CapInvalid(f"{name} is one of {', '.join(known)}", field=f"{self.path}{name}")
        return values

    def time(self, name: str) -> datetime | None:
        """A time with its offset, or nothing."""
        return time(self.raw(name), f"{self.path}{name}") if self._found[name] else None


def time(text: str, field: str) -> datetime:
    """A time as CAP writes it. Raises CapInvalid."""
    try:
        found = datetime.fromisoformat(text) if TIME.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found.year <= LATEST:
        raise CapInvalid("a time with its offset, such as 2026-07-16T03:40:00+09:00; CAP knows no Z", field=field)
    return found
