"""The type declarations of the JavaScript SDK's nouns, made of the OpenAPI document and of the table of calls.

``python -m tests.client_sdk.declarations`` writes them.
"""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path

from server import app as application
from tests.client_sdk.test_js import node

SDK = Path(__file__).parents[2] / "client_sdk" / "js"
TYPES = SDK / "types" / "nouns.d.ts"
FIRST = "/** The nouns of a caller. Made of the OpenAPI document by python -m tests.client_sdk.declarations. */"
PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "Record<string, unknown>",
}
ALSO = ("OpenedPlayback", "ShownStream", "MyDispatches", "Me", "WatchedSessions.WatchedSession", "ShownDispatch")
FILE = "{ name: string; content: Blob }"


def calls():
    """The table of calls, as the scripts have it."""
    said = f"import {{ CALLS }} from '{SDK}/src/calls.js'; console.log(JSON.stringify(CALLS));"
    argv = [node(), "--input-type=module", "-e", said]
    return json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)


def document():
    """The OpenAPI document; it needs nothing that an application works with."""
    app = application.create_app(None)
    with app.app_context():
        return app.spec


def operation(spec, line):
    """The operation of a line of the table, and its way to be called."""
    verb, path, *_ = line.split(" ")
    return spec["paths"][path]["get" if verb in {"LIST", "FILE"} else verb.lower()]


def answer(found):
    """The schema of what an operation answers when it is well; None where it has no body."""
    well = (response for status, response in found["responses"].items() if status.startswith("2"))
    schemas = (response.get("content", {}).get("application/json", {}).get("schema") for response in well)
    return next(filter(None, schemas), None)


class Declared:
    """What a document says, in TypeScript. ``interfaces`` are those that were named, by the short name where it is clear."""

    def __init__(self, spec):
        self.spec, self.schemas = spec, spec["components"]["schemas"]
        forms = defaultdict(set)
        for name, schema in self.schemas.items():
            forms[name.split(".")[-1]].add(re.sub(r"/schemas/[^\"]*\.", "/schemas/", json.dumps(schema)))
        self.clear = {short for short, found in forms.items() if len(found) == 1}
        self.interfaces = {}

    def named(self, full):
        """The name of a schema of the document."""
        short = full.split(".")[-1]
        name = short if short in self.clear else full.replace(".", "")
        if name not in self.interfaces:
            self.interfaces[name] = ""  # it may be part of itself
            self.interfaces[name] = f"export type {name} = {self.typed(self.schemas[full])};"
        return name

    def typed(self, schema, *, sent=False):
        """A JSON schema as a type; what is ``sent`` may have a Date for a time."""
        if "$ref" in schema:
            return self.named(schema["$ref"].split("/")[-1])
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return " | ".join(json.dumps(one).replace('"', "'") for one in values)
        kind = schema.get("type")
        parts = [schema | {"type": one} for one in kind] if isinstance(kind, list) else schema.get("anyOf", [])
        if parts:
            return " | ".join(dict.fromkeys(self.typed(one, sent=sent) for one in parts))
        return self._one(schema, kind, sent=sent)

    def _one(self, schema, kind, *, sent):
        if kind == "array" and "prefixItems" in schema:
            return f"[{', '.join(self.typed(one, sent=sent) for one in schema['prefixItems'])}]"
        if kind == "array":
            return f"Array<{self.typed(schema.get('items', {}), sent=sent)}>"
        if "properties" in schema:
            required = set(schema.get("required", []))
            members = schema["properties"].items()
            lines = (f"{key(name, name in required)}: {self.typed(one, sent=sent)};" for name, one in members)
            return f"{{ {' '.join(lines)} }}"
        if sent and schema.get("format") == "date-time":
            return "string | Date"
        return PLAIN.get(kind, "unknown")

    def method(self, name, said):
        """The declaration of a method of the table."""
        line, fixed = [*said, {}][:2] if isinstance(said, list) else (said, {})
        verb, path, how = [*line.split(" "), ""][:3]
        found = operation(self.spec, line)
        schema = answer(found)
        if verb in {"LIST", "FILE", "GET"}:
            told = self._query(found)
        else:
            told = "content: BlobPart" if "/" in how else self._body(found, fixed)
        given = [*(f"{one}: string" for one in re.findall(r"\{(\w+)\}", path)), told]
        kind = "null" if schema is None else self.typed(schema)
        gives = {"LIST": f"AsyncGenerator<{kind}['items'][number]>", "FILE": f"Promise<{FILE}>"}
        kind += f"['{how[1:]}']" if how.startswith(".") else ""
        said = found["summary"]
        return f"/** {said} */\n    {name}({', '.join(filter(None, given))}): {gives.get(verb, f'Promise<{kind}>')};"

    def _query(self, found):
        asked = {one["name"]: one for one in found["parameters"] if one["in"] == "query" and one["name"] != "cursor"}
        required = [name for name, one in asked.items() if one.get("required")]
        schema = {"properties": {name: one["schema"] for name, one in asked.items()}, "required": required}
        return asked and f"{key('query', required)}: {self.typed(schema, sent=True)}"

    def _body(self, found, fixed):
        schema = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        whole = self.schemas[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
        left = {name: one for name, one in whole.get("properties", {}).items() if name not in fixed}
        required = [name for name in whole.get("required", []) if name in left]
        if left:
            return f"{key('body', required)}: {self.typed({'properties': left, 'required': required}, sent=True)}"
        return f"body: {self.typed(whole, sent=True)}" if "anyOf" in whole else ""


def key(name, required):
    """A member's name, with a question mark where it may be left out."""
    return (name if name.isidentifier() else json.dumps(name)) + ("" if required else "?")


def written():
    """The file."""
    declared = Declared(document())
    nouns = []
    for noun, methods in calls().items():
        lines = "\n    ".join(declared.method(name, said) for name, said in methods.items())
        nouns.append(f"  {noun}: {{\n    {lines}\n  }};")
    for name in ALSO:
        declared.named(name)
    first = "\n".join([FIRST, *declared.interfaces.values(), "export interface Nouns {", *nouns, "}"])
    return f"{first}\nexport function nouns(caller: import('./caller.js').Caller): Nouns;\n"


if __name__ == "__main__":
    TYPES.write_text(written())
