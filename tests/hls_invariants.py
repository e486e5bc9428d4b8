"""Watches a low-latency HLS stream as a strict player would and names every rule of RFC 8216bis that it breaks.

``python -m tests.hls_invariants URL [SECONDS]`` or ``check(url, seconds=60)``. One thread per rung follows the stream by blocking reloads; playlists
are read by the independent parser ``m3u8``, boxes by ``tests.fragments``: nothing of the transcoder is used. No audio may be offered
or sent, and nothing may be said in a playlist that is not true of the bytes.
"""

import argparse
import gzip
import hashlib
import http.client
import json
import re
import ssl
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from urllib.parse import urljoin, urlsplit

import m3u8

from tests.fragments import Chunk, Init

PDT_TOLERANCE_S = 0.0011
KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4"}


class InvariantBrokenError(AssertionError):
    """One line per broken rule."""


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    took_s: float


class Client:
    """One kept-alive connection, as one player has."""

    def __init__(self, base_url, context):
        parts = urlsplit(base_url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.netloc, timeout=20, **({"context": context} if parts.scheme == "https" else {}))

    def get(self, url):
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        started = time.monotonic()
        try:
            self.connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()  # an idle connection may be closed by the server at any time
            self.connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = self.connection.getresponse()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(response.status, headers, body, time.monotonic() - started)


@dataclass
class Head:
    """What stands before the first part of a segment; the parser does not give it for a segment that is still open."""

    map_uri: str | None = None
    date: datetime | None = None
    is_discontinuous: bool = False


def heads(text):
    """One Head per segment, the open one too."""
    found, head = [], Head()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "#EXT-X-MAP":
            head.map_uri = re.search('URI="([^"]+)"', value)[1]
        elif name == "#EXT-X-PROGRAM-DATE-TIME":
            head.date = datetime.fromisoformat(value)
        elif name == "#EXT-X-DISCONTINUITY":
            head.is_discontinuous = True
        elif line and not line.startswith("#"):
            found.append(head)
            head = Head(map_uri=head.map_uri)
    return [*found, head]


@dataclass
class Ledger:
    """What all rungs together have shown."""

    broken: list = field(default_factory=list)
    at: dict = field(default_factory=dict)  # msn -> (date, tfdt) by rung
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rule(self, holds, text):
        if not holds:
            with self.lock:
                self.broken.append(text)


def leaf(uri):
    """The name without its folder."""
    return uri.rsplit("/", 1)[-1]


