"""What a second process does to the store of the first."""

from datetime import datetime, timedelta
from pathlib import Path

from interop.crypto.cipher import AesGcm
from interop.crypto.ring import OrganSecret
from interop.gateway.state import Remembered
from interop.store import Store


def opened(path: Path) -> Store:
    """Open the store that both share."""
    return Store.open(path, organ_key=OrganSecret(bytes(32)), cipher=AesGcm())


def use(path: str, issuer: str, token_id: str, now: datetime) -> bool:
    """Use up what ``issuer`` named ``token_id``."""
    until = now + timedelta(seconds=60)
    with opened(Path(path)) as store, store.transaction() as tx:
        return Remembered(tx).first_use(issuer, token_id, until=until, now=now)
