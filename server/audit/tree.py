"""The Merkle tree over the rows' hashes, kept as the roots of its complete subtrees. Pure.

Leaves and nodes are hashed with different first bytes, so that none can be passed off as the other. Source: RFC 6962
§2.1, RFC 9162 §2.1.1.
"""

import hashlib
from collections.abc import Iterable
from typing import Self

EMPTY = hashlib.sha256(b"").digest()


class Frontier:
    """A tree that only grows: ``size`` leaves, and one root for each bit set in ``size``, the largest first."""

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        """Raises ValueError when there are not as many roots as ``size`` has bits, or one is not 32 bytes long."""
        self.size, self.roots = size, list(roots)
        if size < 0 or len(self.roots) != size.bit_count() or any(len(root) != 32 for root in self.roots):
            raise ValueError("the subtrees do not fit the size")

    @classmethod
    def of_hex(cls, size: int, roots: Iterable[str]) -> Self:
        """The tree whose subtree roots were written with ``hex``. Raises ValueError."""
        return cls(size, (bytes.fromhex(root) for root in roots))

    def hex(self) -> list[str]:
        """The subtree roots, to be stored."""
        return [root.hex() for root in self.roots]

    def append(self, row_hash: str) -> None:
        """Add the leaf of a row. O(1) amortised; the subtrees are at most 63."""
        node, size = hashlib.sha256(b"\x00" + bytes.fromhex(row_hash)).digest(), self.size
        while size & 1:
            node, size = _node(self.roots.pop(), node), size >> 1
        self.roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        """MTH of RFC 6962, 32 bytes."""
        if not self.roots:
            return EMPTY
        *rest, node = self.roots
        for left in reversed(rest):
            node = _node(left, node)
        return node


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
