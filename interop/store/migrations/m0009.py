"""Step 9: what stays quick in a large store: a short roll-up, the overdue in their order."""

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    text,
)

NAMES = ("receiving", "handling", "state")
BEFORE = "ix_case_file_due_on"
DUE = "ix_case_file_due"


def shape(metadata: MetaData) -> None:
    """Declare the short roll-up, without days and items, and the index of due days."""
    Table(
        "standing",
        metadata,
        *(Column(name, String, primary_key=True) for name in NAMES),
        Column("n", Integer, nullable=False),
    )
    case_file = metadata.tables["case_file"]
    case_file.indexes.discard(_index(case_file, BEFORE))
    due_on = case_file.c.due_on
    Index(
        DUE,
        due_on,
        case_file.c.created_at,
        case_file.c.number,
        sqlite_where=due_on.is_not(None),
        postgresql_where=due_on.is_not(None),
    )


def migrate(connection: Connection, metadata: MetaData) -> None:
    """Sum up what stands in the roll-up, and put the index in the place of the former one."""
    standing, rollup = metadata.tables["standing"], metadata.tables["rollup"]
    standing.create(connection)
    places = [rollup.c[name] for name in NAMES]
    sums = select(*places, func.sum(rollup.c.n)).group_by(*places)
    connection.execute(insert(standing).from_select([*NAMES, "n"], sums))
    connection.execute(text(f"DROP INDEX {BEFORE}"))
    _index(metadata.tables["case_file"], DUE).create(connection)


def _index(table: Table, name: str) -> Index:
    return next(index for index in table.indexes if index.name == name)
