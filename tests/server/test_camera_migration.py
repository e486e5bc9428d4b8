"""A database of the first schema, with rows in it, is brought to the newest one."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from server import db
from server.models import Camera, Lease, LeaseState

OLD_ROWS = (
    "INSERT INTO centres (id, code, name, name_en, lat, lon, networks) VALUES ('c', '1', 'c', 'c', 34, 126, '[]')",
    "INSERT INTO hosts VALUES ('host-a', '2026-11-02 00:00:00')",
    "INSERT INTO cameras VALUES ('front', 'c', 'Front', 34, 126, 1, NULL, NULL, 80, TRUE, 'ok', 'h', 554, '/front', NULL, NULL)",
    "INSERT INTO cameras VALUES ('quoted', 'c', 'Quoted', 34, 126, 1, NULL, NULL, 80, TRUE, 'ok', 'h', 554, '/a\"b\\c', 'u', NULL)",
    "INSERT INTO leases VALUES ('front', 'host-a', 7, '2026-11-02 00:00:00', 'live', '2026-11-02 00:00:00', NULL)",
)


@pytest.fixture
def old_url(any_database, request, tmp_path):
    if any_database == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    server = request.getfixturevalue("postgres")
    made = db.engine(server.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        connection.execute(text("CREATE DATABASE old"))
    made.dispose()
    return server.format(name="old")


def test_what_was_registered_before_is_still_there(old_url):
    config = Config()
    config.set_main_option("script_location", str(db.MIGRATIONS))
    engine = db.engine(old_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in OLD_ROWS:
            connection.exec_driver_sql(row)

    db.migrate(old_url)

    with db.read(engine)() as session:
        front, quoted, lease = session.get(Camera, "front"), session.get(Camera, "quoted"), session.get(Lease, "front")
        unknown = dict.fromkeys(
            ("codec", "width_px", "height_px", "fps", "bitrate_bps", "gop_frames", "b_frames", "codecs")
        )
        assert front.profiles == [{"name": "main", "path": "/front", **unknown}]
        assert quoted.profiles == [{"name": "main", "path": '/a"b\\c', **unknown}]
        assert (front.masks, front.warm, front.onvif_port) == ([], False, None)
        assert (lease.fence, lease.state, lease.step, lease.frozen) == (7, LeaseState.LIVE, "full", False)
        assert (lease.picture_at, lease.still_at, lease.reported_at) == (None, None, None)
    engine.dispose()


def test_the_few_warm_cameras_are_found_without_looking_at_all(engine):
    query = select(Camera.id).where(Camera.warm).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
    assert "ix_cameras_warm" in str(plan)
