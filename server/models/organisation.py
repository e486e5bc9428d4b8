"""Who exists: the centres that own cameras, the agencies that respond, their units, officers and machines."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id


class AgencyKind(StrEnum):
    """What an agency is for; decides the service it raises and the units it has."""

    POLICE_112 = "police_112"
    POLICE_STATION = "police_station"
    FIRE_119 = "fire_119"
    FIRE_STATION = "fire_station"
    DISASTER = "disaster"
    MOJ_LOCATION = "moj_location"
    PROBATION_OFFICE = "probation_office"
    CCTV_CENTRE = "cctv_centre"
    PROVINCE = "province"


class UnitKind(StrEnum):
    """출동요소: what comes when it is sent."""

    PATROL_CAR = "patrol_car"
    FIRE_ENGINE = "fire_engine"
    AMBULANCE = "ambulance"
    RESCUE = "rescue"
    PROBATION = "probation"


class Role(StrEnum):
    """What an officer may do inside the agency."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    DISPATCHER = "dispatcher"
    AUDITOR = "auditor"
    ADMIN = "admin"


class ApprovalPolicy(StrEnum):
    """Which of an agency's grants need a second supervisor before they are used."""

    NEVER = "never"
    OUTSIDE = "outside"  # those to others than its own people
    ALWAYS = "always"


class PtzRight(StrEnum):
    """Who of an agency may steer cameras that they watch."""

    NOBODY = "nobody"
    ROOM = "room"  # dispatchers and supervisors
    EVERYBODY = "everybody"  # crews too


class Centre(Base):
    """통합관제센터: the control centre of a city or county, the data controller of its cameras.

    ``code`` and the names are those it was registered with, and begin its cameras' ids; by which it goes on a day, say
    its ``CentreCode`` rows, if it has any.
    """

    __tablename__ = "centres"

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(10), unique=True)  # 시군구 code, 5 digits today
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float]
    lon: Mapped[float]
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)  # CIDRs its cameras may live in
    max_pulls: Mapped[int | None]  # cameras that may be pulled at once; none: as many as are wanted
    uplink_kbps: Mapped[int | None]  # what its line to us carries; none: not known


class CentreCode(Base):
    """A 시군구 code and name, and the days on which a centre goes by them: the province merged in 2026."""

    __tablename__ = "centre_codes"
    __table_args__ = (Index("ix_centre_codes_code", "code"),)

    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]  # the first day in Korea; none: always before
    valid_until: Mapped[date | None]  # the last day; none: until further notice


class Agency(Base):
    """A room, a station or an office."""

    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[AgencyKind] = mapped_column(choice(AgencyKind))
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centres.id"))  # the centre it runs, if it is one
    approval: Mapped[ApprovalPolicy] = mapped_column(
        choice(ApprovalPolicy), default=ApprovalPolicy.NEVER, server_default="never"
    )
    totp_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    enrolled_devices_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    ptz: Mapped[PtzRight] = mapped_column(choice(PtzRight), default=PtzRight.NOBODY, server_default="nobody")


class AgencyCentre(Base):
    """관할: a centre whose cameras the agency's supervisors may grant."""

    __tablename__ = "agency_centres"

    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"), primary_key=True)


class Unit(Base):
    """A car or team that can be dispatched."""

    __tablename__ = "units"

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    call_sign: Mapped[str] = mapped_column(String(40), unique=True)  # 순11, 펌프1
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))

    agency: Mapped[Agency] = relationship(lazy="joined")


class UnitPosition(Base):
    """Where a unit said it was, last time."""

    __tablename__ = "unit_positions"

    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    heading_deg: Mapped[float | None]  # 0..360 clockwise from north
    speed_kmh: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)  # by the unit's clock
    ranked_lat: Mapped[float | None]  # where it was when the cameras on its way were looked for last
    ranked_lon: Mapped[float | None]


class Officer(Base):
    """One person, one account (안전성 확보조치 기준 제5조 제4항)."""

    __tablename__ = "officers"
    __table_args__ = (Index("ix_officers_agency_id_external_id", "agency_id", "external_id", unique=True),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(choice(Role))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))  # the car of this shift
    password_hash: Mapped[str] = mapped_column(String(255))
    enabled: Mapped[bool] = mapped_column(default=True)
    external_id: Mapped[str | None] = mapped_column(String(255))  # what the agency's sign-in service calls them

    agency: Mapped[Agency] = relationship(lazy="joined")


class Client(Base):
    """A machine that calls the API for its agency: a room's computer-aided dispatch, a plate reader."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    services: Mapped[list[str]] = mapped_column(JSON)  # the services it may raise incidents for
    secret_hash: Mapped[str] = mapped_column(String(255))
    enabled: Mapped[bool] = mapped_column(default=True)

    agency: Mapped[Agency] = relationship(lazy="joined")
