"""A licence that falls: whoever spared a material by it is told.

The region that granted it does not know who used it, so every gateway hears its digest and
looks among its own cases; who has none learns nothing from it. It is an alarm: what holds of
the certificate now, its own source says.
"""

from collections.abc import Iterator
from typing import Final

from interop.errors import TrustError
from interop.exchange import Message, post
from interop.gateway.desk import Sitting
from interop.gateway.dossier import Dossier
from interop.gateway.ledger import note
from interop.model.canonical import canonical_bytes, digest
from interop.model.case import LicenceNews, Package
from interop.store import certificate_uses
from interop.store.tx import ROWS_MAX

# What of a case may name the licence that it granted.
RESULT: Final = "result_number"


def keep_uses(at: Sitting, package: Package) -> None:
    """Note which certificates spare the materials of a case; once for each case."""
    used = {one for m in package.exemption.materials for one in m.certificates}
    names = (
        name.reveal()
        for held in package.certificates
        if held.source_digest in used
        for name in (held.certificate.number, held.certificate.identifier)
    )
    lookups = {_lookup(at, licence_digest(name)) for name in names}
    certificate_uses.add_uses(at.tx, package.case, lookups)


def licence_digest(number: str) -> str:
    """Return the digest by which gateways speak of a licence."""
    return digest(canonical_bytes(["licence", number]))


def tell_licence(at: Sitting, dossier: Dossier, fact_type: str) -> None:
    """Tell every gateway that a licence of this case stands no longer as it was granted."""
    last = dossier.facts[-1] if dossier.facts else None
    seq = dossier.case.handling_seq
    for number in _granted(dossier):
        news = LicenceNews(
            case=dossier.row.number, fact=fact_type, licence=licence_digest(number)
        )
        take_news(at, news)
        message = Message(news=(news,), state_hash=dossier.case.state_hash)
        for peer in _peers(at):
            name = f"{news.case}/licence/{seq}/{news.licence[-16:]}/{peer}"
            moment = last.at if last else at.desk.now()
            post(at.tx, message, peer=peer, message_id=name, at=moment)


def take_news(at: Sitting, news: LicenceNews) -> None:
    """Say of every case here that rests on a fallen licence what became of it."""
    lookup = _lookup(at, news.licence)
    for case in certificate_uses.cases_using(at.tx, lookup, limit=ROWS_MAX):
        note(at, case, f"certificate-{news.fact}", news.digest())


def _granted(dossier: Dossier) -> tuple[str, ...]:
    found = (
        str(fact.body.get(RESULT) or "") for fact in dossier.facts if fact.side == "handling"
    )
    return tuple(dict.fromkeys(number for number in found if number))


def _peers(at: Sitting) -> Iterator[str]:
    """Yield the gateways that can be written to now, this one apart."""
    for region in at.desk.registry.gateways:
        if region == at.desk.region:
            continue
        try:
            yield at.desk.directory.find(region).region
        except TrustError:
            # It has no key in use: nothing could be sent to it.
            continue


def _lookup(at: Sitting, licence: str) -> str:
    return at.tx.lookup(f"certificate|{licence}")
