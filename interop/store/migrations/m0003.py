"""Step 3: what goes out and comes in between regions, and what regional systems are told."""

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from interop.store.columns import Instant, SensitiveText


def shape(metadata: MetaData) -> None:
    """Declare the tables of channels and tasks."""
    _sending(metadata)
    _receiving(metadata)
    Table(
        "task",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("kind", String, nullable=False),
        _case(),
        Column("due_at", Instant, nullable=False, index=True),
        Column("attempts", Integer, nullable=False),
        Column("reason_code", String, nullable=False),
        Column("body", SensitiveText, nullable=False),
        UniqueConstraint("case_number", "kind"),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the tables of channels and tasks."""
    metadata.create_all(connection)


def _sending(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        *_channel(),
        Column("seq", Integer, primary_key=True),
        Column("envelope_id", String, nullable=False, unique=True),
        _case(),
        # First sequence number of its batch; null while it waits.
        Column("batch_first", Integer),
        Column("body", SensitiveText, nullable=False),
        Index("ix_outbox_batch_first", "peer", "lane", "batch_first"),
    )
    Table(
        "batch",
        metadata,
        *_channel(),
        Column("first", Integer, primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("n", Integer, nullable=False),
        Column("root", String, nullable=False),
        # Null once the receipt is in: it holds bodies of many cases under no case's key.
        Column("wire", SensitiveText),
        Column("receipt", LargeBinary),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Instant),
    )


def _receiving(metadata: MetaData) -> None:
    Table(
        "mark",
        metadata,
        *_channel(),
        Column("epoch", Integer, nullable=False),
        Column("seq", Integer, nullable=False),
        Column("head", String, nullable=False),
    )
    Table(
        "answer",
        metadata,
        *_channel(),
        Column("epoch", Integer, primary_key=True),
        Column("first", Integer, primary_key=True),
        Column("root", String, nullable=False),
        Column("n", Integer, nullable=False),
        Column("receipt", LargeBinary, nullable=False),
    )
    Table(
        "dead_letter",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("peer", String, nullable=False),
        Column("lane", Integer, nullable=False),
        Column("seq", Integer, nullable=False),
        _case(),
        Column("reason_code", String, nullable=False),
        # Null if the key of the case was destroyed before it came.
        Column("body", SensitiveText),
    )


def _channel() -> tuple[Column[str], Column[int]]:
    return (
        Column("peer", String, primary_key=True),
        Column("lane", Integer, primary_key=True, autoincrement=False),
    )


def _case() -> Column[str]:
    return Column(
        "case_number", String, ForeignKey("case_key.case_number"), nullable=False, index=True
    )
