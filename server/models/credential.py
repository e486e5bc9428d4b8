"""What proves that a caller is known, or that a call was made before."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime, new_id


class RefreshToken(Base):
    """A shift's refresh token, stored as its SHA-256. A family shares ``family_id``; reuse ends the family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (Index("ix_refresh_tokens_family_id", "family_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    family_id: Mapped[str] = mapped_column(String(22), default=new_id)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)  # of the family: the shift's end
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


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
