"""Step 10: on how many lanes the store sends; a case keeps its lane for ever."""

from sqlalchemy import CheckConstraint, Column, Connection, Integer, MetaData, Table, insert

# What every store sent on before it was kept.
LANES = 4


def shape(metadata: MetaData) -> None:
    """Declare the one row that says it."""
    Table(
        "sending",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("lanes", Integer, nullable=False),
        CheckConstraint("id = 1"),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Keep for an older store what it has sent on."""
    sending = metadata.tables["sending"]
    sending.create(connection)
    connection.execute(insert(sending).values(id=1, lanes=LANES))
