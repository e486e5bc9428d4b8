"""The ledgers there are, by name: their headings and what reads their rows."""

from collections.abc import Callable, Iterator

from server.audit.destruction import DESTRUCTION, destruction
from server.audit.ledger import VIEWING, Read, viewing
from server.audit.provision import PROVISION, provision
from server.audit.scope import Asked
from server.audit.table import Row, as_csv, as_json

FORMS = {"csv": as_csv, "json": as_json}
Rows = Callable[[Read, Asked], Iterator[Row]]
LEDGERS: dict[str, tuple[dict[str, str], Rows]] = {
    "viewing": (VIEWING, viewing),
    "provision": (PROVISION, provision),
    "destruction": (DESTRUCTION, destruction),
}


def written(name: str, form: str, read: Read, asked: Asked) -> Iterator[str]:
    """The ledger's file in pieces; ``form`` is csv or json."""
    headings, rows = LEDGERS[name]
    return FORMS[form](headings, rows(read, asked))
