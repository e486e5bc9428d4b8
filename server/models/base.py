"""What every table shares: the declarative base, opaque ids and times that are always aware UTC."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


SERIAL = BigInteger().with_variant(Integer, "sqlite")  # only SQLite's INTEGER counts by itself


class Base(DeclarativeBase):
    """The one metadata; constraints have names so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMES)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite hands back naive ones, PostgreSQL the session's zone; callers see only UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise TypeError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> Enum:
    """A text column that holds only the values of ``kind``: readable in the database, checked on the way in."""
    return Enum(kind, values_callable=lambda members: [m.value for m in members], native_enum=False, length=32)


def new_id() -> str:
    """An opaque id, 128 bits from the system's generator, 22 characters of the URL-safe alphabet."""
    return secrets.token_urlsafe(16)
