"""A centre's list of cameras as a file: what would become of each row, or what became of it.

The file is read and judged before the write transaction, which is all or nothing; a dry run takes no write lock at all.
"""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from server import errors
from server.access.viewer import Caller
from server.api.call import change, needs, refuses, takes
from server.api.camera_body import registration
from server.api.deps import deps
from server.api.fields import Id, Shown
from server.audit.log import Tag, record
from server.cameras import centre_codes, importing
from server.cameras.importing import Fate, Target
from server.models import Role

camera_import = APIBlueprint("imports", __name__)

MOST_BYTES = 4 << 20  # nginx lets as much through by the management listener
MOST_ROWS = 5000  # with streams a second of the write lock; longer files are for the command line


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

    def act(session: Session) -> tuple[ShownImport, int]:
        centre = importing.centre(session, named.id, mine=mine, on=today)  # as it is now, its networks above all
        return _acted(session, Target(given.vault, centre, sheet, query_data.dry_run), caller, query_data), 200

    if query_data.dry_run:
        with given.read() as session:
            answer, _ = act(session)
        return Response(answer.model_dump_json(), mimetype="application/json")
    return change(caller, act)


def _acted(session: Session, target: Target, caller: Caller, asked: ImportQuery) -> ShownImport:
    fates = [fate for rows in target.sheet.batches() for fate in importing.write(session, target, rows)]
    retired = importing.missing(session, target.centre, target.sheet) if asked.complete else []
    if not target.dry_run:
        now, centre_id = deps().now(), target.centre.id
        importing.retire(session, retired)
        record(session, Tag.CAMERAS_IMPORTED, caller.actor, now=now, **importing.summary(target, fates))
        if retired:
            record(session, Tag.CAMERAS_RETIRED, caller.actor, now=now, centre=centre_id, cameras=retired)
    rows = [shown(one) for one in fates]
    return ShownImport(dry_run=target.dry_run, counts=importing.counts(fates), retired=retired, rows=rows)
