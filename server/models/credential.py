"""What proves that a caller is known, or that a call was made before."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Shift(Base):
    """A login of one officer on one key: its id is the ``sid`` of access tokens and the family of refresh tokens."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_officer_id", "officer_id"), Index("ix_shifts_jkt", "jkt"))

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    jkt: Mapped[str] = mapped_column(String(43))  # the key that everything of it is bound to
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))  # of an enrolled key
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # before its time
    end_reason: Mapped[str | None] = mapped_column(String(40))
    locked: Mapped[bool] = mapped_column(default=False, server_default=false())  # until the PIN
    wrong_pins: Mapped[int] = mapped_column(default=0, server_default="0")


class Pin(Base):
    """An officer's PIN on one key."""

    __tablename__ = "pins"

    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    jkt: Mapped[str] = mapped_column(String(43), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SeenProof(Base):
    """A DPoP proof that was used, until it is too old to be used again."""

    __tablename__ = "seen_proofs"
    __table_args__ = (Index("ix_seen_proofs_until", "until"),)

    digest: Mapped[str] = mapped_column(String(43), primary_key=True)  # of the key and the jti
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class RefreshToken(Base):
    """A shift's refresh token, stored as its SHA-256. Reuse ends the shift, unless nobody used what came of it."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_shift_id", "shift_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("shifts.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    came_of: Mapped[str | None] = mapped_column(String(64))  # the token it was given for
    access_hash: Mapped[str | None] = mapped_column(String(43))  # of the access token beside it, which no disk keeps


class SecondFactor(Base):
    """What an officer's phone makes codes of. It counts from ``confirmed_at`` on."""

    __tablename__ = "second_factors"

    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger)  # of the newest code that was used
    recovery: Mapped[list[str]] = mapped_column(JSON)  # SHA-256 of the codes that are left


class SignInTally(Base):
    """What is remembered of attempts to sign in, by a digest of the account, or of the account and where from."""

    __tablename__ = "sign_in_tallies"
    __table_args__ = (Index("ix_sign_in_tallies_at", "at"),)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed_at: Mapped[list[float]] = mapped_column(JSON)  # seconds since the epoch, the newest last
    known_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class IdempotencyKey(Base):
    """The answer given to a mutating call, kept a day so that a repeat gets the same one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_at", "at"),)

    caller: Mapped[str] = mapped_column(String(90), primary_key=True)  # kind:id
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
