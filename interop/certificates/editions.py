"""Editions of one certificate, and the chain of those that it was renewed from.

Two things replace a certificate: a higher edition under the same identifier, and a renewed
certificate that names its predecessor. Both are read from what the source answered, never
guessed from what happens to be at hand.
Source: GB/T 36904 (the version counts editions of one certificate).
"""

from collections.abc import Collection, Iterable, Mapping

from interop.errors import CaseError
from interop.model import certificate_id
from interop.model.certificate import HeldCertificate
from interop.model.certificate_id import CertificateId


def supersede(held: Iterable[HeldCertificate]) -> tuple[HeldCertificate, ...]:
    """Return ``held`` with every certificate marked that another among them replaces.

    Call it once on all that the sources answered, before anything is left out: the mark is
    part of the record, so that the decision stays monotone and can be replayed from less.
    """
    kept = tuple(held)
    highest: dict[tuple[str, str, str], int] = {}
    for one in kept:
        if (found := _edition(one)) is not None:
            highest[found.certificate] = max(found.edition, highest.get(found.certificate, 0))
    renewed = {_key(one.replaces.reveal()) for one in kept if one.replaces is not None}
    return tuple(_marked(one, highest, renewed) for one in kept)


def lineage(held: Collection[HeldCertificate]) -> tuple[tuple[HeldCertificate, ...], ...]:
    """Return the chains of renewal among ``held``, each from the newest back to the oldest.

    A certificate that nobody renewed is a chain of one. A predecessor that is not among them,
    or that another one already follows, ends the chain; certificates that name each other in a
    circle come one by one, since none of them is the newest.
    """
    by_name = {_name(one): one for one in held}
    followed = [_key(one.replaces.reveal()) for one in by_name.values() if one.replaces]
    newest = [one for name, one in by_name.items() if name not in followed]
    chains = [tuple(_back(one, by_name)) for one in newest]
    seen = {_name(one) for chain in chains for one in chain}
    return (*chains, *((one,) for name, one in by_name.items() if name not in seen))


def _back(
    newest: HeldCertificate, by_name: Mapping[str, HeldCertificate]
) -> Iterable[HeldCertificate]:
    one: HeldCertificate | None = newest
    seen: set[str] = set()
    while one is not None and _name(one) not in seen:
        yield one
        seen.add(_name(one))
        one = by_name.get(_key(one.replaces.reveal())) if one.replaces else None


def _marked(
    one: HeldCertificate,
    highest: Mapping[tuple[str, str, str], int],
    renewed: Collection[str],
) -> HeldCertificate:
    found = _edition(one)
    older = found is not None and found.edition < highest[found.certificate]
    if not older and _name(one) not in renewed:
        return one
    return one.model_copy(update={"superseded": True})


def _name(one: HeldCertificate) -> str:
    return _key(one.certificate.identifier.reveal())


def _key(identifier: str) -> str:
    """Return an identifier in one spelling; a malformed one stands for itself."""
    return identifier.strip().upper()


def _edition(one: HeldCertificate) -> CertificateId | None:
    try:
        return certificate_id.parse(one.certificate.identifier.reveal())
    except CaseError:
        return None
