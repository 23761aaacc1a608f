"""Step 4: tokens that were used, what issuers took back, sessions that ended."""

from sqlalchemy import CheckConstraint, Column, Connection, Integer, MetaData, String, Table

from interop.store.columns import Instant


def shape(metadata: MetaData) -> None:
    """Declare the tables of tokens; a token itself stands in none of them."""
    Table(
        "token_use",
        metadata,
        # Digest of issuer and jti.
        Column("digest", String, primary_key=True),
        Column("until", Instant, nullable=False, index=True),
    )
    Table(
        "token_horizon",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        # What ended by then was forgotten and is never a first use again; null: nothing was.
        Column("until", Instant),
        # How many entries stand in token_use.
        Column("live", Integer, nullable=False),
        CheckConstraint("id = 1"),
    )
    Table(
        "revocation",
        metadata,
        Column("issuer", String, primary_key=True),
        Column("digest", String, primary_key=True),
    )
    Table(
        "revocation_feed",
        metadata,
        Column("issuer", String, primary_key=True),
        Column("sequence", Integer, nullable=False),
        Column("fresh_until", Instant, nullable=False),
    )
    Table(
        "logout",
        metadata,
        Column("key", String, primary_key=True),
        Column("at", Instant, nullable=False),
        Column("until", Instant, nullable=False, index=True),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Create the tables of tokens."""
    metadata.create_all(connection)
