"""A centre's list of cameras, read row by row: what is new comes in, what changed is changed, what is wrong is told.

Each row stands by itself. A dry run goes the same way and writes nothing. Rows are written in batches, each whole or
not at all, so that a long file holds nobody up; repeating it goes on where it stopped.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.cameras import centre_codes, inventory, near, sheet, standard_sheet, stream_sheet
from server.cameras.credentials import Vault
from server.cameras.inventory import Registration
from server.cameras.sheet import Line
from server.cameras.standard_sheet import Place
from server.errors import CameraTwice, CentreNotYours, CentreUnknown, ImportFileInvalid, InvalidRequest, Refusal
from server.models import Camera, Centre

BATCH = 500  # with streams 0.2 s of CPU, for which nobody else writes; 1.07 times the CPU of 1000 at a time
STANDARD, STREAMS = "standard", "streams"  # what ``cameras.imported_as`` says
ID_COLUMN = {STANDARD: standard_sheet.NUMBER, STREAMS: "id"}
OPTIONAL = ("bearing_deg", "fov_deg", "range_m", "enabled", "warm", "onvif_port", "ptz")
SEEN = (Camera.id, Camera.centre_id, Camera.name, Camera.lat, Camera.lon, Camera.h3_cell, Camera.purpose)
Check = Callable[[dict[str, Any]], Registration]  # of a body; raises Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """The cameras of one row by their ids, or why there are none and, if that can be read, which it is ``about``."""

    line: int
    cameras: dict[str, Place | Registration] = field(default_factory=dict)
    notes: Sequence[str] = ()
    refusal: Refusal | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became, or in a dry run would become, of a row: ``new``, ``changed``, ``unchanged`` or ``refused``."""

    line: int
    fate: str
    camera_ids: Sequence[str]
    notes: Sequence[str] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was understood: of which kind it is, which columns it has, and its rows."""

    kind: str
    headings: frozenset[str]
    rows: Sequence[Row]

    def batches(self) -> Iterator[Sequence[Row]]:
        """The rows in the order in which they are written."""
        return (self.rows[at : at + BATCH] for at in range(0, len(self.rows), BATCH))


def centre(session: Session, named: str, *, mine: Callable[[str], bool], on: date) -> Centre:
    """The centre of that id, or of that code on the day, whose cameras the caller looks after. Raises CentreUnknown."""
    found = session.get(Centre, named) or centre_codes.at(session, named, on)
    if found is None or not mine(found.id):
        raise CentreUnknown(f"there is no centre {named}", field="centre_id")
    return found


def parse(data: bytes, centre: Centre, check: Check) -> Sheet:
    """Read a file for a centre, without looking at what is registered.

    Raises:
        ImportFileInvalid: it is neither the national standard sheet nor an inventory with streams.
    """
    headings, lines = sheet.read(data)
    if stream_sheet.is_one(headings):
        if odd := stream_sheet.unknown(headings):
            raise ImportFileInvalid(f"no column is called {', '.join(odd)}")
        kind = STREAMS
    elif standard_sheet.is_one(headings):
        kind = STANDARD
    else:
        wanted = ", ".join((*stream_sheet.REQUIRED, "main_path"))
        raise ImportFileInvalid(f"the headings are neither those of 전국CCTV표준데이터 nor {wanted}")
    taken: set[str] = set()
    return Sheet(kind, frozenset(headings), [_row(line, kind, centre, check, taken) for line in lines])


@dataclass(frozen=True, slots=True)
class Target:
    """Where a sheet goes, and whether it is only asked what would happen."""

    vault: Vault
    centre: Centre
    sheet: Sheet
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of ``cameras`` to put in, and by ``id`` what is to change of those that there are."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


def write(session: Session, target: Target, rows: Sequence[Row]) -> list[Fate]:
    """Bring the cameras of these rows of the sheet in, or see what that would do."""
    ids = [id_ for row in rows for id_ in row.cameras]
    known = _known(session, target.sheet.kind, ids)
    change = Change()
    fates = [_judged(target, row, known, change) for row in rows]
    if not target.dry_run:
        _apply(session, change)
    return fates


def must_name_all(found: Sheet, *, complete: bool) -> None:
    """Raises ImportFileInvalid for a file that is to be ``complete`` and has a row of which nobody knows what it is."""
    lost = next((row for row in found.rows if not row.cameras and not row.about), None)
    if complete and lost:
        raise ImportFileInvalid(f"line {lost.line} cannot be read, so what the file leaves out is not known; mend it")


def missing(session: Session, centre: Centre, found: Sheet) -> list[str]:
    """The cameras in service that an earlier file of this kind brought in, and this one, being whole, does not name.

    Raises ImportFileInvalid when a row cannot be read so far that it is known which camera it is about.
    """
    must_name_all(found, complete=True)
    named = {id_ for row in found.rows for id_ in row.cameras}
    broken = {row.about for row in found.rows if not row.cameras}
    mine = Camera.centre_id == centre.id, Camera.imported_as == found.kind, Camera.enabled
    return sorted(
        id_
        for id_ in session.scalars(select(Camera.id).where(*mine))
        if id_ not in named and (id_.rpartition("-")[0] if found.kind == STANDARD else id_) not in broken
    )


def retire(session: Session, camera_ids: Sequence[str]) -> None:
    """Take cameras out of service; who watches one is refused from now on."""
    for camera in _of(session, camera_ids):
        camera.enabled = False


def _known(session: Session, kind: str, ids: Sequence[str]) -> dict[str, Any]:
    """What is registered, by id: whole cameras, or bare rows with what the standard sheet can change."""
    if kind == STREAMS:
        return {one.id: one for one in _of(session, ids)}
    return {row.id: row for some in _some(ids) for row in session.execute(select(*SEEN).where(Camera.id.in_(some)))}


def _of(session: Session, ids: Sequence[str]) -> Iterator[Camera]:
    """The cameras that there are, asked for in as many as a statement may name."""
    for some in _some(ids):
        yield from session.scalars(select(Camera).where(Camera.id.in_(some)))


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def _row(line: Line, kind: str, centre: Centre, check: Check, taken: set[str]) -> Row:
    about = _about(line, kind, centre)
    try:
        if line.fault:
            raise InvalidRequest(line.fault)
        cameras, notes = _of_standard(line, centre) if kind == STANDARD else _of_streams(line, centre, check)
        if twice := taken & set(cameras):
            raise CameraTwice(f"{min(twice)} is in an earlier row", field=ID_COLUMN[kind])
    except Refusal as refusal:
        return Row(line.number, refusal=refusal, about=about)
    taken |= set(cameras)
    return Row(line.number, cameras, notes)


def _about(line: Line, kind: str, centre: Centre) -> str | None:
    """The camera, or what the ids of the row's cameras begin with."""
    number = line.fields.get(ID_COLUMN[kind]) or None
    return f"{centre.code}-{number}" if number and kind == STANDARD else number


