"""The sign-in services of agencies that have one (OpenID Connect), and the sign-ins that have begun there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, UTCDateTime
from server.models.organisation import Agency


class Provider(Base):
    """Where an agency's officers sign in, and who we are to it."""

    __tablename__ = "providers"

    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(255))
    client_id: Mapped[str] = mapped_column(String(255))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    claim: Mapped[str] = mapped_column(String(64))  # which claim holds an officer's external_id

    agency: Mapped[Agency] = relationship(lazy="joined")


class ProviderSignIn(Base):
    """A sign-in on its way, by the digest of its state; used once, by the key it was begun with."""

    __tablename__ = "provider_sign_ins"
    __table_args__ = (Index("ix_provider_sign_ins_expires_at", "expires_at"),)

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    jkt: Mapped[str] = mapped_column(String(43))
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
