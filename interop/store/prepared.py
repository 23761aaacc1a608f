"""Statements that are compiled once and then handed to the driver as they are.

SQLAlchemy words and types them for whatever database it is; what it does around each
execution costs several times what the database does. Only statements that are constants go
this way, so that the number kept stays small.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect, Executable
from sqlalchemy.engine.interfaces import DBAPICursor
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
        listed: Whether the driver takes values in their order; else by name.
        wanted: Name of each value, and what makes it ready for the driver; None where it is.
        fixed: Values that are part of the statement.
        columns: Names of the columns that come back.
        results: What reads some of them, by name.
    """

    statement: Executable
    sql: str
    listed: bool
    wanted: tuple[tuple[str, Processor | None], ...]
    fixed: Row
    columns: tuple[str, ...]
    results: tuple[tuple[str, Processor], ...]

    def run(self, cursor: DBAPICursor, values: Mapping[str, object]) -> tuple[list[Row], int]:
        """Run it; return the rows, and how many rows it touched."""
        cursor.execute(self.sql, self._given(values))
        if not self.columns:
            return [], cursor.rowcount
        return [self._row(row) for row in cursor.fetchall()], cursor.rowcount

    def run_all(self, cursor: DBAPICursor, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it once for each row."""
        cursor.executemany(self.sql, [self._given(values) for values in rows])

    def _given(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- as the driver wants it
        if self.fixed:
            values = {**self.fixed, **values}
        if self.listed:
            return [
                values[name] if ready is None else ready(values[name])
                for name, ready in self.wanted
            ]
        return {
            name: values[name] if ready is None else ready(values[name])
            for name, ready in self.wanted
        }

    def _row(self, row: Sequence[Any]) -> Row:
        read = dict(zip(self.columns, row, strict=True))
        for name, reading in self.results:
            read[name] = reading(read[name])
        return read


# Stores opened one after the other leave theirs behind.
KEPT_MAX: Final = 5_000
_KEPT: Final[dict[tuple[int, object, tuple[str, ...]], tuple[Dialect, Prepared | None]]] = {}
# What it speaks depends on the library of this process alone, not on the file.
SPOKEN_ALIKE: Final = "sqlite"


def prepared(
    statement: Executable, dialect: Dialect, values: Mapping[str, object]
) -> Prepared | None:
    """Return a constant statement as the driver takes it; None if each run words it anew."""
    alike = dialect.name == SPOKEN_ALIKE
    key = (id(statement), SPOKEN_ALIKE if alike else id(dialect), (*values,))
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
    ready = {name: _binding(bind.type, dialect) for name, bind in binds.items()}
    columns = compiled._result_columns  # noqa: SLF001 -- names and types, nowhere else told
    reading = [(column.name, _reading(column.type, dialect)) for column in columns]
    order = compiled.positiontup
    return Prepared(
        statement=statement,
        sql=compiled.string,
        listed=order is not None,
        wanted=tuple((name, ready[name]) for name in (ready if order is None else order)),
        fixed={name: bind.value for name, bind in binds.items() if name not in names},
        columns=tuple(column.name for column in columns),
        results=tuple((name, read) for name, read in reading if read is not None),
    )


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