def _of_standard(line: Line, centre: Centre) -> tuple[dict[str, Place | Registration], list[str]]:
    places, notes = standard_sheet.places(line.fields, centre.code)
    return {one.camera_id: one for one in places}, notes


def _of_streams(line: Line, centre: Centre, check: Check) -> tuple[dict[str, Place | Registration], list[str]]:
    made = stream_sheet.body(line.fields, centre.id)
    lat, lon, notes = standard_sheet.place(line.fields["lat"], line.fields["lon"])
    camera_id = line.fields["id"]
    if not inventory.ID.fullmatch(camera_id):
        raise InvalidRequest("an id has letters, digits, - and _, 40 at most", field="id")
    try:
        return {camera_id: check(made | {"lat": lat, "lon": lon})}, notes
    except Refusal as refusal:
        raise _by_column(refusal, [one["name"] for one in made["profiles"]]) from refusal


def _by_column(refusal: Refusal, profiles: Sequence[str]) -> Refusal:
    named = refusal.extension.get("field")
    return type(refusal)(str(refusal), field=stream_sheet.column(named, profiles) if named else None)


def _judged(target: Target, row: Row, known: dict[str, Any], change: Change) -> Fate:
    if row.refusal:
        return Fate(row.line, "refused", [row.about] if row.about else [], refusal=row.refusal)
    try:
        wished = {id_: _columns(target, known.get(id_), one) for id_, one in row.cameras.items()}
    except Refusal as refusal:
        return Fate(row.line, "refused", list(row.cameras), refusal=refusal)
    new = [id_ for id_ in wished if id_ not in known]
    changed = {id_: odd for id_ in wished if id_ in known and (odd := _differing(known[id_], wished[id_]))}
    change.new.extend({"id": id_, "imported_as": target.sheet.kind, **wished[id_]} for id_ in new)
    change.changed.extend({"id": id_, **odd} for id_, odd in changed.items())
    return Fate(row.line, "new" if new else "changed" if changed else "unchanged", list(wished), row.notes)


def _apply(session: Session, change: Change) -> None:
    """One statement for many rows: as objects of the session they cost three times the CPU."""
    if change.new:
        session.execute(insert(Camera), change.new)
    if change.changed:
        session.execute(update(Camera), change.changed)


def _columns(target: Target, camera: Any, wish: Place | Registration) -> dict[str, Any]:
    """What the row says of the camera; what the sheet has no column for stays as it is registered, masks above all."""
    centre = target.centre
    if camera is not None and camera.centre_id != centre.id:
        raise CentreNotYours("another centre has a camera of that id", field=ID_COLUMN[target.sheet.kind])
    if isinstance(wish, Place):
        where = {"name": wish.name, "lat": wish.lat, "lon": wish.lon, "h3_cell": near.cell(wish.lat, wish.lon)}
        where |= {"purpose": wish.purpose} if wish.purpose else {}
        return where if camera else where | {"centre_id": centre.id, **inventory.UNREACHED}
    try:
        columns = inventory.columns(target.vault, centre, camera, wish)
    except Refusal as refusal:
        raise _by_column(refusal, [one.name for one in wish.profiles]) from refusal
    if camera is None:
        return columns
    if inventory.has_password(target.vault, camera, wish.password):
        columns.pop("rtsp_password_sealed", None)  # sealed anew it would look like a change
    unsaid = {"masks", "ptz_home", "ptz_presets", *(name for name in OPTIONAL if name not in target.sheet.headings)}
    if not camera.rtsp_host:
        unsaid.discard("enabled")  # it is reached from now on
    return {name: value for name, value in columns.items() if name not in unsaid} | {"imported_as": STREAMS}


def _differing(camera: Any, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if getattr(camera, name) != value}


def counts(fates: Sequence[Fate]) -> dict[str, int]:
    """How many rows had each fate."""
    return dict(Counter(fate.fate for fate in fates))


def summary(target: Target, fates: Sequence[Fate]) -> dict[str, Any]:
    """What the record says of a batch: which cameras are new and which have changed."""
    ids = {kind: [id_ for fate in fates if fate.fate == kind for id_ in fate.camera_ids] for kind in ("new", "changed")}
    return {"centre": target.centre.id, "kind": target.sheet.kind, **ids, "refused": counts(fates).get("refused", 0)}
