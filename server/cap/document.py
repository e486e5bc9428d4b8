"""XML as it comes from outside, read with bounds and without entities. Pure.

Nothing of it is fetched, expanded or kept beyond its bounds: a document type, an entity or an external reference is
refused before it means anything.
"""

from dataclasses import dataclass, field

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from server.errors import CapMalformed

DEEPEST = 12  # a signature with its certificate is 7 deep
MOST_ELEMENTS = 5000
MOST_ATTRIBUTES = 20


@dataclass(slots=True)
class Node:
    """An element: ``name`` as ``{namespace}local``."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)


def read(data: bytes) -> Node:
    """The root element.

    Raises:
        CapMalformed: it is no XML, has a document type or an entity, or is deeper or wider than 12 and 5,000 elements.
    """
    target = _Target()
    try:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise CapMalformed("send it without a document type and without entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise CapMalformed("the body is not well-formed XML in UTF-8; mend it and send it again") from error
    return target.root


class _Target:
    """Builds the nodes, and stops at the bounds."""

    def __init__(self) -> None:
        self._open: list[Node] = [Node("")]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise CapMalformed(f"at most {MOST_ELEMENTS} elements, {DEEPEST} deep, {MOST_ATTRIBUTES} attributes each")
        node = Node(name)
        self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def end(self, _name: str) -> None:
        self._open.pop()

    @property
    def root(self) -> Node:
        return self._open[0].children[0]
