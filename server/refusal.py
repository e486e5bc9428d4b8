"""What every refusal has: a frozen ``code``, a status, and its form as an RFC 9457 problem."""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """The request is refused."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init_subclass__(cls, *, status: int | None = None) -> None:
        cls.status = status or cls.status
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.title = (cls.__doc__ or "").split("\n", 1)[0].rstrip(".")

    def __init__(self, detail: str, *, field: str | None = None, **extension: Any) -> None:
        """``field`` is the dotted name of the field to mend; ``extension`` are further members of the problem."""
        super().__init__(detail)
        self.extension = {**({"field": field} if field else {}), **extension}

    def problem(self, request_id: str) -> dict[str, Any]:
        """The body (RFC 9457 §3): type, title, status, detail, code, request_id and the extension members."""
        return {
            "type": f"urn:goldentime:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
            "request_id": request_id,
            **self.extension,
        }


def codes() -> dict[str, type[Refusal]]:
    """Every code that may appear in a response."""
    found: dict[str, type[Refusal]] = {}
    rest = Refusal.__subclasses__()
    while rest:
        kind = rest.pop()
        rest.extend(kind.__subclasses__())
        found[kind.code] = kind
    return found
