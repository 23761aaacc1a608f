"""Step 7: contents of materials, whom a case names, legal holds, and what was purged."""

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    text,
)
from sqlalchemy.schema import CreateColumn

from interop.store.columns import Instant, SensitiveText

TABLES = ("material", "material_use", "material_chunk", "case_party", "legal_hold")


def shape(metadata: MetaData) -> None:
    """Declare the tables of contents, parties and holds."""
    _materials(metadata)
    Table(
        "case_party",
        metadata,
        # Keyed digest of a party beside the applicant, who stands in the row of the case.
        Column("lookup", String, primary_key=True),
        _case(primary_key=True),
    )
    Table(
        "legal_hold",
        metadata,
        _case(primary_key=True),
        Column("basis", SensitiveText, nullable=False),
        Column("placed_at", Instant, nullable=False),
    )
    # Null unless its retention has ended and it was purged.
    metadata.tables["case_file"].append_column(Column("purged_at", Instant))


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the tables; add the column."""
    for name in TABLES:
        metadata.tables[name].create(connection)
    column = CreateColumn(metadata.tables["case_file"].c["purged_at"])
    spelled = column.compile(dialect=connection.dialect)
    connection.execute(text(f"ALTER TABLE case_file ADD COLUMN {spelled}"))


def _materials(metadata: MetaData) -> None:
    Table(
        "material",
        metadata,
        _case(primary_key=True),
        # Digest of the content under the key of the case: equal contents of two cases have
        # nothing in common.
        Column("name", String, primary_key=True),
        # What it is declared to be: digest, size, media type.
        Column("label", SensitiveText, nullable=False),
        Column("held", Integer, nullable=False),
        # Null until its digest was verified over all of it.
        Column("complete_at", Instant),
        Column("touched_at", Instant, nullable=False, index=True),
    )
    Table(
        "material_use",
        metadata,
        _case(primary_key=True),
        Column("code", String, primary_key=True),
        Column("name", String, nullable=False),
    )
    Table(
        "material_chunk",
        metadata,
        _case(primary_key=True),
        Column("name", String, primary_key=True),
        Column("n", Integer, primary_key=True, autoincrement=False),
        Column("body", SensitiveText, nullable=False),
    )


def _case(*, primary_key: bool) -> Column[str]:
    return Column(
        "case_number",
        String,
        ForeignKey("case_key.case_number"),
        primary_key=primary_key,
        nullable=False,
    )
