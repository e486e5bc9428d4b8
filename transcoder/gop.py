"""Pure: the last group of pictures of a camera, kept so that nobody has to wait for its next key frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcoder.flv import Tag

MOST_BYTES = 24_000_000  # 10 s of 16 Mbit/s, and the key frame


@dataclass(frozen=True, slots=True)
class Packet:
    """One coded picture of the camera, or its decoder's configuration; ``at`` is monotonic seconds."""

    at: float
    tag: Tag


class Gop:
    """What came since the newest key frame, and with it. Empty after more than MOST_BYTES without one."""

    def __init__(self) -> None:
        self.configuration: Packet | None = None
        self.bytes = 0
        self._packets: list[Packet] = []

    @property
    def packets(self) -> Sequence[Packet]:
        """In order, a key frame first; none while there is none to begin with."""
        return self._packets

    @property
    def all(self) -> Sequence[Packet]:
        """The same after the configuration, as a decoder needs them."""
        return [*([self.configuration] if self.configuration else []), *self._packets]

    def add(self, packet: Packet) -> None:
        """Take the next packet."""
        if packet.tag.is_configuration:
            self.configuration = packet
            return
        if packet.tag.is_key:
            self._packets, self.bytes = [], 0
        elif not self._packets:
            return
        self._packets.append(packet)
        self.bytes += len(packet.tag.body)
        if self.bytes > MOST_BYTES:
            self._packets, self.bytes = [], 0
