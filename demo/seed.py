"""Puts the sample province into the database. Repeating it changes nothing but the cameras' port and the passwords."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from demo.accounts import Secrets
from demo.pictures import clips, numbers
from demo.province import AGENCIES, ALERTS_OF, CAMERAS, CENTRES, CLIENTS, OFFICERS, UNITS
from server import db
from server.access import passwords
from server.cameras import near
from server.cameras.credentials import Vault
from server.cameras.profile import Profile
from server.models import (
    Agency,
    AgencyCentre,
    AgencyKind,
    Camera,
    CameraHealth,
    CapSender,
    Centre,
    CentreCode,
    Client,
    Officer,
    Role,
    Unit,
    UnitKind,
)

RTSP_HOST = "127.0.0.1"


def province_in(data_dir: Path, secrets: Secrets, *, rtsp_port: int, films: Mapping[str, Path]) -> dict[str, str]:
    """Seed the SQLite file of a data folder whose keys and tables are there. Returns the units' ids by key.

    ``films`` is what the simulator plays, by path.
    """
    engine = db.engine(f"sqlite:///{data_dir / 'goldentime.db'}")
    with db.transaction(engine)() as session:
        seed(session, Vault(data_dir), secrets, rtsp_port=rtsp_port, films=films)
    engine.dispose()
    return {unit.key: unit.key for unit in UNITS}


def seed(session: Session, vault: Vault, secrets: Secrets, *, rtsp_port: int, films: Mapping[str, Path]) -> None:
    """Add the province; rows that are there already, by id, are brought to what it says."""
    _organisation(session)
    session.flush()
    _accounts(session, secrets)
    sealed = vault.seal(secrets.camera_password)
    for camera in CAMERAS:
        session.merge(
            Camera(
                id=camera.id,
                centre_id=camera.centre_code,
                name=camera.name,
                lat=camera.lat,
                lon=camera.lon,
                h3_cell=near.cell(camera.lat, camera.lon),
                bearing_deg=camera.bearing_deg,
                fov_deg=camera.fov_deg,
                range_m=camera.range_m,
                health=CameraHealth.OK if camera.live else CameraHealth.DOWN,  # as a probe would find them
                rtsp_host=RTSP_HOST,
                rtsp_port=rtsp_port,
                rtsp_username=secrets.camera_username,
                rtsp_password_sealed=sealed,
                profiles=[profile.stored() for profile in profiles(camera.id, films)],
            )
        )


def profiles(camera_id: str, films: Mapping[str, Path]) -> list[Profile]:
    """What the simulator sends of a camera, counted in its films; without one nothing is known but its path."""
    played = {name: path for name, path in rtsp_paths(camera_id).items() if path in films}
    if not played:
        return [Profile(name="main", path=rtsp_paths(camera_id)["main"])]
    return [
        Profile(name=name, path=path, **asdict(numbers.of(films[path], fps=clips.FPS))) for name, path in played.items()
    ]


def rtsp_paths(camera_id: str) -> dict[str, str]:
    """Where the simulator serves a camera's streams, by the names of their profiles."""
    return {"main": f"/{camera_id}", "sub": f"/{camera_id}/sub"}


def _organisation(session: Session) -> None:
    for centre in CENTRES:
        session.merge(
            Centre(
                id=centre.code,
                code=centre.code,
                name=centre.name,
                name_en=centre.name_en,
                lat=centre.lat,
                lon=centre.lon,
                networks=list(centre.networks),
            )
        )
    session.flush()
    for centre in CENTRES:
        session.merge(
            CentreCode(
                centre_id=centre.code,
                code=centre.code,
                name=centre.name,
                name_en=centre.name_en,
                valid_from=centre.code_valid_from,
                valid_until=centre.code_valid_until,
            )
        )
    for agency in AGENCIES:
        kind = AgencyKind(agency.kind)
        session.merge(Agency(id=agency.key, name=agency.name, kind=kind, centre_id=agency.centre_code))
    session.flush()
    for agency in AGENCIES:
        for centre_id in agency.jurisdiction:
            session.merge(AgencyCentre(agency_id=agency.key, centre_id=centre_id))
    session.merge(
        CapSender(
            id="flood-control",
            agency_id="disaster",
            sender=ALERTS_OF,
            invites=["police_112", "fire_119"],
            created_at=datetime.now(UTC),
        )
    )
    for unit in UNITS:
        session.merge(Unit(id=unit.key, call_sign=unit.call_sign, kind=UnitKind(unit.kind), agency_id=unit.agency))


def _accounts(session: Session, secrets: Secrets) -> None:
    for officer in OFFICERS:
        session.merge(
            Officer(
                id=officer.key,
                username=officer.username,
                name=officer.name,
                role=Role(officer.role),
                agency_id=officer.agency,
                unit_id=officer.unit,
                password_hash=passwords.hashed(secrets.passwords[officer.key]),
            )
        )
    for client in CLIENTS:
        hashed = passwords.hashed(secrets.client_secrets[client.key])
        session.merge(
            Client(id=client.key, agency_id=client.agency, services=list(client.services), secret_hash=hashed)
        )
