"""What looking a plate up looks like on the way in and on the way out."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from server.api.fields import Body, Shown, ShownTime
from server.api.paging import Page
from server.api.plate_body import Basis, PlateText, Reason, ShownRead, ShownWanted
from server.models import LookupKind, PlateLookup
from server.plates.lookup import Answer, Question


class NewLookup(Body):
    """A plate, a part of it (``?`` one unknown character, ``*`` any), or its last four digits; and why it is asked."""

    kind: Annotated[LookupKind, Field(strict=False)]
    asked: PlateText
    near: Annotated[bool, Field(description="also what differs in one character that readers confuse")] = False
    reason: Reason
    legal_basis: Basis

    def question(self) -> Question:
        """The look-up as the core takes it."""
        return Question(**self.model_dump())


class LookupAnswer(Shown):
    """What the room looks for, and what was read in the last minutes; at most 100 of each, newest first."""

    lookup_id: str
    wanted: list[ShownWanted]
    reads: list[ShownRead]

    @classmethod
    def of(cls, answer: Answer, now: datetime) -> Self:
        """The answer as it is shown."""
        wanted = [ShownWanted.of(row, now) for row in answer.wanted]
        return cls(lookup_id=answer.lookup.id, wanted=wanted, reads=[ShownRead.of(row) for row in answer.reads])


class ShownLookup(Shown):
    """Who asked for which plate, and why."""

    id: str
    at: ShownTime
    agency_id: str
    asked_by: str
    kind: str
    asked: str
    near: bool
    reason: str
    legal_basis: str
    wanted_found: int
    reads_found: int

    @classmethod
    def of(cls, row: PlateLookup) -> Self:
        """The row as it is shown."""
        return cls.model_validate(row)


class ShownLookups(Page):
    """Look-ups, the oldest first."""

    items: list[ShownLookup]
