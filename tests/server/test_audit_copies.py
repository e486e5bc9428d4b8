"""What was signed is copied out of the database: once, whole, in order, and never lost."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.audit import bundle, checkpoints, copies, log, proof, store
from server.audit.note import AuditKey
from server.models import AuditCheckpoint, AuditEvent
from server.settings import Settings

KIM = log.Actor("officer", "kim")
MOTO = Path(sys.executable).with_name("moto_server")


@pytest.fixture
def key(data_dir):
    return AuditKey(data_dir)


@pytest.fixture
def record(transaction, clock, key):
    """``record(5, 4)``: five rows and a checkpoint, four more and another."""

    def write(*blocks):
        for rows in blocks:
            for n in range(rows):
                clock.forward(seconds=1)
                with transaction() as session:
                    log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock(), n=n)
            with transaction() as session:
                checkpoints.make(session, key, now=clock())

    return write


@pytest.fixture
def send(read, transaction, key, clock):
    return lambda into: copies.send(read, transaction, key.public, into, now=clock)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "copies"


def names(folder):
    return sorted(str(path.relative_to(folder)).split("-")[0] for path in folder.rglob("*") if path.is_file())


def test_each_checkpoint_is_kept_with_its_rows_and_proves_them(any_database, record, send, folder, key):
    record(5, 4)
    assert send(store.Folder(folder)) == 2
    assert send(store.Folder(folder)) == 0
    record(3)
    assert send(store.Folder(folder)) == 1
    sizes = ["000000000000005", "000000000000009", "000000000000012"]
    assert names(folder) == [f"checkpoints/{size}.note" for size in sizes] + [f"rows/{size}" for size in sizes]
    firsts = []
    for file in sorted((folder / "rows").iterdir()):
        report = proof.verify(file.read_bytes().splitlines(keepends=True), keys=key.public)
        assert report.whole, report.faults
        firsts.append((report.first, report.rows))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert firsts == [(1, 5), (6, 4), (10, 3)]


def test_the_copies_tell_of_a_record_that_was_cut_off(record, send, folder, read, key):
    record(5, 4)
    send(store.Folder(folder))
    cut = [line.encode() for line in bundle.lines(read, key.public, 0, 5)]
    notes = [path.read_text() for path in (folder / "checkpoints").iterdir()]
    assert proof.verify(cut, keys=None).whole
    assert proof.verify(cut, keys=None, others=notes).faults == ["seq 6 to 9: missing"]


class Flaky:
    """A folder that fails before or after it has kept the n-th object, once."""

    def __init__(self, folder, nth, *, kept):
        self.inner, self.nth, self.kept, self.count = store.Folder(folder), nth, kept, 0

    def put(self, name, data):
        self.count += 1
        if self.count == self.nth and not self.kept:
            raise store.StoreFailed(name)
        self.inner.put(name, data)
        if self.count == self.nth:
            raise store.StoreFailed(name)


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("kept", [True, False])
def test_a_store_that_fails_in_between_gets_everything_the_next_time(nth, kept, *, record, send, folder, read):
    record(2, 2, 2)
    flaky = Flaky(folder, nth, kept=kept)
    with pytest.raises(store.StoreFailed):
        send(flaky)
    send(flaky)
    assert len(names(folder)) == 6
    with read() as session:
        assert None not in session.scalars(select(AuditCheckpoint.sent_at)).all()


def test_no_transaction_is_open_while_the_store_is_talked_to(record, send, transaction, clock):
    class Slow:
        def put(self, name, data):  # noqa: ARG002
            with transaction() as session:  # SQLite has one writer: this would wait in vain
                log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock())

    record(2)
    assert send(Slow()) == 1


def test_an_object_is_never_replaced(folder):
    kept = store.Folder(folder)
    kept.put("checkpoints/1.note", b"one")
    kept.put("checkpoints/1.note", b"one")
    with pytest.raises(store.StoreConflict):
        kept.put("checkpoints/1.note", b"two")
    assert (folder / "checkpoints" / "1.note").read_bytes() == b"one"


def test_a_checkpoint_that_is_another_than_its_copy_is_not_sent(record, send, folder, transaction):
    record(2)
    send(store.Folder(folder))
    with transaction() as session:
        session.execute(update(AuditCheckpoint).values(sent_at=None, note="another"))
    with pytest.raises(store.StoreConflict):
        send(store.Folder(folder))


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(store.StoreFailed):
        store.Folder(tmp_path / "file").put("a", b"")


@pytest.mark.parametrize("content", [None, "", "[s3]\naccess_key_id = canary-secret\n", "canary-secret"])
def test_an_s3_without_its_key_file_stops_the_start_and_says_no_secret(content, tmp_path):
    if content is not None:
        (tmp_path / "s3.ini").write_text(content)
    with pytest.raises(store.StoreInvalid, match=r"s3\.ini") as error:
        store.at("s3://bucket/record", keys=tmp_path, endpoint=None)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("", "/data/audit"),
        ("/copies", "/copies"),
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/a/b", "s3://bucket/a/b"),
    ],
)
def test_copies_go_to_a_folder_unless_an_s3_is_named(value, place):
    assert Settings(data_dir="/data", public_url="http://localhost", audit_store=value).copies == place


def _wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        os.sched_yield()
    pytest.fail("moto_server does not answer")


@pytest.fixture
def bucket(tmp_path):
    """A stand-in that speaks S3: it shows that the transport works, nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        (tmp_path / "s3.ini").write_text("[s3]\naccess_key_id = a\nsecret_access_key = b\nregion = ap-northeast-2\n")
        found = store.at("s3://copies/record", keys=tmp_path, endpoint=f"http://127.0.0.1:{port}")
        where = {"LocationConstraint": "ap-northeast-2"}
        found.client.create_bucket(Bucket="copies", CreateBucketConfiguration=where)
        yield found
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.process
def test_a_bucket_is_filled_like_a_folder_and_nothing_in_it_is_replaced(bucket, record, send, key):
    record(5, 4)
    assert send(bucket) == 2
    found = bucket.client.list_objects_v2(Bucket="copies", Prefix="record/")["Contents"]
    assert len(found) == 4
    last = bucket.client.get_object(Bucket="copies", Key=found[-1]["Key"])
    data = last["Body"].read()
    assert proof.verify(data.splitlines(keepends=True), keys=key.public).whole
    assert len(last["Metadata"]["sha256"]) == 64
    name = found[-1]["Key"].removeprefix("record/")
    bucket.put(name, data)
    with pytest.raises(store.StoreConflict):
        bucket.put(name, data + b"\n")


