"""Every example of the Python SDK's page, run as it stands against the real server."""

import contextlib
import re
import threading
from pathlib import Path

import goldentime
import pytest

from server import clock
from server.models import Agency, Camera, Client, PtzRight
from tests import ankle_town, cap_town, plate_town, town
from tests.client_sdk.product import running

PAGE = (Path(goldentime.__file__).parents[1] / "README.md").read_text()
EXAMPLES = dict(re.findall(r"^## (.+?)\n```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
PARTS = ("transaction", "read", "keys", "data_dir", "database_url")


@pytest.fixture
def product(request, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with request.getfixturevalue("transaction")() as session:
        linked(session)
    with running(**{name: request.getfixturevalue(name) for name in PARTS}) as made:
        yield made


def on_the_second():
    """The time as CAP writes it."""
    return clock.now().replace(microsecond=0)


def linked(session):
    """The systems that other services link, and a camera that can be steered."""
    plate_town.settle(session)
    ankle_town.settle(session)
    cap_town.settle(session, clock.now)
    session.add(Client(id="cad-safety", agency_id="control", services=["vulnerable_person"], secret_hash=town._HASH))
    session.get(Client, "cad112").services = ["police_112", "wanted_vehicle"]
    camera = session.get(Camera, "cam-near")
    camera.ptz, camera.ptz_home, camera.onvif_port, camera.ptz_presets = True, "home", 80, []
    session.get(Agency, "station").ptz = PtzRight.EVERYBODY


def signed_in(product, account, folder):
    client = goldentime.Client(product.base, keep=folder)
    client.login(account, town.PASSWORD)
    return client


def test_every_example_is_known_here():
    assert list(EXAMPLES) == [
        "An officer in a vehicle",
        "After a reboot",
        "What is pushed",
        "A control room",
        "Temporary access",
        "As an incident goes on",
        "Linked services",
        "A centre",
        "An auditor",
        "When something goes wrong",
    ]
    assert PAGE.count("```python\n") == len(EXAMPLES)


@pytest.mark.nginx
@pytest.mark.process
def test_the_page_from_its_beginning_to_its_end(product, phone, capsys, tmp_path):
    names = {"password": town.PASSWORD, "secret": town.PASSWORD, "pin": "4711"}

    def run(title, **more):
        exec(EXAMPLES[title].replace("https://goldentime.example", product.base), names | more, names)  # noqa: S102
        said = capsys.readouterr().out
        return "".join(line for line in said.splitlines(keepends=True) if " part=api " not in line)

    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    assert "흉기를 든 남자가 달아남 → 카메라 cam-near 40 m\nwatching by dispatch" in run("An officer in a vehicle")
    names["client"].close()
    assert run("After a reboot") == ""

    playback = names["client"].play("cam-near", incident_id=incident)
    online = threading.Event()

    def end_it():
        assert online.wait(30)
        phone("cad112").patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})

    ending = threading.Thread(target=end_it)
    ending.start()

    def said(*words):
        online.set()
        print(*words)

    pushed = run("What is pushed", print=said)
    ending.join()
    assert pushed.startswith("the line is online\n")
    assert f"blank now: ['{playback.session_id}'] incident_closed" in pushed

    run("A control room")
    assert names["room"].incidents.read(names["incident"].id).status == "closed"

    supervisor, officer = (signed_in(product, account, tmp_path / account) for account in ("supervisor", "lee"))
    officer.access_requests.ask("room112", reason="수색", camera_ids=["cam-far"])
    assert run("Temporary access", supervisor=supervisor, officer=officer) == "lee watches cam-near\n"
    assert {grant.status for grant in officer.grants.list()} == {"active", "ended"}

    linked_services(run, product, phone, tmp_path, officer)

    wrong = run("When something goes wrong")
    assert wrong.startswith("The viewer's unit is not sent to that incident · ")
    assert "not_dispatched 403 None " in wrong
    for client in (names["client"], names["room"], supervisor, officer):
        client.close()


def linked_services(run, product, phone, tmp_path, officer):
    """What other systems, centres and auditors do; an incident is open."""
    phone("cad112").post("/v1/incidents", town.report(external_id="112-2026-9", units=["car2"]))
    machines = ("cad-lpr", "cad-safety", "cad-moj", "cad-disaster", "cad119")
    people = ("dispatcher", "centre", "auditor")
    with contextlib.ExitStack() as stack:
        lpr, safety, moj, disaster, fire = (
            stack.enter_context(goldentime.Room(product.base, name, town.PASSWORD)) for name in machines
        )
        dispatcher, centre, auditor = (
            stack.enter_context(signed_in(product, name, tmp_path / name)) for name in people
        )
        told = run("As an incident goes on", fire_room=fire, officer=officer, dispatcher=dispatcher)
        assert told == "help is accepted\n"
        more = {"safety": safety, "location_centre": moj, "disaster_room": disaster, "centre_machine": lpr}
        message = cap_town.message(on_the_second).encode()
        assert run("Linked services", message=message, **more) == "read ['12가3456']\nCAP: opened\n"
        shown = run("A centre", centre=centre)
        assert "lee" in shown
        assert shown.endswith("카메라 cam-near 1\n")
        read = run("An auditor", auditor=auditor)
        assert "viewer:" in read
        assert re.search(r"viewing-\d+-\d+\.csv \d+ bytes", read)
