"""차량 조회: asking for a plate, or a part of one, among what the room looks for and what was read lately.

Each look-up says why, and is kept with who asked for what: private look-ups are what plate readers are abused for.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.access.viewer import Caller
from server.audit import log
from server.audit.scope import Scope
from server.errors import LookupTooBroad
from server.models import LegalBasis, LookupKind, PlateLookup, PlateRead, WantedVehicle
from server.plates import plate, reads, watch
from server.plates.confusion import variants

MOST = 100  # of each; who gets so many knows too little of the plate
KNOWN = 3  # characters of a part, at least
ANY_ONE, ANY = "?", "*"
ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of the plate, and why it is asked. In a part ``?`` stands for one character, ``*`` for any."""

    kind: LookupKind
    asked: str
    near: bool
    reason: str
    legal_basis: LegalBasis


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, each at most ``MOST`` and newest first."""

    lookup: PlateLookup
    wanted: list[WantedVehicle]
    reads: list[PlateRead]


def ask(session: Session, caller: Caller, question: Question, *, now: datetime) -> Answer:
    """Look the plate up, and record that.

    Raises:
        ServiceNotAllowed: the caller's room does not look for vehicles.
        PlateInvalid: a whole plate of no family.
        LookupTooBroad: a part with fewer than three known characters.
    """
    watch.must_look_for_vehicles(caller.viewer)
    texts = _texts(question)
    active = watch.wanted_by(caller.viewer.agency_id, now)
    wanted = active.where(_like(WantedVehicle.plate, question, texts)).order_by(WantedVehicle.entered_at.desc())
    column = PlateRead.last_four if question.kind is LookupKind.LAST_FOUR else PlateRead.plate
    seen = (
        select(PlateRead).where(_like(column, question, texts), reads.is_kept(now)).order_by(PlateRead.read_at.desc())
    )
    found = list(session.scalars(wanted.limit(MOST))), list(session.scalars(seen.limit(MOST)))
    row = PlateLookup(
        at=now,
        agency_id=caller.viewer.agency_id,
        asked_by=caller.viewer.subject,
        kind=question.kind,
        asked=question.asked,
        near=question.near,
        reason=question.reason,
        legal_basis=question.legal_basis,
        wanted_found=len(found[0]),
        reads_found=len(found[1]),
    )
    session.add(row)
    session.flush()
    known = {"lookup": row.id, "legal_basis": row.legal_basis, "kind": row.kind}
    log.record(session, log.Tag.PLATE_LOOKED_UP, caller.actor, now=now, **known)
    return Answer(row, *found)


def visible(scope: Scope) -> Select[PlateLookup]:
    """The look-ups that an auditor sees."""
    found = select(PlateLookup)
    return found if scope.agency_id is None else found.where(PlateLookup.agency_id == scope.agency_id)


def _texts(question: Question) -> list[str]:
    """What the column may hold, in the wildcards of the question; with those that readers confuse, if that is asked."""
    match question.kind:
        case LookupKind.EXACT:
            whole = plate.read(question.asked, field="asked")
            texts = [whole.text, *([whole.body] if whole.region else [])]
        case LookupKind.PARTIAL:
            part = plate.normal(question.asked)
            if len(part.replace(ANY_ONE, "").replace(ANY, "")) < KNOWN:
                raise LookupTooBroad(f"give {KNOWN} known characters at least", field="asked")
            texts = [part]
        case LookupKind.LAST_FOUR:
            texts = [plate.normal(question.asked)]
            if len(texts[0]) != 4 or not texts[0].isdecimal():
                raise LookupTooBroad("give the last four digits", field="asked")
    return [*texts, *(other for text in texts for other in variants(text) if question.near)]


def _like(column: InstrumentedAttribute[str], question: Question, texts: list[str]) -> ColumnElement[bool]:
    if question.kind is LookupKind.PARTIAL:
        return or_(*(column.like(_pattern(text), escape=ESCAPE) for text in texts))
    if column is WantedVehicle.plate and question.kind is LookupKind.LAST_FOUR:
        return or_(*(column.like(f"%{text}") for text in texts))
    return column.in_(texts)


def _pattern(text: str) -> str:
    """Our wildcards in SQL's; SQL's own mean nothing."""
    for character in (ESCAPE, "%", "_"):
        text = text.replace(character, ESCAPE + character)
    return text.replace(ANY_ONE, "_").replace(ANY, "%")
