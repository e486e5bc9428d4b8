"""What happened, which cameras see it, and who was sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime, choice, new_id
from server.models.camera import Camera
from server.models.organisation import AgencyKind, Unit


class Service(StrEnum):
    """The linked service an incident comes from."""

    POLICE_112 = "police_112"
    FIRE_119 = "fire_119"
    DISASTER = "disaster"
    ANKLE_MONITOR = "ankle_monitor"
    WANTED_VEHICLE = "wanted_vehicle"
    VULNERABLE_PERSON = "vulnerable_person"


class Selection(StrEnum):
    """Which cameras around an incident are its set."""

    NEAREST = "nearest"  # the best few
    WITHIN = "within"  # all in the radius


RESERVED_FOR = {Service.ANKLE_MONITOR: AgencyKind.MOJ_LOCATION}  # no other room, and no grant, has a part in these


class ServicePolicy(Base):
    """What an administrator has said of a service. Without a ``selection`` its cameras are chosen as the code says."""

    __tablename__ = "service_policies"

    service: Mapped[Service] = mapped_column(choice(Service), primary_key=True)
    grace_s: Mapped[int]  # how long who watches when an incident closes may go on, 0..600
    selection: Mapped[Selection | None] = mapped_column(choice(Selection))
    radius_m: Mapped[float | None]
    count: Mapped[int | None]


class IncidentStatus(StrEnum):
    """사건: open until somebody closes it."""

    OPEN = "open"
    CLOSED = "closed"


class LegalBasis(StrEnum):
    """What allows the centres' cameras to be shown: the article, its paragraph and item.

    Source: 개인정보 보호법 제18조 제2항, 119법 제11조의2 제1항, 재난안전법 제74조의3, 전자장치부착법 제16조의3 제2항,
    112신고처리법 제9조 제1항.
    """

    PIPA_18_2_2 = "PIPA_18_2_2"  # another law says so
    PIPA_18_2_3 = "PIPA_18_2_3"  # urgent for life, body or property
    PIPA_18_2_7 = "PIPA_18_2_7"  # investigation of a crime
    PIPA_18_2_9 = "PIPA_18_2_9"  # a sentence or protective order
    PIPA_18_2_10 = "PIPA_18_2_10"  # urgent for public safety
    FIRE119_11_2_1 = "FIRE119_11_2_1"
    DISASTER_74_3 = "DISASTER_74_3"
    ANKLE_16_3_2 = "ANKLE_16_3_2"
    POLICE112_9_1 = "POLICE112_9_1"


class DispatchStatus(StrEnum):
    """지령: from the order to the end. Cleared and withdrawn end the access it gave."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What a room has to do with an incident: it answers for it, or helps those that do."""

    OWNS = "owns"
    AIDS = "aids"


class ClosingCode(StrEnum):
    """종결 사유 of a 112 call. Source: 112치안종합상황실 운영 및 신고처리 규칙."""

    SOLVED = "solved"  # 해결
    CANCELLED = "cancelled"  # 신고 취소
    HANDED_OVER = "handed_over"  # 다른 부서 인계
    NOT_POLICE = "not_police"  # 허위, 경찰 소관 아님
    NOTHING_FOUND = "nothing_found"  # 불발견
    COMMANDER_DONE = "commander_done"  # 지휘자 판단


