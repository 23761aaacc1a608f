"""Step 1: keys, counters, knowledge versions, the audit chain, leases, uses."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from interop.store.columns import Instant, SensitiveText


def shape(metadata: MetaData) -> None:
    """Declare the tables of the ground."""
    Table("schema_version", metadata, Column("version", Integer, primary_key=True))
    _keys(metadata)
    _audit(metadata)
    _uses(metadata)
    Table(
        "knowledge_version",
        metadata,
        Column("digest", String, primary_key=True),
        Column("kind", String, nullable=False),
        Column("key", String, nullable=False),
        Column("data", LargeBinary, nullable=False),
        Column("kept_at", Instant, nullable=False),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the tables of the ground."""
    metadata.create_all(connection)


def _keys(metadata: MetaData) -> None:
    Table(
        "organ_key",
        metadata,
        _single(),
        Column("key_id", String, nullable=False),
        Column("cipher", String, nullable=False),
        Column("proof", LargeBinary, nullable=False),
        CheckConstraint("id = 1"),
    )
    Table(
        "case_key",
        metadata,
        Column("case_number", String, primary_key=True),
        # Null once the key is destroyed.
        Column("wrapped", SensitiveText),
    )
    Table(
        "counter",
        metadata,
        Column("name", String, primary_key=True),
        Column("n", Integer, nullable=False),
    )


def _audit(metadata: MetaData) -> None:
    # Bytes, not text: a flipped bit must reach the verifier, not fail in the driver.
    Table(
        "audit_line",
        metadata,
        Column("n", Integer, primary_key=True, autoincrement=False),
        Column("subject", LargeBinary, nullable=False, index=True),
        Column("line", LargeBinary, nullable=False),
        Column("leaf", LargeBinary, nullable=False),
    )
    Table(
        "audit_head",
        metadata,
        _single(),
        Column("n", Integer, nullable=False),
        Column("leaf", LargeBinary, nullable=False),
        Column("seal", LargeBinary, nullable=False),
        CheckConstraint("id = 1"),
    )


def _uses(metadata: MetaData) -> None:
    Table(
        "lease",
        metadata,
        Column("name", String, primary_key=True),
        Column("holder", String, nullable=False),
        Column("until", Instant, nullable=False),
    )
    Table(
        "nonce",
        metadata,
        Column("kind", String, primary_key=True),
        Column("digest", String, primary_key=True),
        Column("until", Instant, nullable=False, index=True),
    )
    Table(
        "use_count",
        metadata,
        Column("kind", String, primary_key=True),
        Column("key", String, primary_key=True),
        Column("n", Integer, nullable=False),
    )


def _single() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)
