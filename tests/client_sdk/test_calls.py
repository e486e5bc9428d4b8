"""Both SDKs have the same calls under the same names, and together all of the API but what is left out on purpose."""

import inspect
import json
import re
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from goldentime.api import Api
from goldentime.caller import Caller
from goldentime.client import Client
from goldentime.wire import Content

from tests.client_sdk import declarations
from tests.client_sdk.test_js import node

LEFT_OUT = {
    "who runs the product": ["GET /healthz", "GET /readyz", "GET /.well-known/jwks.json"],
    "the login, which every call carries": ["POST /v1/auth/token", "POST /v1/auth/revoke", "GET /v1/events"],
    "the registry, which an administrator keeps in the console or by call()": [
        *("GET /v1/agencies", "POST /v1/agencies", "PUT /v1/agencies/{agency_id}/policy", "POST /v1/units"),
        *("GET /v1/agencies/{agency_id}/jurisdiction", "PUT /v1/agencies/{agency_id}/jurisdiction"),
        *("PUT /v1/agencies/{agency_id}/provider", "DELETE /v1/agencies/{agency_id}/provider"),
        *("GET /v1/officers", "POST /v1/officers", "PATCH /v1/officers/{officer_id}"),
        *("PUT /v1/officers/{officer_id}/password", "PUT /v1/officers/{officer_id}/identity"),
        *("DELETE /v1/officers/{officer_id}/totp", "POST /v1/clients", "POST /v1/clients/{client_id}/secret"),
        *("GET /v1/centres", "POST /v1/centres", "PATCH /v1/centres/{centre_id}"),
        *("GET /v1/cameras", "GET /v1/cameras/{camera_id}", "PUT /v1/cameras/{camera_id}", "POST /v1/cameras:import"),
        *("GET /v1/centres/{centre_id}/sensor-rules", "PUT /v1/centres/{centre_id}/sensor-rules"),
        *("GET /v1/cap-senders", "POST /v1/cap-senders", "DELETE /v1/cap-senders/{cap_sender_id}"),
        "PUT /v1/services/{service}/policy",
    ],
}
OF_ONE_ONLY = {
    "python": {"close", "playlist", "thumbprint"},  # connections, a player without an address, a key that has a file
    "js": {"base", "wire", "pages", "proven", "token", "renew"},  # what its modules take from each other
}
SHOWN_ONCE = ("devices.prepare", "code")  # not in what the server stores, always in what it answers
AT = datetime(2026, 11, 2, tzinfo=UTC)


class Sent(Exception):
    """A call was made."""


class Recorder(Api):
    """Keeps what would have been sent: verb, path, body, query and as what its answer is read."""

    def __init__(self):
        super().__init__(SimpleNamespace(send=self.call), None)

    def call(self, method, path, body=None, *, query=None, form=None, kind=None, **_):
        self.sent = SimpleNamespace(line=f"{method} {path}", body=body or form, query=query or {}, kind=kind)
        raise Sent

    def get(self, kind, method, path, body=None, /, **query):
        return self.call(method, path, body, query=query, kind=kind)

    def file(self, path, /, **query):
        return self.call("GET", path, query=query)

    def listed(self, kind, path, /, **query):
        return self.call("GET", path, query=query, kind=kind)


def sample(parameter):
    """Something that fits a parameter: an id says which."""
    kinds = {str: f"<{parameter.name}>", int: 1, float: 0.5, bool: True, datetime: AT, bytes: b"x"}
    for kind, value in kinds.items():
        if parameter.annotation == kind or parameter.annotation == (kind | None):
            return value
    if "dict" in str(parameter.annotation) and "Sequence" not in str(parameter.annotation):
        return {"id": "x"}
    if parameter.name == "centre":
        return "own"
    assert "Sequence" in str(parameter.annotation), parameter
    return [("x", "y")] if "tuple" in str(parameter.annotation) else ["x"]


def camel(name):
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def public(kind):
    return {name: one for name, one in inspect.getmembers(kind) if not name.startswith("_")}


def sent_by(recorder, method):
    given = {name: sample(one) for name, one in inspect.signature(method).parameters.items()}
    with pytest.raises(Sent):
        method(**given)
    return recorder.sent


def python():
    """What each method of an officer sends, by its name."""
    recorder = Recorder()
    client = Client.__new__(Client)
    Caller.__init__(client, recorder)
    client._login = SimpleNamespace(proof=lambda *_: {}, pin_was=None)
    found = {}
    for noun, one in vars(client).items():
        if not noun.startswith("_"):
            methods = {name: act for name, act in public(one).items() if callable(act)}
            found |= {f"{noun}.{name}": sent_by(recorder, act) for name, act in methods.items()}
    alone = {"call", "file", "events", "url", "login", "come_back", "resume", "logout", *OF_ONE_ONLY["python"]}
    methods = {name: act for name, act in public(Client).items() if inspect.isfunction(act) and name not in alone}
    return found | {name: sent_by(recorder, getattr(client, name)) for name in methods}


@pytest.fixture(scope="module")
def spec():
    return declarations.document()


@pytest.fixture(scope="module")
def table():
    return declarations.calls()


@pytest.fixture(scope="module")
def calls():
    return python()