class Incident(Base):
    """사건. ``agency_id`` is who reported it; who works on it is in ``rooms``.

    ``content_hash`` tells a repeated report from a contradicting one.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("service", "external_id", name="uq_incidents_service_external_id"),
        Index(  # what has a text to lose; no open incident is in it
            "ix_incidents_closed_at",
            "closed_at",
            sqlite_where=text("emptied_at IS NULL AND closed_at IS NOT NULL"),
            postgresql_where=text("emptied_at IS NULL AND closed_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    service: Mapped[Service] = mapped_column(choice(Service))
    external_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # the room that reported it
    type: Mapped[str] = mapped_column(String(40))
    priority: Mapped[int]  # 0 most urgent .. 4
    status: Mapped[IncidentStatus] = mapped_column(choice(IncidentStatus), default=IncidentStatus.OPEN)
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    address: Mapped[str | None] = mapped_column(String(200))
    caller_lat: Mapped[float | None]  # server.incidents.caller
    caller_lon: Mapped[float | None]
    caller_accuracy_m: Mapped[float | None]
    polygon: Mapped[list[Any] | None] = mapped_column(JSON)  # closed ring of [lat, lon]
    area: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # server.cameras.region.Region
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # what it gives ends then, whether or not it is closed
    summary: Mapped[str] = mapped_column(String(2000))
    legal_basis: Mapped[LegalBasis] = mapped_column(choice(LegalBasis))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closing_reason: Mapped[str | None] = mapped_column(String(200))
    closing_code: Mapped[ClosingCode | None] = mapped_column(choice(ClosingCode))
    emptied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when its text and reports were deleted

    cameras: Mapped[list["IncidentCamera"]] = relationship(
        order_by="IncidentCamera.rank", cascade="all, delete-orphan", lazy="selectin"
    )
    dispatches: Mapped[list["Dispatch"]] = relationship(order_by="Dispatch.created_at", lazy="selectin")
    rooms: Mapped[list["IncidentRoom"]] = relationship(
        order_by="IncidentRoom.since", lazy="selectin", back_populates="incident"
    )


class IncidentRoom(Base):
    """A room's part in an incident. The room watches and sends units while it has not ended."""

    __tablename__ = "incident_rooms"
    __table_args__ = (Index("ix_incident_rooms_agency_id", "agency_id", "ended_at"),)

    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(choice(Part))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    closing_reason: Mapped[str | None] = mapped_column(String(200))  # when the room closed it
    closing_code: Mapped[ClosingCode | None] = mapped_column(choice(ClosingCode))
    legal_basis: Mapped[LegalBasis | None] = mapped_column(choice(LegalBasis))  # none: the incident's

    incident: Mapped[Incident] = relationship(back_populates="rooms")


class CameraRole(StrEnum):
    """Why a camera is in an incident's set."""

    AROUND = "around"  # shows the place
    ESCAPE = "escape"  # 예상 도주로: stands on a way out
    CORRIDOR = "corridor"  # stands on the way of a unit that comes
    CALLER = "caller"  # stands around who called, and is for the room alone


class IncidentCamera(Base):
    """One camera of an incident's set, with the reasons for its rank."""

    __tablename__ = "incident_cameras"

    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("cameras.id"), primary_key=True)
    rank: Mapped[int]  # 1 is best
    distance_m: Mapped[float]
    bearing_deg: Mapped[float]  # from the incident to the camera
    reasons: Mapped[list[str]] = mapped_column(JSON)
    role: Mapped[CameraRole] = mapped_column(
        choice(CameraRole), default=CameraRole.AROUND, server_default=CameraRole.AROUND.value
    )
    on_the_way: Mapped[dict[str, int] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # unit: as which it comes, 1 next

    camera: Mapped[Camera] = relationship(lazy="joined")


class Dispatch(Base):
    """One unit sent to one incident. When its device had it, showed it, and somebody answered: none, not yet."""

    __tablename__ = "dispatches"
    __table_args__ = (
        Index("ix_dispatches_unit_id", "unit_id"),
        Index(
            "uq_dispatches_active",  # a unit is sent to an incident once at a time
            "incident_id",
            "unit_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))  # the room that sent it
    status: Mapped[DispatchStatus] = mapped_column(choice(DispatchStatus), default=DispatchStatus.SENT)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    shown_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    unit: Mapped[Unit] = relationship(lazy="joined")
    incident: Mapped[Incident] = relationship(back_populates="dispatches")
