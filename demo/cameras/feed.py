"""One client's view of a camera: its own RTP numbering, and the connection it is written to."""

import asyncio
import secrets

from demo.cameras import rtp

QUEUE_MAX_BYTES = 2 * 1024 * 1024  # a client this far behind is dropped, as cameras with little memory do
REPORT_EVERY_S = 5.0


class Feed:
    """RTP packets of one playing session.

    The timestamp starts at a random offset and counts frames since the epoch, so the loop point leaves no trace in it.
    """

    def __init__(self, transport: asyncio.WriteTransport, *, channel: int, ssrc: int, sequence: int) -> None:
        self._transport = transport
        self._channel = channel
        self._ssrc = ssrc
        self._sequence = sequence
        self._offset = secrets.randbits(32)
        self._packets = 0
        self._octets = 0
        self._reported_s = 0.0  # wall clock of the frame of the last sender report

    def send(self, packets: list[bytes], count: int, *, fps: float) -> bool:
        """Queue one access unit; ``count`` is its number since the epoch. False: the client is gone or was dropped."""
        if self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > QUEUE_MAX_BYTES:
            self._transport.abort()
            return False
        at = rtp.timestamp(count, fps, self._offset)
        report = self._report(at, count / fps)
        self._transport.write(
            report + rtp.interleave(packets, channel=self._channel, sequence=self._sequence, at=at, ssrc=self._ssrc)
        )
        self._sequence = (self._sequence + len(packets)) % rtp.SEQUENCES
        self._packets += len(packets)
        self._octets += sum(map(len, packets))
        return True

    def _report(self, at: int, wall_s: float) -> bytes:
        if wall_s - self._reported_s < REPORT_EVERY_S:
            return b""
        self._reported_s = wall_s
        sent = (self._packets, self._octets)
        return rtp.sender_report(channel=self._channel, ssrc=self._ssrc, wall_s=wall_s, at=at, sent=sent)
