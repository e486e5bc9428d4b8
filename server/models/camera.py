"""A fixed camera of a centre: where it stands, what it sees, how it is reached."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, choice, new_id


class CameraHealth(StrEnum):
    """What the last probe found."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class CameraPurpose(StrEnum):
    """설치목적구분: what a camera was put up for, as 전국CCTV표준데이터 divides it."""

    CRIME_PREVENTION = "crime_prevention"  # 생활방범
    CHILDREN = "children"  # 어린이보호
    FACILITY = "facility"  # 시설물관리
    WASTE = "waste"  # 쓰레기단속
    VEHICLE = "vehicle"  # 차량방범: reads number plates
    ENFORCEMENT = "enforcement"  # 교통단속
    TRAFFIC = "traffic"  # 교통정보수집
    DISASTER = "disaster"  # 재난재해
    SEVERAL = "several"  # 다목적
    OTHER = "other"  # 기타


class Camera(Base):
    """고정형 영상정보처리기기. The password is stored sealed and opened only by the transcoder's lease."""

    __tablename__ = "cameras"
    __table_args__ = (
        Index("ix_cameras_h3_cell", "h3_cell"),
        Index("ix_cameras_warm", "id", sqlite_where=text("warm = 1"), postgresql_where=text("warm")),  # few of many
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=new_id)
    centre_id: Mapped[str] = mapped_column(ForeignKey("centres.id"))
    name: Mapped[str] = mapped_column(String(120))
    lat: Mapped[float]
    lon: Mapped[float]
    h3_cell: Mapped[int] = mapped_column(
        BigInteger
    )  # the H3 cell of resolution 9 (edge about 200 m) that holds lat,lon
    bearing_deg: Mapped[float | None]  # 0..360 clockwise from north; none: turns or sees all round
    fov_deg: Mapped[float | None]  # horizontal field of view, 1..360
    range_m: Mapped[float] = mapped_column(default=80.0)  # how far a person can still be made out
    purpose: Mapped[CameraPurpose | None] = mapped_column(choice(CameraPurpose))
    night_vision: Mapped[bool | None]  # infrared or low-light optics; none: nobody said
    enabled: Mapped[bool] = mapped_column(default=True)
    health: Mapped[CameraHealth] = mapped_column(choice(CameraHealth), default=CameraHealth.OK)
    rtsp_host: Mapped[str] = mapped_column(String(255))
    rtsp_port: Mapped[int] = mapped_column(default=554)
    rtsp_username: Mapped[str | None] = mapped_column(String(64))
    rtsp_password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(512))
    onvif_port: Mapped[int | None]  # where it takes ONVIF calls; none: it takes none
    profiles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # server.cameras.profile.Profile, 1 or more
    masks: Mapped[list[Any]] = mapped_column(JSON, default=list)  # polygons of [x, y], fractions of the picture
    imported_as: Mapped[str | None] = mapped_column(String(16))  # the kind of sheet it came by last: standard, streams
    ptz: Mapped[bool] = mapped_column(default=False, server_default=false())  # it can be steered, by ONVIF
    ptz_home: Mapped[str | None] = mapped_column(String(64))  # token of the preset it is given back to; none: its home
    ptz_presets: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")  # token, name
    warm: Mapped[bool] = mapped_column(default=False)  # pulled all the time, so that nobody waits for its key frame
