"""The API of one server for one officer on one device: sign in once, call as often as needed, resume after a reboot."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from goldentime.address import segment
from goldentime.answers import Dispatch, MyDispatches
from goldentime.api import Api, parsed
from goldentime.caller import Caller
from goldentime.devices import EnrolledDevice
from goldentime.kept import Kept
from goldentime.login import RoomLogin, ShiftLogin
from goldentime.me import Leaving, Me, OtpSecret, RecoveryCodes, SignInService
from goldentime.wire import Wire


class Client(Caller):
    """An officer's.

    Args:
        base: the server's address, such as ``https://goldentime.example``; plain HTTP only to this machine itself.
        keep: the folder that keeps this device's key and the login, mode 0700; without one both end with the program.
        ca: a file of certificates to trust instead of the system's.

    Raises:
        AddressInvalid, FileNotKept, FileUnsafe: before anything is sent.
    """

    def __init__(self, base: str, *, keep: str | PathLike[str] | None = None, ca: Path | None = None) -> None:
        wire = Wire(base, ca=ca)
        self._login = ShiftLogin(wire, Kept(Path(keep).expanduser()) if keep is not None else None)
        super().__init__(Api(wire, self._login))

    @property
    def known(self) -> bool:
        """Whether somebody is signed in."""
        return self._login.known

    @property
    def thumbprint(self) -> str:
        """The key of this device as the server names it, 43 characters."""
        return self._login.device.thumbprint

    @property
    def locked(self) -> bool:
        """Whether the PIN is wanted before anything else is answered: after a restart or a long sleep."""
        return self._login.locked

    @property
    def pin_set(self) -> bool | None:
        """Whether a PIN opens the login again after a restart; None where the server knows no PINs."""
        return self._login.pin_set

    def login(self, username: str, password: str, otp: str | None = None) -> None:
        """Sign in for a shift; ``otp``: the code of the second factor, where the account has one.

        Raises Refused (``invalid_grant``, ``otp_needed`` …) and, before anything is sent, FileNotKept.
        """
        form = {"grant_type": "password", "username": username, "password": password}
        self._login.open(form | ({"otp": otp} if otp else {}))

    def services(self) -> Iterator[SignInService]:
        """The agencies that have a sign-in service of their own. Needs no login."""
        page = self._proven("GET", "/v1/auth/oidc")
        return (parsed(SignInService, item) for item in page["items"])

    def leave_for(self, agency_id: str) -> Leaving:
        """Where to go, in a browser, to sign in at an agency's service."""
        return parsed(Leaving, self._proven("POST", "/v1/auth/oidc", {"agency_id": agency_id}))

    def come_back(self, code: str, state: str, iss: str | None = None) -> None:
        """Back from there, with what the address says. Raises Refused."""
        form = {"grant_type": "authorization_code", "code": code, "state": state}
        self._login.open(form | ({"iss": iss} if iss else {}))

    def new_otp(self, username: str, password: str) -> OtpSecret:
        """Begin to set up the second factor: a secret for a phone, which counts from ``confirm_otp`` on."""
        form = {"username": username, "password": password}
        return parsed(OtpSecret, self._api.wire.send("POST", "/v1/auth/totp", form=form))

    def confirm_otp(self, username: str, password: str, otp: str) -> RecoveryCodes:
        """Have the second factor count, by a code of it. From then on every ``login`` needs one."""
        form = {"username": username, "password": password, "otp": otp}
        return parsed(RecoveryCodes, self._api.wire.send("POST", "/v1/auth/totp/confirmation", form=form))

    def resume(self) -> bool:
        """Go on with the login kept from before, which may be ``locked`` then; False where there is none that can.

        Raises Refused when it has ended.
        """
        return self._login.resume()

    def unlock(self, pin: str) -> None:
        """Go on after a restart. Raises Refused (``pin_wrong``); the fifth wrong PIN ends the login."""
        self._login.pin_was(self._api.call("POST", "/v1/auth/pin", {"pin": pin}, once=True))

    def choose_pin(self, pin: str) -> None:
        """Choose the PIN, 4 to 8 digits, of this officer on this device. Refused ten minutes after the password."""
        self._login.pin_was(self._api.call("PUT", "/v1/auth/pin", {"pin": pin}))

    def enrol(self, code: str) -> EnrolledDevice:
        """Enrol this device by a code of ``devices.prepare``, without a login. Raises Refused."""
        return parsed(EnrolledDevice, self._proven("POST", "/v1/devices/enrolment", {"code": code}))

    def logout(self) -> None:
        """End the login here, and at the server if it answers."""
        self._login.close()

    def me(self) -> Me:
        """Who is signed in."""
        return self._api.get(Me, "GET", "/v1/me")

    def change_password(self, old: str, new: str) -> None:
        """Change one's password; the other logins end. Wrong old ones count as at sign-in."""
        self._api.call("PUT", "/v1/me/password", {"old": old, "new": new})

    def dispatches(self) -> MyDispatches:
        """The unit and its dispatches that have not ended, the most urgent first."""
        return self._api.get(MyDispatches, "GET", "/v1/me/dispatches")

    def report(self, dispatch_id: str, status: str) -> Dispatch:
        """Say where the unit stands: ``acknowledged``, ``en_route``, ``on_scene``; ``cleared`` ends its access."""
        return self._api.get(Dispatch, "PATCH", f"/v1/dispatches/{segment(dispatch_id)}", {"status": status})

    def seen(self, dispatch_id: str, what: str) -> Dispatch:
        """Say that this device has an order (``delivered``), or shows it on a lit screen (``shown``)."""
        return self._api.get(Dispatch, "PATCH", f"/v1/dispatches/{segment(dispatch_id)}", {"seen": what})

    def confirm_passenger(self, unit_id: str, speed_kmh: float) -> None:
        """Say that a passenger uses this device while the car moves. It is recorded."""
        self._api.call("POST", f"/v1/units/{segment(unit_id)}/passenger", {"speed_kmh": speed_kmh})

    def position(
        self,
        unit_id: str,
        *,
        lat: float,
        lon: float,
        at: datetime,
        heading_deg: float | None = None,
        speed_kmh: float | None = None,
    ) -> None:
        """Say where the unit is, WGS 84."""
        fix = {"lat": lat, "lon": lon, "at": at, "heading_deg": heading_deg, "speed_kmh": speed_kmh}
        self._api.call("PUT", f"/v1/units/{segment(unit_id)}/position", fix)

    def _proven(self, method: str, path: str, body: Any = None) -> Any:
        """A call with a proof of this device's key and no token."""
        return self._api.wire.send(method, path, body=body, headers=partial(self._login.proof, method, path))


class Room(Caller):
    """The API for a control room's system, by its client id and secret. Arguments and errors as ``Client``."""

    def __init__(self, base: str, client_id: str, client_secret: str, *, ca: Path | None = None) -> None:
        wire = Wire(base, ca=ca)
        super().__init__(Api(wire, RoomLogin(wire, client_id, client_secret)))