class Rung:
    """One rung, followed to its live edge."""

    def __init__(self, url, ledger, context, *, tolerance_s, variants):
        self.url, self.ledger, self.tolerance_s, self.variants = url, ledger, tolerance_s, variants
        self.client = Client(url, context)
        self.name = url.split("/")[-2]
        self.constant = None
        self.sequence = -1
        self.uris, self.dates, self.inits, self.hashes = {}, {}, {}, {}
        self.parts = {}  # (msn, index) -> uri, bytes
        self.hint, self.last, self.previous = None, None, None
        self.arrivals, self.sizes = [], {}

    def rule(self, holds, text):
        self.ledger.rule(holds, f"{self.name}: {text}")

    def fetch(self, uri):
        answer = self.client.get(urljoin(self.url, uri))
        self.rule(answer.status == 200, f"{uri} answered {answer.status}")
        suffix = re.search(r"\.\w+$", urlsplit(uri).path)[0]
        self.rule(
            answer.headers.get("content-type", "").startswith(KINDS[suffix]),
            f"{uri} has type {answer.headers.get('content-type')}",
        )
        if suffix != ".m3u8":
            digest = hashlib.sha256(answer.body).digest()
            self.rule(self.hashes.setdefault(uri, digest) == digest, f"{uri} now has other bytes")
        return answer

    def follow(self, until):
        try:
            self.read(self.fetch(self.url).body.decode(), None)
            while time.monotonic() < until and len(self.ledger.broken) < 50:
                self.step()
        except Exception as error:  # noqa: BLE001 (a thread must tell, not vanish)
            self.rule(False, f"cannot be followed: {error!r}")
        finally:
            self.client.connection.close()

    def step(self):
        msn, index, complete = self.last
        query = f"?_HLS_msn={msn + 1}&_HLS_part=0" if complete else f"?_HLS_msn={msn}&_HLS_part={index + 1}"
        hint, early = self.hint, None
        if hint and self.name == next(
            iter(self.variants)
        ):  # the lowest rung asks for the hinted part first, as Safari does
            early = self.fetch(hint).body
        answer = self.fetch(self.url + query)
        self.read(answer.body.decode(), query)
        if early is not None:
            self.rule(
                leaf(hint) in {leaf(uri) for uri, _ in self.parts.values()},
                f"{hint} was hinted and served but is not the next part",
            )

    def read(self, text, query):
        arrived = time.monotonic()
        playlist = m3u8.loads(text, uri=self.url)
        target, part_target = playlist.target_duration, playlist.part_inf.part_target
        constant = (target, part_target, playlist.server_control.part_hold_back, playlist.version)
        self.constant = self.constant or constant
        self.rule(constant == self.constant, f"{self.constant} became {constant}")
        self.rule(playlist.server_control.can_block_reload == "YES", "cannot block")
        self.rule(playlist.server_control.part_hold_back >= 3 * part_target - 1e-6, "PART-HOLD-BACK is under 3 parts")
        self.rule(playlist.is_independent_segments, "segments are not said to be independent")
        self.rule(playlist.media_sequence >= self.sequence, f"media sequence went back to {playlist.media_sequence}")
        self.sequence = playlist.media_sequence
        self.rule(any(s.uri for s in playlist.segments), "a playlist without a complete segment")
        fresh = []
        for number, (segment, head) in enumerate(zip(playlist.segments, heads(text), strict=False)):
            fresh += self.segment(playlist.media_sequence + number, segment, head, target, part_target)
        tail = playlist.segments[-1]
        msn = playlist.media_sequence + len(playlist.segments) - 1
        last = (msn, len(tail.parts) - 1, bool(tail.uri))
        if query:
            self.rule(self.last is None or last[:2] > self.last[:2], f"{query} was answered with nothing new")
            if fresh:
                self.arrivals.append((arrived, len(fresh)))
        if self.hint and fresh:
            self.rule(fresh[0] == self.hint, f"{self.hint} was hinted, {fresh[0]} came")
        self.last, self.hint = last, playlist.preload_hint.uri if playlist.preload_hint else None
        self.reports(playlist, last)

    def segment(self, msn, segment, head, target, part_target):
        """Check one segment and fetch what is new of it; returns the names of its new parts."""
        where = f"segment {msn}"
        if head.map_uri not in self.inits:
            self.init(head.map_uri)
        self.date(msn, head)
        fresh = []
        for index, part in enumerate(segment.parts):
            is_last = index == len(segment.parts) - 1 and segment.uri
            self.rule(part.duration <= part_target + 1e-5, f"{part.uri} is longer than PART-TARGET")
            self.rule(is_last or part.duration >= 0.85 * part_target, f"{part.uri} is shorter than 85 % of PART-TARGET")
            self.rule(index or part.independent == "YES", f"{where} does not begin with an INDEPENDENT part")
            known = self.parts.get((msn, index))
            if known is None:
                body = self.fetch(part.uri).body
                self.parts[msn, index] = (part.uri, body)
                self.chunk(msn, index, part, body, self.inits[head.map_uri], discontinuous=head.is_discontinuous)
                fresh.append(part.uri)
            else:
                self.rule(known[0] == part.uri, f"{where} part {index} was {known[0]}, now {part.uri}")
        if segment.uri:
            self.complete(msn, segment, target)
        return fresh

    def complete(self, msn, segment, target):
        if segment.uri == self.uris.setdefault(msn, segment.uri) and msn in self.sizes:
            return
        self.rule(self.uris[msn] == segment.uri, f"segment {msn} was {self.uris[msn]}, now {segment.uri}")
        self.rule(round(segment.duration) <= target, f"segment {msn} is longer than the target duration")
        body = self.fetch(segment.uri).body
        self.sizes[msn] = (segment.duration, len(body))
        if segment.parts:
            total = sum(part.duration for part in segment.parts)
            self.rule(
                abs(total - segment.duration) < 1e-3, f"segment {msn}: parts of {total}, EXTINF {segment.duration}"
            )
            joined = b"".join(self.parts[msn, index][1] for index in range(len(segment.parts)))
            self.rule(joined == body, f"segment {msn} has other bytes than its parts")
        for old in [key for key in self.parts if key[0] < msn - 10]:
            del self.parts[old]

    def date(self, msn, head):
        if msn in self.dates:
            self.rule(self.dates[msn] == head.date, f"segment {msn} was dated {self.dates[msn]}, now {head.date}")
            return
        self.rule(head.date is not None, f"segment {msn} has no date")
        self.dates[msn] = head.date
        if msn - 1 in self.sizes and head.date and not head.is_discontinuous:
            gap = (head.date - self.dates[msn - 1]).total_seconds()
            duration = self.sizes[msn - 1][0]
            self.rule(
                abs(gap - duration) <= PDT_TOLERANCE_S, f"segment {msn} is dated {gap} s after one of {duration} s"
            )

    def init(self, uri):
        init = self.inits[uri] = Init.of(self.fetch(uri).body)
        shown = urljoin(self.url, uri).split("/")[-2]  # another rung stands in for one that is not made now
        info = self.variants[shown].stream_info
        self.rule(init.handlers == ["vide"], f"{uri} has tracks {init.handlers}")
        said = f"avc1.{init.avcc[1:4].hex()}"
        self.rule(info.codecs.lower() == said, f"CODECS says {info.codecs}, the bytes say {said}")
        self.rule(tuple(info.resolution) == init.size, f"RESOLUTION says {info.resolution}, the bytes say {init.size}")

    def chunk(self, msn, index, part, body, init, *, discontinuous):
        chunk = Chunk.of(body)
        self.rule(
            abs(chunk.ticks / init.timescale - part.duration) < 1e-4,
            f"{part.uri} has {chunk.ticks / init.timescale} s of samples",
        )
        self.rule(chunk.is_sync == chunk.has_idr, f"{part.uri}: the sync flag is not true")
        self.rule(chunk.is_sync == (part.independent == "YES"), f"{part.uri}: INDEPENDENT is not true")
        if self.previous and not (index == 0 and discontinuous):
            self.rule(chunk.tfdt == self.previous[1], f"{part.uri} begins at {chunk.tfdt}, not at {self.previous[1]}")
        self.previous = ((msn, index), chunk.tfdt + chunk.ticks)
        if index == 0:
            with self.ledger.lock:
                self.ledger.at.setdefault(msn, {})[self.name] = (self.dates[msn], chunk.tfdt)

    def reports(self, playlist, last):
        said = {report.uri.split("/")[-2]: (report.last_msn, report.last_part) for report in playlist.rendition_reports}
        self.rule(sorted([*said, self.name]) == sorted(self.variants), f"rendition reports for {sorted(said)}")
        if len(self.arrivals) % 10 == 1:
            for name, position in said.items():
                answer = self.fetch(f"../{name}/index.m3u8")
                other = m3u8.loads(answer.body.decode())
                newest = (other.media_sequence + len(other.segments) - 1, len(other.segments[-1].parts) - 1)
                self.rule(newest >= position, f"{name} is reported at {position} but is at {newest}")
        self.rule(all(position[0] - last[0] in {-1, 0, 1} for position in said.values()), f"reports {said} at {last}")

    def gaps_s(self):
        """Between blocking answers, per part that they brought."""
        return [(b - a) / n for (a, _), (b, n) in zip(self.arrivals[1:], self.arrivals[2:], strict=False)]


