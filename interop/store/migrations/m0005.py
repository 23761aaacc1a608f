"""Step 5: status lists of issuers, as they last told them."""

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table

from interop.store.columns import Instant


def shape(metadata: MetaData) -> None:
    """Declare the table of status lists; positions in it name nobody."""
    Table(
        "status_list",
        metadata,
        Column("uri", String, primary_key=True),
        Column("issuer", String, primary_key=True),
        Column("issued_at", Instant, nullable=False),
        Column("fresh_until", Instant, nullable=False),
        # One byte per position.
        Column("states", LargeBinary, nullable=False),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the table of status lists."""
    metadata.create_all(connection)
