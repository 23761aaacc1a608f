"""Column types: sealed bytes and nothing else, instants with their time zone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from interop.errors import StoreError
from interop.store.reasons import CLEAR_TEXT_REFUSED, STORE_TIME_NAIVE


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted bytes; only a transaction's ``seal`` makes them."""

    data: bytes = field(repr=False)


class SensitiveText(TypeDecorator[Sealed]):
    """A column for personal values: takes and gives :class:`Sealed`, refuses all else.

    Raises:
        StoreError: ``clear-text-refused``, so clear text cannot be written by mistake.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, _dialect: Dialect) -> bytes | None:
        """Return the bytes to write."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise StoreError(CLEAR_TEXT_REFUSED.of(got=type(value).__name__))
        return value.data

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Sealed | None:
        """Return the bytes read."""
        return None if value is None else Sealed(value)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; a naive one is refused as ``store-time-naive``."""
        return None if value is None else in_utc(value)

    def process_result_value(
        self, value: datetime | None, _dialect: Dialect
    ) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def spelled(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return a type that means the same on every database.

    A number has 64 bits, and text is ordered by its code points, whatever the language of
    the server.
    """
    if type(kind) is Integer:
        return kind.with_variant(BigInteger(), "postgresql")
    if type(kind) is String:
        return kind.with_variant(String(collation="C"), "postgresql")
    return kind


def in_utc(instant: datetime) -> datetime:
    """Return ``instant`` in UTC.

    Raises:
        StoreError: ``store-time-naive``; the machine's own zone never decides.
    """
    if instant.tzinfo is None:
        raise StoreError(STORE_TIME_NAIVE.of())
    return instant.astimezone(UTC)
