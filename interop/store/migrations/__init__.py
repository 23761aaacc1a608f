"""The shape of the store in numbered steps; a shipped step never changes.

Each step has two functions. ``shape(metadata)`` declares what the step brings to the tables
as they stand before it; ``migrate(connection, metadata)`` brings it to a database of that
version, ``metadata`` being the shape after the step.
The tables that statements are written with (:mod:`interop.store.schema`) are all shapes in
order, so the two cannot drift apart unseen.
"""

from typing import Final, Protocol

from sqlalchemy import Connection, MetaData

from interop.store.migrations import (
    m0001,
    m0002,
    m0003,
    m0004,
    m0005,
    m0006,
    m0007,
    m0008,
    m0009,
    m0010,
    m0011,
    m0012,
    m0013,
)


class Step(Protocol):
    """One numbered step."""

    def shape(self, metadata: MetaData) -> None:
        """Declare what the step brings."""
        ...

    def migrate(self, connection: Connection, metadata: MetaData) -> None:
        """Bring it to a database of the version before."""
        ...


STEPS: Final[tuple[Step, ...]] = (
    m0001,
    m0002,
    m0003,
    m0004,
    m0005,
    m0006,
    m0007,
    m0008,
    m0009,
    m0010,
    m0011,
    m0012,
    m0013,
)
