"""What tests stand on: a town in a database of their own, the API over it, and one browser for all pages."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import event, text

from demo.tablet import chromium
from server import app as application
from server import db
from server.access.keys import Keys
from server.api import limits
from server.api.deps import EXTENSION, Deps
from server.audit.note import AuditKey
from server.cameras.credentials import Vault
from server.gate.app import Gate
from server.models import Base
from tests import plate_town as plate_town_rows
from tests import town
from tests.phone import Phone

ISSUER = "https://goldentime.test"
POSTGRES_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql"))


@pytest.fixture(scope="module")
def browser():
    """One at a time, and not for longer than a module: while it lives, its thread cannot run another event loop."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    Keys.create(folder)
    Vault.create(folder)
    AuditKey.create(folder)
    return folder


@pytest.fixture
def data_dir(tmp_path, keys_dir):
    shutil.copytree(keys_dir / "keys", tmp_path / "data" / "keys")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def settled_sqlite(tmp_path_factory, keys_dir):
    path = tmp_path_factory.mktemp("template") / "town.db"
    db.migrate(f"sqlite:///{path}")
    made = db.engine(f"sqlite:///{path}")
    _settle(made, keys_dir)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgres():
    """The URL of a throw-away PostgreSQL without a database name, on a unix socket, gone after the session."""
    if not POSTGRES_BIN.exists():
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="goldentime-pg-") as name:
        folder = Path(name)
        if as_user:
            shutil.chown(folder, "postgres")
        initdb = [*as_user, POSTGRES_BIN / "initdb", "-D", folder / "data", "-U", "town", "--auth=trust", "--no-sync"]
        subprocess.run([*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)
        flags = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=40"
        control = [*as_user, POSTGRES_BIN / "pg_ctl", "-D", folder / "data", "-w", "-t", "30"]
        start = [*control, "-o", flags, "-l", folder / "log", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        try:
            yield f"postgresql://town@/{{name}}?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder)


@pytest.fixture(scope="session")
def migrated_postgres(postgres):
    _run(postgres.format(name="postgres"), "CREATE DATABASE town")
    db.migrate(postgres.format(name="town"))
    return postgres.format(name="town")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_database(request):
    """Tests that name it run on both kinds of database."""
    return request.param


@pytest.fixture
def database_url(request, data_dir):
    kind = request.getfixturevalue("any_database") if "any_database" in request.fixturenames else "sqlite"
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("settled_sqlite"), data_dir / "goldentime.db")
        return f"sqlite:///{data_dir / 'goldentime.db'}"
    made = request.getfixturevalue("postgres_engine")
    with made.begin() as connection:
        connection.exec_driver_sql(request.getfixturevalue("emptying"))
    _settle(made, data_dir)
    made.dispose()
    return request.getfixturevalue("migrated_postgres")


@pytest.fixture(scope="session")
def sqlite_engine(settled_sqlite):
    """One for all tests of a worker: what its statements compile to is kept in it."""
    return db.engine(f"sqlite:///{settled_sqlite}")


@pytest.fixture(scope="session")
def postgres_engine(migrated_postgres):
    return db.engine(migrated_postgres)


@pytest.fixture(scope="session")
def emptying(postgres_engine):
    """What makes the database as it was after the migrations: TRUNCATE makes each table's files anew, which takes 0.2 s."""
    with postgres_engine.connect() as connection:
        sequences = connection.scalars(text("SELECT sequencename FROM pg_sequences")).all()
    return "; ".join(
        (
            "SET LOCAL session_replication_role = replica",
            *(str(table.delete()) for table in Base.metadata.tables.values()),
            *(f"ALTER SEQUENCE {name} RESTART" for name in sequences),
            "INSERT INTO audit_head VALUES (1, 0, repeat('0', 64))",
        )
    )


@pytest.fixture
def engine(database_url, request):
    """It connects to the test's own database, and to none after the test."""
    kind, _, path = database_url.partition(":///")

    def enter(_dialect, _record, given, _named):
        given[0] = path

    made = request.getfixturevalue("sqlite_engine" if kind == "sqlite" else "postgres_engine")
    if kind == "sqlite":
        event.listen(made, "do_connect", enter)
    yield made
    made.dispose()
    if kind == "sqlite":
        event.remove(made, "do_connect", enter)


@pytest.fixture
def statements(engine):
    """The text of each statement, from now on."""
    texts = []

    def note(_connection, _cursor, text, *_):
        texts.append(text)

    event.listen(engine, "before_cursor_execute", note)
    yield texts
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def transaction(engine):
    return db.transaction(engine)


@pytest.fixture
def read(engine):
    return db.read(engine)


@pytest.fixture
def clock():
    return town.Clock()


@pytest.fixture
def steady():
    return town.Steady()


@pytest.fixture
def keys(data_dir):
    return Keys(data_dir)


@pytest.fixture(scope="session")
def assembled(keys_dir):
    """The API on nothing: its 150 routes take 0.1 s to build, which is most of a test's time."""
    nothing = Deps(None, None, Keys(keys_dir), Vault(keys_dir), ISSUER, None)
    made = application.create_app(nothing, town.UNLIMITED)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def app(assembled, engine, keys, data_dir, clock):
    doors = db.transaction(engine), db.read(engine)
    assembled.extensions[EXTENSION] = Deps(*doors, keys, Vault(data_dir), ISSUER, clock)
    assembled.extensions[limits.EXTENSION].limiter.reset()
    return assembled


@pytest.fixture
def phone(app):
    """``phone("kim").get(...)``: the API as one account sees it."""
    return lambda account=None: Phone(app.test_client(), account)


@pytest.fixture
def gate(engine, transaction, clock, steady):
    """The gate, with a live transcoder host behind it; its threads do not run: ``tests.phone.ask`` looks before it asks."""
    with transaction() as session:
        town.live_host(session, clock())
    made = Gate(engine, clock, steady)
    made.feed.look()
    yield made
    made.feed.close()


def _settle(made, folder):
    with db.transaction(made)() as session:
        town.settle(session, folder)


def _run(url, *statements):
    made = db.engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    made.dispose()


@pytest.fixture
def plate_town(transaction):
    """A plate reader of the town's centre, and a road to the north."""
    with transaction() as session:
        plate_town_rows.settle(session)


@pytest.fixture
def readers_of_another_centre(transaction):
    with transaction() as session:
        plate_town_rows.settle_another_centre(session)
