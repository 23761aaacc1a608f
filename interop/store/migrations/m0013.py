"""Step 13: what a step reads of channels and cases stays the same, however much was sent.

Messages and batches are kept for ever; what waits of them is little. The indexes hold what
waits, and find the messages of one case and the answer to one batch.
"""

from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table, text

BEFORE: Final = {"outbox": "ix_outbox_batch_first", "case_file": "ix_case_file_provisional"}
NAMES: Final = frozenset({
    "ix_case_file_unsure",
    "ix_outbox_waiting", "ix_outbox_case", "ix_received_case", "ix_batch_open",
    "ix_answer_first", "ix_dead_letter_open", "ix_case_party_case", "ix_joint_part_case",
})  # fmt: skip


def shape(metadata: MetaData) -> None:
    """Declare the indexes; some take the place of former ones."""
    tables = metadata.tables
    for name, index in BEFORE.items():
        former = tables[name].indexes
        former.discard(next(one for one in former if one.name == index))
    outbox, answer, case = tables["outbox"], tables["answer"].c, tables["case_file"].c
    unsure = case.provisional.is_(True)
    Index("ix_case_file_unsure", case.number, sqlite_where=unsure, postgresql_where=unsure)
    _of_what_lacks("batch_first", "ix_outbox_waiting", outbox, "peer", "lane", "seq")
    batch, letter = tables["batch"], tables["dead_letter"]
    _of_what_lacks("receipt", "ix_batch_open", batch, "peer", "lane", "epoch", "first")
    _of_what_lacks("settled_at", "ix_dead_letter_open", letter, "peer", "case_number")
    Index("ix_answer_first", answer.peer, answer.lane, answer.first, answer.epoch)
    for name in ("outbox", "received", "case_party", "joint_part"):
        Index(f"ix_{name}_case", tables[name].c.case_number)


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Build them."""
    for former in BEFORE.values():
        connection.execute(text(f"DROP INDEX {former}"))
    for table in metadata.tables.values():
        for index in table.indexes:
            if index.name in NAMES:
                index.create(connection)


def _of_what_lacks(column: str, name: str, table: Table, *columns: str) -> None:
    lacks = table.c[column].is_(None)
    Index(name, *(table.c[n] for n in columns), sqlite_where=lacks, postgresql_where=lacks)
