"""Bodies that are one thing by its members or a list of up to so many: each of a list is taken or refused by itself."""

from typing import Any

from pydantic import BaseModel


def wrapped(value: Any, name: str) -> Any:
    """What was sent, as a list under ``name``; ``single`` says that it was one."""
    if isinstance(value, dict) and name not in value:
        return {name: [value], "single": True}
    if isinstance(value, dict) and "single" in value:
        raise ValueError(f"send one by its members, or {name} alone")
    return value


def either(schema: dict[str, Any], name: str, one: type[BaseModel]) -> None:
    """Have the document show both: one, or several."""
    member = one.model_json_schema()
    member = _inlined(member, member.pop("$defs", {}))
    several = {"type": schema.pop("type"), "required": [name], "additionalProperties": False}
    several["properties"] = {name: schema.pop("properties")[name]}
    schema |= {"anyOf": [member, several]}
    for key in ("required", "additionalProperties"):
        schema.pop(key)


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """A definition stands where it was referred to: what is inside another schema has no place for its own."""
    if isinstance(node, list):
        return [_inlined(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(value, definitions) for key, value in node.items()}
