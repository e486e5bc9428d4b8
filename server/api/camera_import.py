"""A centre's list of cameras as a file: what would become of each row, or what became of it.

The file is read and judged first. It is written in batches, as on the command line, so that nobody who writes waits for
long; one that was interrupted is repeated, and goes on where it stopped. A dry run takes no write lock at all.
"""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import answered, change, needs, refuses, takes, twice
from server.api.camera_body import registration
from server.api.deps import deps
from server.api.fields import Id, Shown
from server.audit.log import Tag, record
from server.cameras import centre_codes, importing
from server.cameras.importing import Fate, Row, Sheet, Target
from server.models import Centre, Role

camera_import = APIBlueprint("imports", __name__)

MOST_BYTES = 4 << 20  # nginx lets as much through by the management listener
MOST_ROWS = 5000  # with streams a second of CPU; longer files are for the command line


class ImportQuery(BaseModel):
    """Whose cameras they are, and how the file is to be taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    centre_id: Id
    dry_run: Annotated[bool, Field(description="write nothing, tell what would become of each row")] = False
    complete: Annotated[bool, Field(description="what an earlier file brought in and this one lacks is retired")] = (
        False
    )


class ShownFate(Shown):
    """One row; ``line`` 1 is the headings."""

    line: int
    fate: str
    camera_ids: list[str]
    notes: list[str]
    code: str | None
    detail: str | None
    field: str | None


class ShownImport(Shown):
    """What became of the rows, or would."""

    dry_run: bool
    counts: dict[str, int]
    retired: list[str]
    rows: list[ShownFate]


def shown(fate: Fate) -> ShownFate:
    """A row's fate as it is shown."""
    said: dict[str, Any] = {"code": None, "detail": None, "field": None}
    if fate.refusal:
        said = {"code": fate.refusal.code, "detail": str(fate.refusal), "field": fate.refusal.extension.get("field")}
    own = {"line": fate.line, "fate": fate.fate, "camera_ids": list(fate.camera_ids), "notes": list(fate.notes)}
    return ShownFate(**own, **said)


@camera_import.post("/v1/cameras:import")
@needs(Role.ADMIN, own_agency=True)
@refuses(errors.CentreUnknown, errors.ImportFileInvalid)
@takes("text/csv")
@camera_import.input(ImportQuery, location="query")
@camera_import.output(ShownImport)
def read_in(query_data: ImportQuery, caller: Caller) -> Response:
    """Bring a centre's cameras in from a CSV file: 전국CCTV표준데이터, or an inventory with streams."""
    request.max_content_length = MOST_BYTES
    given, today = deps(), centre_codes.day(deps().now())
    data = request.get_data()
    with given.read() as session:
        mine = caller.viewer.administers_centre
        named = importing.centre(session, query_data.centre_id, mine=mine, on=today)
    sheet = importing.parse(data, named, registration)  # most of the work, and nobody who writes waits for it
    if len(sheet.rows) > MOST_ROWS:
        raise errors.ImportFileInvalid(f"at most {MOST_ROWS} rows; longer files: python -m server cameras import")
    importing.must_name_all(sheet, complete=query_data.complete)
    if query_data.dry_run:
        with given.read() as session:
            return Response(_seen(session, query_data, sheet, named).model_dump_json(), mimetype="application/json")
    if (earlier := answered(caller)) is not None:
        return earlier

    def write(rows: Sequence[Row]) -> list[Fate]:
        with given.transaction() as session:
            centre = importing.centre(session, named.id, mine=mine, on=today)  # as it is now, its networks above all
            target = Target(given.vault, centre, sheet, dry_run=False)
            fates = importing.write(session, target, rows)
            record(session, Tag.CAMERAS_IMPORTED, caller.actor, now=given.now(), **importing.summary(target, fates))
        return fates

    fates = [fate for rows in sheet.batches() for fate in twice(partial(write, rows))]

    def end(session: Session) -> tuple[ShownImport, int]:
        retired = importing.missing(session, named, sheet) if query_data.complete else []
        importing.retire(session, retired)
        if retired:
            known = {"centre": named.id, "cameras": retired}
            record(session, Tag.CAMERAS_RETIRED, caller.actor, now=given.now(), **known)
        return _shown(query_data, fates, retired), 200

    return change(caller, end)


def _seen(session: Session, asked: ImportQuery, sheet: Sheet, centre: Centre) -> ShownImport:
    target = Target(deps().vault, centre, sheet, dry_run=True)
    fates = [fate for rows in sheet.batches() for fate in importing.write(session, target, rows)]
    return _shown(asked, fates, importing.missing(session, centre, sheet) if asked.complete else [])


def _shown(asked: ImportQuery, fates: Sequence[Fate], retired: list[str]) -> ShownImport:
    rows = [shown(one) for one in fates]
    return ShownImport(dry_run=asked.dry_run, counts=importing.counts(fates), retired=retired, rows=rows)
