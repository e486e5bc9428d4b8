"""How often one caller may ask, by what it asks for: past that, 429 with Retry-After.

nginx counts requests of an address and of a session a second; this counts what an account does in a minute, and what
strangers at one address try. Each worker counts for itself, in memory, with its share of the rate: a caller never gets
more than the rate, and is never refused below the share of one worker. Many cars may share one address, and a room's
report must never be lost, so both are wide.
"""

import ipaddress
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, cast

from apiflask import APIFlask
from flask import current_app, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits import RateLimitItemPerMinute

from server import errors
from server.access.viewer import Caller
from server.api.counters import Counters

EXTENSION = "goldentime.limits"
IPV6_SITE_BITS = 64  # what one subscriber gets: another address costs them nothing
ONCE = RateLimitItemPerMinute(1)


class Kind(StrEnum):
    """What a call does, as far as its limit goes."""

    SIGN_IN = "sign_in"
    PLAYBACK = "playback"
    INTAKE = "intake"
    CHANGE = "change"
    LOOK_UP = "look_up"
    EXPORT = "export"
    SENSOR = "sensor"


OWN_KIND = {
    ("POST", "/v1/playback"): Kind.PLAYBACK,
    ("POST", "/v1/incidents"): Kind.INTAKE,
    ("POST", "/v1/sensor-events"): Kind.SENSOR,
}
EXPORTS = ("/v1/audit/ledgers", "/v1/audit/verification")


@dataclass(frozen=True, slots=True)
class Rates:
    """Calls a minute of one account; of SIGN_IN, of one address. ``workers`` share them."""

    sign_in: int = 600
    playback: int = 60
    intake: int = 6000
    change: int = 300
    look_up: int = 600
    export: int = 30
    sensor: int = 600
    workers: int = 1

    def share(self, kind: Kind) -> RateLimitItemPerMinute:
        """What one worker lets through."""
        return RateLimitItemPerMinute(max(1, getattr(self, kind.value) // self.workers))


DEFAULT = Rates()


@dataclass(frozen=True)
class Limits:
    """The counters of this worker."""

    rates: Rates
    limiter: Limiter = field(init=False)

    def __post_init__(self) -> None:
        strangers = ApplicationLimit(
            limit_provider=str(self.rates.share(Kind.SIGN_IN)),
            key_function=_address,
            scope=Kind.SIGN_IN.value,
            exempt_when=lambda: not _is_strangers_attempt(),
        )
        made = Limiter(
            _address,
            application_limits=[strangers],
            on_breach=_refuse,
            storage_uri=Counters.URI,
            strategy="fixed-window",
        )
        object.__setattr__(self, "limiter", made)

    def spend(self, caller: Caller) -> None:
        """Count one call of a known caller. Raises TooManyRequests."""
        kind = kind_of(request.method, _rule(), machine=caller.viewer.kind == "client")
        item, key = self.rates.share(kind), (kind.value, caller.viewer.subject)
        if not self.limiter.limiter.hit(item, *key):
            _refuse(RequestLimit(self.limiter, item, list(key), breached=True, shared=False))

    def said_lately(self, caller: Caller) -> bool:
        """Whether the caller was refused already in this minute: to record each refusal would be a flood of its own."""
        return not self.limiter.limiter.hit(ONCE, "said", caller.viewer.subject)


def kind_of(method: str, rule: str, *, machine: bool) -> Kind:
    """What a known caller's call counts as. Pure. A room's machine speaks for many people: what it sends is intake."""
    if (own := OWN_KIND.get((method, rule))) is not None:
        return own
    if method == "GET":
        return Kind.EXPORT if rule.startswith(EXPORTS) else Kind.LOOK_UP
    return Kind.INTAKE if machine else Kind.CHANGE


def register(app: APIFlask, rates: Rates) -> None:
    """Have ``app`` count."""
    made = Limits(rates)
    made.limiter.init_app(app)
    app.extensions[EXTENSION] = made


def counted() -> Limits:
    """The counters of the application that answers this request."""
    return cast("Limits", current_app.extensions[EXTENSION])


def _refuse(limit: RequestLimit) -> NoReturn:
    wait_s = max(1, limit.reset_at - int(time.time()))  # the clock of the counters
    raise errors.TooManyRequests(f"wait {wait_s} s and try again", retry_after_s=wait_s)


def _is_strangers_attempt() -> bool:
    """Whether this is a change that takes no token, such as signing in: there is no account to count it for."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and request.method != "GET" and "security" not in view.__dict__.get("_spec", {})


def _rule() -> str:
    return request.url_rule.rule if request.url_rule else ""


def _address() -> str:
    """Whom a stranger's attempts count for: the address nginx saw, of IPv6 the site."""
    try:
        address = ipaddress.ip_address(request.headers.get("X-Real-IP", ""))
    except ValueError:
        return "local"  # the unix socket has no address
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_SITE_BITS), strict=False))
