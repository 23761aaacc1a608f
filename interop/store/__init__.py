"""The store: the only SQL. One file per region, encrypted where it holds personal values.

:class:`Store` opens it and gives transactions (:class:`Tx`). Every other module is a shelf
of functions that take the transaction first: cases, channels, tasks, versions, audit,
leases, nonces, token uses, revocations, status lists, log-outs, vault.
"""

from interop.store.store import Store
from interop.store.tx import Tx
from interop.store.vault import Sealed

__all__ = ["Sealed", "Store", "Tx"]