def check(base_url, *, seconds=60.0, context=None, tolerance_s=0.5):
    """Follow every rung of the multivariant playlist at ``base_url``.

    Returns figures: rungs, parts, largest and median seconds between parts, peak bits per second by rung.
    Raises InvariantBrokenError.
    """
    ledger = Ledger()
    client = Client(base_url, context)
    with closing(client.connection):
        answer = client.get(base_url)
    assert answer.status == 200, f"{base_url} answered {answer.status}: {answer.body[:200]}"
    master = m3u8.loads(answer.body.decode(), uri=base_url)
    ledger.rule(not master.media, "the multivariant playlist offers other media")
    bandwidths = [variant.stream_info.bandwidth for variant in master.playlists]
    ledger.rule(bandwidths == sorted(bandwidths), "the lowest rung does not come first")
    urls = [urljoin(base_url, variant.uri) for variant in master.playlists]
    variants = {url.split("/")[-2]: variant for url, variant in zip(urls, master.playlists, strict=True)}
    rungs = [Rung(url, ledger, context, tolerance_s=tolerance_s, variants=variants) for url in urls]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=rung.follow, args=(until,)) for rung in rungs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = conclude(ledger, rungs, seconds)
    if ledger.broken:
        raise InvariantBrokenError("\n".join(ledger.broken))
    return figures


def conclude(ledger, rungs, seconds):
    """The rules that need the whole time or all rungs."""
    for msn, by_rung in ledger.at.items():
        ledger.rule(len(set(by_rung.values())) == 1, f"segment {msn} differs between rungs: {by_rung}")
    gaps, peaks = [], {}
    for rung in rungs:
        own = rung.gaps_s()
        part_target = rung.constant[1] if rung.constant else 1.0
        rung.rule(len(own) >= 0.7 * (seconds - rung.tolerance_s) / part_target, f"only {len(own)} parts in {seconds} s")
        rung.rule(
            max(own, default=0) <= part_target + rung.tolerance_s,
            f"a part came {max(own, default=0):.3f} s after the one before",
        )
        gaps += own
        target = rung.constant[0] if rung.constant else 2
        whole = [size * 8 / duration for duration, size in rung.sizes.values() if duration >= target / 2]
        peaks[rung.name] = round(max(whole, default=0))
        rung.rule(
            peaks[rung.name] <= rung.variants[rung.name].stream_info.bandwidth,
            f"BANDWIDTH is exceeded: {peaks[rung.name]}",
        )
    return {
        "rungs": [rung.name for rung in rungs],
        "parts": [len(rung.arrivals) for rung in rungs],
        "gap_s": {"median": round(median(gaps or [0]), 3), "max": round(max(gaps, default=0), 3)},
        "peak_bps": peaks,
    }


def main():
    parser = argparse.ArgumentParser(description="Check a low-latency HLS stream.")
    parser.add_argument("url")
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    parser.add_argument("--insecure", action="store_true", help="accept any certificate")
    told = parser.parse_args()
    context = ssl._create_unverified_context() if told.insecure else None  # noqa: S323 (asked for by name)
    print(json.dumps(check(told.url, seconds=told.seconds, context=context), indent=1))


if __name__ == "__main__":
    sys.exit(main())
