"""Step 11: lists of the newest cases, of all, of one item and of those set aside."""

from sqlalchemy import Connection, Index, MetaData

NEWEST = "ix_case_file_newest"
ITEM = "ix_case_file_item"
PARKED = "ix_case_file_parked"


def shape(metadata: MetaData) -> None:
    """Declare the indexes, each in the order in which it is read."""
    row = metadata.tables["case_file"].c
    aside = row.parked_code.is_not(None)
    Index(NEWEST, row.created_at, row.number)
    Index(ITEM, row.item, row.created_at, row.number)
    Index(PARKED, row.created_at, row.number, sqlite_where=aside, postgresql_where=aside)


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Build them."""
    for index in metadata.tables["case_file"].indexes:
        if index.name in {NEWEST, ITEM, PARKED}:
            index.create(connection)