@pytest.mark.process
def test_a_bucket_that_is_not_there_is_said_and_nothing_is_lost(bucket, record, send, read):
    record(2)
    with pytest.raises(store.StoreFailed, match="NoSuchBucket"):
        send(store.Bucket(bucket.client, "nowhere", ""))
    assert send(bucket) == 1
    with read() as session:
        assert session.scalars(select(AuditEvent.seq)).all() == [1, 2]


@pytest.fixture
def environ(data_dir, database_url, folder):
    return os.environ | {
        "GOLDENTIME_DATA_DIR": str(data_dir),
        "GOLDENTIME_PUBLIC_URL": "http://localhost",
        "GOLDENTIME_DATABASE_URL": database_url,
        "GOLDENTIME_AUDIT_STORE": str(folder),
    }


@pytest.mark.process
def test_the_scheduler_signs_and_copies_by_itself(environ, transaction, clock, folder, key):
    with transaction() as session:
        log.record(session, log.Tag.PLAYBACK_OPENED, KIM, now=clock())
    scheduler = subprocess.Popen([sys.executable, "-m", "server.scheduler"], env=environ, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 45
        while not list(folder.glob("checkpoints/*.note")) and time.monotonic() < deadline:
            assert scheduler.poll() is None
            threading.Event().wait(0.1)
    finally:
        scheduler.send_signal(signal.SIGTERM)
        scheduler.wait(10)
    (rows,) = folder.glob("rows/*.jsonl")
    assert proof.verify(rows.read_bytes().splitlines(keepends=True), keys=key.public).whole


@pytest.mark.process
def test_a_scheduler_without_the_key_of_the_record_does_not_start(environ, data_dir):
    (data_dir / "keys" / "audit.pem").unlink()
    argv = [sys.executable, "-m", "server.scheduler"]
    done = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "audit.pem" in done.stderr
    assert "keys init" in done.stderr
