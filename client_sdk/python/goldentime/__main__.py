"""``goldentime``: Goldentime in a terminal. Secrets are asked for, never taken from the command line."""

import argparse
import getpass
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from goldentime import player, secret_file
from goldentime.answers import Playback
from goldentime.client import Client
from goldentime.errors import (
    FileUnsafe,
    GoldentimeError,
    KeepingFailed,
    Language,
    Offline,
    PlayerFailed,
    Refused,
)
from goldentime.watch import watch
from goldentime.words import ending, said

REFUSED, OFFLINE, NOT_KEPT, NO_PICTURE = 1, 3, 4, 5  # exit statuses; 2 is a wrong command line


def run() -> NoReturn:
    """The program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # sessions are closed on the way out
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def main(argv: Sequence[str]) -> int:
    """Run one command; gives the exit status and says on standard error what went wrong."""
    given = _parser().parse_args(argv)
    act: Callable[[argparse.Namespace], None] = given.act
    try:
        act(given)
    except GoldentimeError as error:
        status, *lines = _said(error, given.lang)
        print(*lines, sep="\n", file=sys.stderr)
        return status
    return 0


class _Nobody(GoldentimeError):
    """Nobody is signed in."""


def sign_in(given: argparse.Namespace) -> None:
    """Sign in for a shift, and set a PIN where the server knows PINs."""
    with Client(given.server, keep=given.keep, ca=given.ca) as client:
        password = _secret("password", given.lang)
        try:
            client.login(given.username, password)
        except Refused as refused:
            if refused.code != "otp_needed":
                raise
            client.login(given.username, password, _secret("otp", given.lang))
        place = {"base": given.server, "ca": given.ca and str(given.ca.absolute())}
        secret_file.write(given.keep / "server", json.dumps(place).encode())
        print(said("signed_in", given.lang))
        if client.pin_set is False and (pin := _secret("new_pin", given.lang)):
            client.choose_pin(pin)


def sign_out(given: argparse.Namespace) -> None:
    """End the login here and at the server."""
    with _client(given) as client:
        client.logout()
        print(said("signed_out", given.lang))


def enrol(given: argparse.Namespace) -> None:
    """Enrol this device with the code its agency prepared."""
    with Client(given.server, keep=given.keep, ca=given.ca) as client:
        device = client.enrol(_secret("enrolment_code", given.lang))
        print(said("enrolled", given.lang), device.label, client.thumbprint)


def dispatches(given: argparse.Namespace) -> None:
    """List the dispatches of the unit, the most urgent first, with their cameras, best first."""
    with _signed_in(given) as client:
        mine = client.dispatches()
    if given.json:
        print(mine.model_dump_json(indent=2))
        return
    if mine.unit is None:
        print(said("no_unit", given.lang))
    elif not mine.dispatches:
        print(f"{mine.unit.call_sign}: {said('no_dispatch', given.lang)}")
    for one in mine.dispatches:
        incident = one.incident
        print(
            f"[{incident.priority}] {incident.type} · {incident.location.address or ''} · {one.status} · {incident.id}"
        )
        print(f"    {incident.summary}")
        for camera in incident.cameras:
            print(f"    {camera.rank:3} {camera.id}  {camera.name}  {camera.distance_m:.0f} m  {camera.health}")


def show(given: argparse.Namespace) -> None:
    """Play a camera until the player is closed or the access ends."""
    program, (_, ca) = player.find(given.player), _place(given)
    with _signed_in(given) as client:
        opens = partial(
            client.play,
            given.camera,
            incident_id=given.incident,
            grant_id=given.grant,
            centre="own" if given.own else None,
            purpose=given.purpose,
        )

        def plays(playback: Playback) -> player.Player:
            playlist = partial(client.playlist, playback)
            return player.start(program, client.url(playback), title=given.camera, ca=ca, playlist=playlist)

        if reason := watch(client, opens, plays):
            print(said("ended", given.lang), ending(reason, given.lang), file=sys.stderr)


def _signed_in(given: argparse.Namespace) -> Client:
    client = _client(given)
    if not client.resume():
        client.close()
        raise _Nobody
    while client.locked:
        client.unlock(_secret("pin", given.lang))
    return client


def _client(given: argparse.Namespace) -> Client:
    base, ca = _place(given)
    return Client(base, keep=given.keep, ca=ca)


def _place(given: argparse.Namespace) -> tuple[str, Path | None]:
    """The server that was signed in to last, and what is trusted there."""
    kept = secret_file.read(given.keep / "server")
    if kept is None:
        raise _Nobody
    try:
        found = json.loads(kept)
        return str(found["base"]), Path(found["ca"]) if found["ca"] else None
    except (ValueError, KeyError, TypeError) as error:
        raise FileUnsafe(f"{given.keep / 'server'}: it cannot be read; sign in again") from error


def _secret(word: str, language: Language) -> str:
    """What is typed unseen, or the next line of a standard input that is no terminal."""
    if sys.stdin.isatty():
        return getpass.getpass(said(word, language))
    return sys.stdin.readline().rstrip("\r\n")


def _said(error: GoldentimeError, language: Language) -> tuple[int, *tuple[str, ...]]:
    """The exit status and what to say: in words, and for who mends it."""
    match error:
        case Refused():
            exact = f"{error.code}: {error.detail} ({error.request_id})"
            return REFUSED, ". ".join(error.words(language)), exact
        case Offline():
            return OFFLINE, said("offline", language), str(error)
        case KeepingFailed():
            return NOT_KEPT, str(error)
        case PlayerFailed():
            return NO_PICTURE, said("player_failed", language), str(error)
        case _Nobody():
            return REFUSED, said("nobody", language)
    return REFUSED, str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="goldentime", description=__doc__)
    state = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    english = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("en")
    parser.add_argument("--keep", type=Path, default=state / "goldentime", help="folder of this device's key and login")
    parser.add_argument("--lang", choices=("ko", "en"), default="en" if english else "ko")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: Callable[[argparse.Namespace], None], *aliases: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=act.__doc__, description=act.__doc__, aliases=aliases)
        found.set_defaults(act=act)
        return found

    for name, act in (("sign-in", sign_in), ("enrol", enrol)):
        one = command(name, act)
        one.add_argument("server", help="such as https://goldentime.example")
        if act is sign_in:
            one.add_argument("username")
        one.add_argument("--ca", type=Path, help="certificates to trust instead of the system's")
    command("sign-out", sign_out)
    command("dispatches", dispatches).add_argument("--json", action="store_true")
    playing = command("play", show, "watch")
    playing.add_argument("camera")
    by = playing.add_mutually_exclusive_group(required=True)
    by.add_argument("--incident", metavar="ID", help="a camera of this incident")
    by.add_argument("--grant", metavar="ID", help="a camera of this grant")
    by.add_argument("--own", action="store_true", help="a camera of one's own centre; say --purpose")
    playing.add_argument("--purpose", help="what for")
    playing.add_argument("--player", choices=("mpv", "ffplay"), help="the one there is, mpv first")
    return parser


if __name__ == "__main__":
    run()