def operation(spec, sent):
    """The operation that was called: its line, and what is documented of it."""
    verb, path = unquote(sent.line).split(" ")
    for known, operations in spec["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "<[a-z_]+>", known), path) and verb.lower() in operations:
            return f"{verb} {known}", operations[verb.lower()]
    raise AssertionError(f"{sent.line} is no operation")


def test_the_nouns_have_the_same_methods_and_call_the_same(calls, table, spec):
    ours = {name: operation(spec, sent)[0] for name, sent in calls.items() if "." in name}
    theirs = {}
    for noun, methods in table.items():
        for name, said in methods.items():
            verb, path, *_ = (said[0] if isinstance(said, list) else said).split(" ")
            theirs[f"{noun}.{name}"] = f"{'GET' if verb in {'LIST', 'FILE'} else verb} {path}"
    assert {camel(name): line for name, line in ours.items()} == theirs


CLIENT = """
const { Client } = await import('@/src/client.js');
const { Caller } = await import('@/src/caller.js');
const samples = { play: [{ camera_id: 'x' }], stream: [{ camera_id: '<camera_id>' }], position: ['<unit_id>', { at: new Date() }] };
const sent = {};
for (const kind of [Client, Caller]) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(kind.prototype))) {
    if (name === 'constructor') continue;
    sent[name] = null;
    if (!value || ALONE.includes(name)) continue;
    const client = new Client({ base: 'http://127.0.0.1:9' });
    client.token = async () => 't';
    client.proven = async () => ({});
    globalThis.fetch = async (url, { method }) => {
      sent[name] = `${method} ${decodeURIComponent(new URL(url).pathname)}`;
      throw new DOMException('', 'TimeoutError');
    };
    const given = samples[name] ?? ['<id>', '<id>', '<id>'];
    const answer = client[name](...given);
    await (answer.next ? answer.next() : answer).catch(() => {});
  }
}
console.log(JSON.stringify({ sent, fields: Object.keys(new Client()) }));
"""


def test_an_officer_has_the_same_methods_beside_them_and_calls_the_same(calls, spec):
    alone = ["call", "file", "events", "url", "login", "comeBack", "resume", "logout", *OF_ONE_ONLY["js"]]
    script = CLIENT.replace("@", str(declarations.SDK)).replace("ALONE", json.dumps(alone))
    argv = [node(), "--input-type=module", "-e", script]
    found = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
    ours = {camel(name) if callable(one) else name for name, one in public(Client).items()}
    assert ours - OF_ONE_ONLY["python"] == {*found["sent"], *found["fields"]} - OF_ONE_ONLY["js"]
    theirs = {name: operation(spec, SimpleNamespace(line=line))[0] for name, line in found["sent"].items() if line}
    assert {camel(name): operation(spec, sent)[0] for name, sent in calls.items() if "." not in name} == theirs


def test_a_call_sends_what_is_documented_and_all_that_must_be_sent(calls, spec):
    schemas = spec["components"]["schemas"]
    for name, sent in calls.items():
        _, found = operation(spec, sent)
        asked = {one["name"] for one in found["parameters"] if one["in"] == "query"}
        assert {key for key, value in sent.query.items() if value is not None} <= asked, name
        content = found.get("requestBody", {}).get("content", {})
        if isinstance(sent.body, Content):
            assert sent.body.media_type in content, name
        elif content and name not in {"eido.send", "plates.tell", "sensor_events.tell", "attachments.add"}:
            (schema,) = (one["schema"] for one in content.values())
            body = schemas[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
            assert set(sent.body or {}) <= set(body["properties"]), name
            assert set(body.get("required", [])) <= set(sent.body or {}), name


def test_what_is_read_of_an_answer_is_what_the_server_documents(calls, spec):
    documented = spec["components"]["schemas"]
    for name, sent in calls.items():
        if sent.kind is None:
            continue
        schema = declarations.answer(operation(spec, sent)[1])
        assert schema, f"{name} reads an answer that has no body"
        whole = documented[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
        theirs = dict(fields(whole, documented))
        listed = {path.removeprefix("items."): never for path, never in theirs.items() if path.startswith("items.")}
        theirs = listed or theirs
        ours = sent.kind.model_json_schema()
        for path, never in fields(ours, ours.get("$defs", {})):
            assert path in theirs, (name, path)
            assert never or not theirs[path] or (name, path) == SHOWN_ONCE, f"{name}: {path} may be null"


def fields(schema, schemas, path=""):
    """The path of every field of a JSON schema, down to the last, and whether it may be null."""
    for name, found in schema.get("properties", {}).items():
        parts = [found, found.get("items", {}), *found.get("anyOf", [])]
        parts += [part.get("items", {}) for part in found.get("anyOf", [])]
        yield f"{path}{name}", any(part.get("type") == "null" for part in parts) or "null" in found.get("type", "")
        for part in parts:
            if "$ref" in part:
                yield from fields(schemas[part["$ref"].split("/")[-1]], schemas, f"{path}{name}.")


def test_every_operation_is_covered_or_left_out_on_purpose(calls, spec):
    documented = {f"{verb.upper()} {path}" for path, found in spec["paths"].items() for verb in found}
    covered = {operation(spec, sent)[0] for sent in calls.values()}
    left_out = {line for lines in LEFT_OUT.values() for line in lines}
    assert documented - covered == left_out


def test_the_declarations_are_those_of_the_document_and_the_table():
    assert declarations.TYPES.read_text() == declarations.written(), "run: python -m tests.client_sdk.declarations"
