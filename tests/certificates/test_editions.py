"""Editions and renewals: what replaces what, and the chain back to the first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.certificates import annotate, lineage, spare, supersede
from interop.certificates.annotation import caption
from interop.conformance.strategies.certificates import (
    APPLICANT,
    AT,
    CASE,
    DAY,
    LICENCE,
    grant,
    held,
    scene,
)
from interop.errors import CaseError
from interop.model.certificate import HeldCertificate
from interop.model.sensitive import Sensitive


def number(serial: int) -> HeldCertificate:
    return held(LICENCE, APPLICANT, serial=serial)


def renewed(serial: int, of: int | None) -> HeldCertificate:
    """Return the certificate ``serial``, renewed from the certificate ``of``."""
    replaces = None if of is None else number(of).certificate.identifier
    return number(serial).model_copy(update={"replaces": replaces})


def serials(chain: tuple[HeldCertificate, ...]) -> list[int]:
    return [int(one.certificate.number.reveal()[1:]) for one in chain]


def test_what_was_renewed_is_superseded_and_spares_nothing() -> None:
    old, new = supersede([number(1), renewed(2, 1)])
    assert (old.superseded, new.superseded) == (True, False)
    found = spare(scene().item, scene().ask(held=(old,)).question)
    assert LICENCE not in found.spared
    assert LICENCE in spare(scene().item, scene().ask(held=(new,)).question).spared


def test_a_chain_goes_from_the_newest_back() -> None:
    chain = lineage([renewed(2, 1), number(1), renewed(3, 2), number(9), renewed(5, 4)])
    assert sorted(map(serials, chain)) == [[3, 2, 1], [5], [9]]


def test_a_circle_of_renewals_has_no_newest_and_ends() -> None:
    circle = [renewed(1, 2), renewed(2, 3), renewed(3, 1)]
    assert sorted(map(serials, lineage(circle))) == [[1], [2], [3]]
    assert all(one.superseded for one in supersede(circle))


@given(links=st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=1, max_size=7))
def test_every_certificate_is_in_a_chain_and_only_the_first_of_one_is_current(
    links: list[int | None],
) -> None:
    given_ = [renewed(serial, of) for serial, of in enumerate(links)]
    chains = lineage(given_)
    assert {n for chain in chains for n in serials(chain)} == set(range(len(links)))
    current = {n for one in supersede(given_) for n in serials((one,)) if not one.superseded}
    assert current == set(range(len(links))) - {of for of in links if of is not None}
    assert current <= {serials(chain)[0] for chain in chains}


def test_the_spelling_of_an_identifier_does_not_hide_a_renewal() -> None:
    spelt = Sensitive(f" {number(1).certificate.identifier.reveal().lower()} ")
    new = number(2).model_copy(update={"replaces": spelt})
    assert supersede([number(1), new])[0].superseded


def test_an_annotated_copy_says_for_what_and_until_when() -> None:
    copy = annotate(number(1), grant("applicant"), now=AT, not_after=AT + DAY)
    assert copy.annotation is not None
    assert copy.annotation.case == CASE
    told = caption(copy.annotation)
    assert "2026-03-03 10:00" in told
    assert CASE in told
    assert CASE in caption(copy.annotation, lang="en")
    found = spare(scene().item, scene().ask(held=(copy,)).question)
    assert LICENCE in found.spared


@pytest.mark.parametrize(
    ("certificate", "ends", "code"),
    [
        (LICENCE, AT, "annotated-copy-expired"),
        (LICENCE, AT + 31 * DAY, "annotated-copy-expired"),
        ("site-right", AT + DAY, "grant-certificate-not-covered"),
    ],
)
def test_no_copy_outlives_its_grant_or_goes_beyond_it(
    certificate: str, ends: object, code: str
) -> None:
    one = number(1)
    one = one.model_copy(
        update={"certificate": one.certificate.model_copy(update={"type": certificate})}
    )
    with pytest.raises(CaseError) as caught:
        annotate(one, grant("applicant"), now=AT, not_after=ends)  # type: ignore[arg-type]  # an instant
    assert caught.value.code == code
