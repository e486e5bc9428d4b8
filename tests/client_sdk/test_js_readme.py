"""The examples of the JavaScript SDK's page, run as they stand: in node against the real server, the picture in a browser."""

import json
import re
import subprocess
import threading
from pathlib import Path

import pytest

from tests import cap_town, town
from tests.client_sdk.product import running
from tests.client_sdk.test_js import node
from tests.client_sdk.test_python_readme import linked, on_the_second
from tests.nginx.conftest import until

SDK = Path(__file__).parents[2] / "client_sdk" / "js"
PAGE = (SDK / "README.md").read_text()
EXAMPLES = dict(re.findall(r"^## (.+?)\n```js\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
PICTURE = EXAMPLES.pop("The picture on a page")
PARTS = ("transaction", "read", "keys", "data_dir", "database_url")


@pytest.mark.nginx
@pytest.mark.process
def test_the_page_from_its_beginning_to_its_end_in_node(request, phone, tmp_path):
    assert PAGE.count("```js\n") == len(EXAMPLES) + 1
    with request.getfixturevalue("transaction")() as session:
        linked(session)
    incident = phone("cad112").post("/v1/incidents", town.report()).json["id"]
    with running(**{name: request.getfixturevalue(name) for name in PARTS}) as product:
        given = f"const password = {town.PASSWORD!r}, secret = password;\nconst keepIt = () => {{}};\n"
        given += f"const message = {json.dumps(cap_town.message(on_the_second))};\n"
        code = given + "".join(EXAMPLES.values()).replace("https://goldentime.example", product.base)
        script = tmp_path / "page.mjs"
        script.write_text(code.replace("'/sdk/", f"'{SDK / 'src'}/"))
        process = subprocess.Popen([node(), str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        said = []
        reading = threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")))
        reading.start()
        try:
            until(lambda: "the line is online\n" in said or process.poll() is not None, within_s=60)
            phone("cad112").patch(f"/v1/incidents/{incident}", {"status": "closed", "closing_reason": "끝"})
            assert process.wait(60) == 0, process.stderr.read()
        finally:
            process.kill()
            reading.join()
            process.communicate()
    assert said[:3] == ["흉기를 든 남자가 달아남 → 카메라 cam-near\n", "watching by dispatch\n", "the line is online\n"]
    assert said[3:9] == [
        "blank now: incident_closed\n",
        "asked: open\n",
        "given: active\n",
        "could be sent: 0\n",
        "read: 12가3456\n",
        "CAP: opened\n",
    ]
    assert said[9] == "카메라 cam-near is watched by lee\n"
    assert said[10].startswith("viewer:")
    assert re.fullmatch(r"viewing-\d+-\d+\.csv has \d+ bytes\n", said[-2])
    assert re.match(r"The viewer's unit is not sent to that incident · .+ \(not_dispatched, 403, [\w-]+\)\n", said[-1])
