"""One client's view of a camera: its own RTP numbering, and the connection it is written to."""

import asyncio
import secrets
import socket
import struct

from demo.cameras import rtp

QUEUE_MAX_BYTES = 2 * 1024 * 1024  # a client this far behind is dropped, as cameras with little memory do
REPORT_EVERY_S = 5.0


class Feed:
    """RTP packets of one playing session.

    The timestamp starts at a random offset and counts frames since the epoch, so the loop point leaves no trace in it.
    """

    def __init__(
        self, transport: asyncio.WriteTransport, *, channel: int, ssrc: int, sequence: int, offset: int | None = None
    ) -> None:
        self._transport = transport
        self._channel = channel
        self._ssrc = ssrc
        self._sequence = sequence
        self._offset = secrets.randbits(32) if offset is None else offset
        self._packets = 0
        self._octets = 0
        self._reported_s = 0.0  # wall clock of the frame of the last sender report

    def send(self, packets: list[bytes], count: int, *, fps: float, shift: int = 0) -> bool:
        """Queue one access unit. False: the client is gone or was dropped.

        ``count`` is its number since the epoch, ``shift`` how far the camera's clock is wrong, in ticks of 90 kHz.
        """
        if self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > QUEUE_MAX_BYTES:
            self._transport.abort()
            return False
        at = rtp.timestamp(count, fps, self._offset + shift)
        report = self._report(at, count / fps)
        self._transport.write(
            report + rtp.interleave(packets, channel=self._channel, sequence=self._sequence, at=at, ssrc=self._ssrc)
        )
        self._sequence = (self._sequence + len(packets)) % rtp.SEQUENCES
        self._packets += len(packets)
        self._octets += sum(map(len, packets))
        return True

    def hang_up(self, *, abruptly: bool) -> None:
        """End the connection with FIN, or with RST."""
        if abruptly:
            reset(self._transport)
        else:
            self._transport.close()

    def _report(self, at: int, wall_s: float) -> bytes:
        if wall_s - self._reported_s < REPORT_EVERY_S:
            return b""
        self._reported_s = wall_s
        sent = (self._packets, self._octets)
        return rtp.sender_report(channel=self._channel, ssrc=self._ssrc, wall_s=wall_s, at=at, sent=sent)


def reset(transport: asyncio.WriteTransport) -> None:
    """End a connection with RST: closing without lingering does so (socket(7), SO_LINGER)."""
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
