"""Bring a file to the present schema and tie it to the organ's key."""

import hmac

from sqlalchemy import delete, insert, inspect, select, update

from interop.errors import StoreDamaged, StoreError, StoreNewer
from interop.store import audit
from interop.store.migrations import STEPS
from interop.store.reasons import (
    ORGAN_KEY_MISMATCH,
    STORE_CIPHER_MISMATCH,
    STORE_DAMAGED,
    STORE_NEWER,
    STORE_OLDER,
)
from interop.store.schema import ORGAN_KEY, SCHEMA_VERSION, SENDING, VERSION, metadata_at
from interop.store.tx import Tx


def found(tx: Tx, *, to: int = VERSION, steps: bool = True, lanes: int | None = None) -> int:
    """Migrate up to version ``to``, and bind the keys or check the binding.

    Args:
        tx: A transaction, alone in the store.
        to: The version to bring it to.
        steps: Whether steps may be taken; else an older store is refused.
        lanes: On how many lanes a new store sends; as the database can use if not given.

    Returns:
        The version found before; 0 for a new store.

    Raises:
        StoreError: ``store-older``.
        StoreNewer: A newer version of this library wrote the store.
        StoreDamaged: ``organ-key-mismatch``, ``store-cipher-mismatch``, or no sound version.
    """
    before = version(tx)
    if before < to and not steps:
        raise StoreError(STORE_OLDER.of(field="schema", expected=to, got=before))
    if migrate(tx, to=to) == 0:
        _bind(tx)
        audit.begin(tx)
        if to == VERSION:
            tx.write(update(SENDING).values(lanes=lanes or tx.dialect.LANES))
    else:
        _check_binding(tx)
    return before


def migrate(tx: Tx, *, to: int) -> int:
    """Run the steps up to version ``to``; return the version found before.

    Raises:
        StoreNewer: The version found is past the last step.
        StoreDamaged: The version cannot be told.
    """
    before = version(tx)
    if before > VERSION:
        raise StoreNewer(STORE_NEWER.of(field="schema", expected=VERSION, got=before))
    for number in range(before + 1, to + 1):
        with tx.statement() as connection:
            STEPS[number - 1].migrate(connection, metadata_at(number))
    if before < to:
        tx.write(delete(SCHEMA_VERSION))
        tx.write(insert(SCHEMA_VERSION).values(version=to))
    return before


def lanes(tx: Tx) -> int:
    """Return on how many lanes the store sends.

    Raises:
        StoreDamaged: It does not say so.
    """
    row = tx.row(select(SENDING))
    if row is None or row["lanes"] < 1:
        raise StoreDamaged(STORE_DAMAGED.of(field="sending", got="no number of lanes"))
    return int(row["lanes"])


def version(tx: Tx) -> int:
    """Return the schema version of the file; 0 if it is new.

    Raises:
        StoreDamaged: It has tables but no single version.
    """
    with tx.statement() as connection:
        names = inspect(connection).get_table_names()
    if not names:
        return 0
    rows = tx.rows(select(SCHEMA_VERSION)) if SCHEMA_VERSION.name in names else ()
    if len(rows) != 1:
        raise StoreDamaged(STORE_DAMAGED.of(field="schema_version", got="no single version"))
    return int(rows[0]["version"])


def _bind(tx: Tx) -> None:
    tx.write(
        insert(ORGAN_KEY).values(
            id=1, key_id=tx.keys.key_id, cipher=tx.keys.cipher.name, proof=_proof(tx)
        )
    )


def _check_binding(tx: Tx) -> None:
    row = tx.row(select(ORGAN_KEY))
    if row is None:
        raise StoreDamaged(STORE_DAMAGED.of(field="organ_key", got="no row"))
    # The cipher first: with that of the other profile goes another hash, and another proof.
    if row["cipher"] != tx.keys.cipher.name:
        raise StoreDamaged(
            STORE_CIPHER_MISMATCH.of(expected=row["cipher"], got=tx.keys.cipher.name)
        )
    if not hmac.compare_digest(row["proof"], _proof(tx)):
        raise StoreDamaged(ORGAN_KEY_MISMATCH.of(expected=row["key_id"], got=tx.keys.key_id))


def _proof(tx: Tx) -> bytes:
    # Says that the key is the same without saying anything about it.
    return tx.keys.mac("organ-key", b"")
