"""Step 2: cases with their documents, facts, notices, and the roll-up."""

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from interop.store.columns import Instant, SensitiveText


def shape(metadata: MetaData) -> None:
    """Declare the tables of cases."""
    _case_file(metadata)
    Table(
        "case_document",
        metadata,
        _case(primary_key=True),
        Column("name", String, primary_key=True),
        Column("body", SensitiveText, nullable=False),
    )
    Table(
        "case_fact",
        metadata,
        _case(primary_key=True),
        Column("side", String, primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("body", SensitiveText, nullable=False),
    )
    Table(
        "notice",
        metadata,
        Column("number", String, primary_key=True),
        _case(primary_key=False),
        Column("position", Integer, nullable=False),
        Column("body", SensitiveText, nullable=False),
        UniqueConstraint("case_number", "position"),
    )
    _rollup(metadata)


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the tables of cases."""
    metadata.create_all(connection)


def _case_file(metadata: MetaData) -> None:
    Table(
        "case_file",
        metadata,
        Column("number", String, ForeignKey("case_key.case_number"), primary_key=True),
        Column("item", String, nullable=False),
        Column("receiving", String, nullable=False),
        Column("handling", String, nullable=False),
        Column("side", String, nullable=False),
        Column("applicant_lookup", String, nullable=False, index=True),
        Column("state", String, nullable=False),
        # The day it entered the state; ties the row to its line of the roll-up.
        Column("state_on", Date, nullable=False),
        Column("state_hash", String, nullable=False),
        Column("receiving_seq", Integer, nullable=False),
        Column("handling_seq", Integer, nullable=False),
        Column("due_on", Date, index=True),
        Column("provisional", Boolean, nullable=False, index=True),
        # Null unless parked.
        Column("parked_code", String),
        Column("knowledge", String, nullable=False),
        Column("created_at", Instant, nullable=False),
        # Keyed digest of the host's own number; null where the case was handed over.
        Column("reference_lookup", String, unique=True),
        Index("ix_case_file_side_state", "side", "state", "created_at"),
    )


def _rollup(metadata: MetaData) -> None:
    Table(
        "rollup",
        metadata,
        Column("day", Date, primary_key=True),
        Column("receiving", String, primary_key=True),
        Column("handling", String, primary_key=True),
        Column("item", String, primary_key=True),
        Column("state", String, primary_key=True),
        Column("n", Integer, nullable=False),
    )


def _case(*, primary_key: bool) -> Column[str]:
    return Column(
        "case_number",
        String,
        ForeignKey("case_file.number"),
        primary_key=primary_key,
        nullable=False,
    )
