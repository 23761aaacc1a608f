"""Step 6: epochs, what was received message by message, and what became of dead letters."""

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateColumn, CreateTable

from interop.store.columns import Instant, SensitiveText

# What joins a table that stands already; every one may be null, as old rows lack it.
ADDED = {
    "outbox": ("batch_epoch", "posted_at", "day", "digest"),
    "answer": ("header",),
    "dead_letter": ("buried_at", "settled_at", "outcome"),
}
EPOCH_BEFORE = 1


def shape(metadata: MetaData) -> None:
    """Declare what channels gain."""
    _widen(metadata)
    metadata.remove(metadata.tables["batch"])
    _batch(metadata)
    Table(
        "received",
        metadata,
        *_channel(),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("epoch", Integer, nullable=False),
        # First sequence number of its batch.
        Column("first", Integer, nullable=False),
        Column("envelope_id", String, nullable=False, index=True),
        Column("case_number", String, nullable=False, index=True),
        Column("day", Date, nullable=False),
        # Digest of the message; null if it was not applied.
        Column("digest", LargeBinary),
        Column("leaf", LargeBinary, nullable=False),
        # The envelope as it came; null where a dead letter holds it.
        Column("body", SensitiveText),
        Index("ix_received_day", "peer", "lane", "day"),
    )
    Table(
        "lane_state",
        metadata,
        *_channel(),
        Column("epoch", Integer, nullable=False),
        # Root that the first batch of the epoch follows on; empty in the first epoch.
        Column("head", String, nullable=False),
        # How many envelopes the peer takes next.
        Column("credit", Integer, nullable=False),
        # In a row, and why the last one: to be shown, never to decide by.
        Column("failures", Integer, nullable=False),
        Column("reason_code", String, nullable=False),
        Column("failed_at", Instant),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Bring it, keeping every batch and receipt."""
    for table, names in ADDED.items():
        for name in names:
            column = CreateColumn(metadata.tables[table].c[name])
            spelled = column.compile(dialect=connection.dialect)
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {spelled}"))
    index = next(i for i in metadata.tables["outbox"].indexes if i.name == "ix_outbox_day")
    index.create(connection)
    _rebuild_batch(connection, metadata)
    outbox = metadata.tables["outbox"]
    sent = update(outbox).where(outbox.c.batch_first.is_not(None))
    connection.execute(sent.values(batch_epoch=EPOCH_BEFORE))
    for name in ("received", "lane_state"):
        metadata.tables[name].create(connection)


def _rebuild_batch(connection: Connection, metadata: MetaData) -> None:
    # A number may be sent again in a later epoch: the epoch joins the key.
    before = MetaData()
    connection.execute(text("ALTER TABLE batch RENAME TO batch_before"))
    _batch(before, name="batch_before")
    old, new = before.tables["batch_before"], metadata.tables["batch"]
    connection.execute(CreateTable(new))
    names = [column.name for column in new.columns if column.name != "made_at"]
    rows = select(*(old.c[name] for name in names))
    connection.execute(insert(new).from_select(names, rows))
    connection.execute(text("DROP TABLE batch_before"))


def _widen(metadata: MetaData) -> None:
    outbox = metadata.tables["outbox"]
    outbox.append_column(Column("batch_epoch", Integer))
    outbox.append_column(Column("posted_at", Instant))
    outbox.append_column(Column("day", Date))
    outbox.append_column(Column("digest", LargeBinary))
    Index("ix_outbox_day", outbox.c.peer, outbox.c.lane, outbox.c.day)
    metadata.tables["answer"].append_column(Column("header", LargeBinary))
    letter = metadata.tables["dead_letter"]
    letter.append_column(Column("buried_at", Instant))
    letter.append_column(Column("settled_at", Instant))
    letter.append_column(Column("outcome", String))


def _batch(metadata: MetaData, *, name: str = "batch") -> None:
    Table(
        name,
        metadata,
        *_channel(),
        Column("epoch", Integer, primary_key=True, autoincrement=False),
        Column("first", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer, nullable=False),
        Column("root", String, nullable=False),
        # Null once the receipt is in: it holds bodies of many cases under no case's key.
        Column("wire", SensitiveText),
        Column("receipt", LargeBinary),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Instant),
        Column("made_at", Instant),
    )


def _channel() -> tuple[Column[str], Column[int]]:
    return (
        Column("peer", String, primary_key=True),
        Column("lane", Integer, primary_key=True, autoincrement=False),
    )
