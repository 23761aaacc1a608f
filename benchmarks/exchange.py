"""Cases and exchange: on SQLite and PostgreSQL, and their clocks, in one object."""

from benchmarks import clocks, exchange_pg, exchange_sqlite, exchange_two

PARTS = (exchange_sqlite, exchange_two, exchange_pg, clocks)


def run() -> dict[str, float | None]:
    """Return all figures; None where a peer is absent."""
    return {name: value for part in PARTS for name, value in part.run().items()}
