"""Ids in paths. Pure."""

from urllib.parse import quote


def segment(id_: str) -> str:
    """The id as one segment of a path, whatever is in it."""
    return quote(id_, safe="")
