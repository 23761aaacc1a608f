"""Statements that are compiled once and then handed to the driver as they are.

SQLAlchemy words and types them for whatever database it is; what it does around each
execution costs several times what the database does. Only statements that are constants go
this way, so that the number kept stays small.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One statement for one dialect and one set of names.

    Attributes:
        statement: The statement; held, so that its identity is not given to another.
        sql: What the driver gets.
        order: Names of the parameters in their order; None if the driver takes names.
        fixed: Parameters that are part of the statement.
        binds: What makes a value ready for the driver, by name.
        columns: Names of the columns that come back.
        results: What reads each of them; None where nothing is to be done.
    """

    statement: Executable
    sql: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, object]
    binds: Mapping[str, Processor]
    columns: tuple[str, ...]
    results: tuple[tuple[int, Processor], ...]

    def run(
        self, connection: Connection, values: Mapping[str, object]
    ) -> tuple[list[Row], int]:
        """Run it; return the rows, and how many rows it touched."""
        given = self._given(values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self.sql, given if self.order is None else self._listed(given))
            if not self.columns:
                return [], cursor.rowcount
            return [self._row(row) for row in cursor.fetchall()], cursor.rowcount
        finally:
            cursor.close()

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it once for each row."""
        given = [self._given(values) for values in rows]
        cursor = connection.connection.cursor()
        try:
            listed = given if self.order is None else [self._listed(one) for one in given]
            cursor.executemany(self.sql, listed)
        finally:
            cursor.close()

    def _given(self, values: Mapping[str, object]) -> Row:
        given = {**self.fixed, **values}
        for name, ready in self.binds.items():
            given[name] = ready(given[name])
        return given

    def _listed(self, given: Row) -> list[object]:
        return [given[name] for name in self.order or ()]

    def _row(self, row: Sequence[Any]) -> Row:
        if not self.results:
            return dict(zip(self.columns, row, strict=True))
        read = list(row)
        for at, reading in self.results:
            read[at] = reading(read[at])
        return dict(zip(self.columns, read, strict=True))


# Stores opened one after the other leave theirs behind.
KEPT_MAX: Final = 5_000
_KEPT: Final[dict[tuple[int, object, frozenset[str]], tuple[Dialect, Prepared | None]]] = {}
# What it speaks depends on the library of this process alone, not on the file.
SPOKEN_ALIKE: Final = "sqlite"


def prepared(
    statement: Executable, connection: Connection, values: Mapping[str, object]
) -> Prepared | None:
    """Return a constant statement as the driver takes it; None if each run words it anew."""
    dialect = connection.dialect
    alike = dialect.name == SPOKEN_ALIKE
    key = (id(statement), dialect.name if alike else id(dialect), frozenset(values))
    found = _KEPT.get(key)
    if found is None or not (alike or found[0] is dialect):
        if len(_KEPT) >= KEPT_MAX:
            _KEPT.clear()
        found = _KEPT[key] = (dialect, _compiled(statement, dialect, sorted(values)))
    return found[1]


def _compiled(statement: Executable, dialect: Dialect, names: list[str]) -> Prepared | None:
    compiled = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]  # every statement is compiled so
    if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
        return None
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    made = {name: _binding(bind.type, dialect) for name, bind in binds.items()}
    columns = compiled._result_columns  # noqa: SLF001 -- names and types, nowhere else told
    reading = [_reading(column.type, dialect) for column in columns]
    return Prepared(
        statement=statement,
        sql=compiled.string,
        order=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
        fixed={name: bind.value for name, bind in binds.items() if name not in names},
        binds={name: ready for name, ready in made.items() if ready is not None},
        columns=tuple(column.name for column in columns),
        results=tuple((at, read) for at, read in enumerate(reading) if read is not None),
    )


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
