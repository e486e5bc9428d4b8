"""What a camera says to one RTSP client: a state and a request in, the next state and a response out.

Pure. One connection is one session; the random values of a connection are made by who opens it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from demo.cameras import digest, rtsp
from demo.cameras.rtsp import Request, Response

SESSION_TIMEOUT_S = 60


@dataclass(frozen=True)
class Account:
    """A camera as seen from outside: who may see it, and its SDP."""

    username: str  # empty: open to everybody
    password: str
    sdp: bytes


@dataclass(frozen=True)
class State:
    """Where a connection stands. ``path`` is set by SETUP; a picture is sent while ``playing``."""

    nonce: str
    session: str
    ssrc: int  # 32 bits
    sequence: int  # of the first packet, 16 bits
    path: str | None = None
    channel: int = 0
    playing: bool = False


Answer = tuple[State, Response]

METHODS = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER")
PUBLIC = ", ".join(METHODS)


def answer(state: State, request: Request, accounts: Mapping[str, Account]) -> Answer:
    """Next state and the response to ``request``; ``accounts`` by path.

    A method of the playing session needs its id (454) and a SETUP before it (455); an address no camera has is 404;
    a missing or wrong digest is 401; anything else this camera does not do is 501.

    Source: RFC 2326 §10, §11.
    """
    if request.method == "OPTIONS" or request.method not in METHODS:
        return state, Response(200 if request.method == "OPTIONS" else 501, {"Public": PUBLIC})
    account = accounts.get(request.path)
    if account is None:
        return state, Response(404)
    if not _is_authorised(state, request, account):
        return state, Response(
            401, {"WWW-Authenticate": digest.challenge(state.nonce, stale=_is_stale(state, request))}
        )
    if request.session and (request.session != state.session or state.path is None):
        return state, Response(454)
    return _obey(state, request, account)


def _is_authorised(state: State, request: Request, account: Account) -> bool:
    return not account.username or digest.proves(
        request, username=account.username, password=account.password, nonce=state.nonce
    )


def _is_stale(state: State, request: Request) -> bool:
    nonce = digest.fields(request.headers.get("authorization", "")).get("nonce")
    return nonce is not None and nonce != state.nonce


def _obey(state: State, request: Request, account: Account) -> Answer:
    match request.method:
        case "DESCRIBE":
            return state, _describe(request, account)
        case "SETUP":
            return _setup(state, request)
        case "PLAY":
            return _play(state, request)
        case "TEARDOWN":
            return _teardown(state, request)
        case _:
            return state, Response(200, {"Session": state.session} if request.session else {})


def _describe(request: Request, account: Account) -> Response:
    base = request.uri.rstrip("/") + "/"
    return Response(200, {"Content-Base": base, "Content-Type": "application/sdp"}, account.sdp)


def _setup(state: State, request: Request) -> Answer:
    channel = rtsp.interleaved_channel(request.headers.get("transport", ""))
    if channel is None:
        return state, Response(461)
    if state.playing:
        return state, Response(455, {"Allow": "PLAY, TEARDOWN, GET_PARAMETER"})
    transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1};ssrc={state.ssrc:08X}"
    session = f"{state.session};timeout={SESSION_TIMEOUT_S}"
    return (
        replace(state, path=request.path, channel=channel),
        Response(200, {"Transport": transport, "Session": session}),
    )


def _play(state: State, request: Request) -> Answer:
    if state.path is None:
        return state, Response(455, {"Allow": "DESCRIBE, SETUP"})
    if not request.session or request.path != state.path:
        return state, Response(454)
    track = f"{request.uri.rstrip('/')}/{rtsp.TRACK}"
    headers = {
        "Session": state.session,
        "Range": "npt=now-",
        "RTP-Info": f"url={track};seq={state.sequence}",
    }
    return replace(state, playing=True), Response(200, headers)


def _teardown(state: State, request: Request) -> Answer:
    if not request.session or request.path != state.path:
        return state, Response(454)
    return replace(state, path=None, playing=False), Response(200)
