from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.federation import (
    ACRS,
    IDP,
    NOW,
    Delta,
    assurance_file,
    idp_row,
    issuer_file,
    key_row,
    registry_file,
)
from interop.federation import Change, IssuerRow, RegistryFiles, changes
from interop.model.party import AssuranceLevel

DELTA: Final = Delta()
KEY: Final = key_row(DELTA.east)
NEXT: Final = key_row(DELTA.west)
ROW: Final = idp_row(IDP, KEY, acrs=ACRS, regions=("310000",))
DAY: Final = timedelta(days=1)
LOW, HIGH = AssuranceLevel.LOW, AssuranceLevel.HIGH


def files(*rows: IssuerRow, region: str = "310000", **header: object) -> RegistryFiles:
    return RegistryFiles(
        registry=registry_file().model_copy(update=header),
        assurance=assurance_file(),
        issuers=(issuer_file(region, *rows),),
    )


def row(**changes: object) -> IssuerRow:
    return ROW.model_copy(update=changes)


OTHER: Final = row(id="https://other.example", keys=())
CASES: Final[dict[str, tuple[RegistryFiles, list[tuple[str, bool]]]]] = {
    "nothing": (files(ROW), []),
    "issuer added": (files(ROW, OTHER), [("issuer-added", True)]),
    "another env is another issuer": (
        files(ROW, row(env="test", keys=())),
        [("issuer-added", True)],
    ),
    "issuer moved": (files(ROW, region="320000"), [("issuer-moved", True)]),
    "key published": (files(row(keys=(KEY, NEXT))), [("key-published", True)]),
    "key removed": (files(row(keys=())), [("key-removed", False)]),
    "key retired": (
        files(row(keys=(KEY.model_copy(update={"state": "retired"}),))),
        [("key-retired", False)],
    ),
    "key revoked": (
        files(row(keys=(KEY.model_copy(update={"state": "revoked"}),))),
        [("key-revoked", False)],
    ),
    "key verifies longer": (
        files(row(keys=(KEY.model_copy(update={"verify_until": NOW + 90 * DAY}),))),
        [("key-verify-until", True)],
    ),
    "key replaced under its name": (
        files(row(keys=(KEY.model_copy(update={"jwk": {**NEXT.jwk, "kid": KEY.kid}}),))),
        [("key-replaced", True)],
    ),
    "ceiling lowered": (files(row(ceiling=LOW)), [("ceiling-lowered", False)]),
    "ttl raised": (files(row(ttl_s_max=301)), [("ttl-raised", True)]),
    "ttl lowered": (files(row(ttl_s_max=299)), [("ttl-lowered", False)]),
    "acr raised": (
        files(row(assurance={**ACRS, "urn:east:sms": HIGH})),
        [("acr-raised", True)],
    ),
    "acr withdrawn": (
        files(row(assurance={k: v for k, v in ACRS.items() if k != "urn:east:sms"})),
        [("acr-withdrawn", False)],
    ),
    "acr granted": (files(row(assurance={**ACRS, "urn:new": LOW})), [("acr-granted", True)]),
    "source granted": (files(row(sources={"kiosk": LOW})), [("source-granted", True)]),
    "region granted": (
        files(row(may_issue_for=("310000", "320000"))),
        [("region-granted", True)],
    ),
    "token type withdrawn": (
        files(row(token_types=("at+jwt", "id_token"))),
        [("token-type-withdrawn", False)],
    ),
    "role granted": (files(row(roles=("idp", "mandate"))), [("role-granted", True)]),
    "status": (files(row(status="https://s.example")), [("status-changed", False)]),
    "version and term": (
        files(ROW, version=2, valid_until=date(2027, 12, 31)),
        [("registry-version", False), ("registry-valid-until", True)],
    ),
}


@pytest.mark.parametrize(("new", "told"), CASES.values(), ids=CASES)
def test_a_change_is_told_by_its_meaning(
    new: RegistryFiles, told: list[tuple[str, bool]]
) -> None:
    found = changes(files(ROW), new)
    assert [(one.kind, one.widens) for one in found] == told
    assert all(one.as_json().keys() == set(Change.__slots__) for one in found)


def test_a_revoked_key_that_comes_back_is_noticed() -> None:
    revoked = files(row(keys=(KEY.model_copy(update={"state": "revoked"}),)))
    for state, kind in [("active", "key-restored"), ("retired", "key-retired")]:
        back = files(row(keys=(KEY.model_copy(update={"state": state}),)))
        assert [(c.kind, c.widens) for c in changes(revoked, back)] == [(kind, True)]


@given(new=st.sampled_from([new for new, _ in CASES.values()]))
def test_going_back_undoes_every_change(new: RegistryFiles) -> None:
    there, back = changes(files(ROW), new), changes(new, files(ROW))
    assert bool(there) == (new.content_digest() != files(ROW).content_digest())
    assert sorted(c.place for c in there) == sorted(c.place for c in back)
    assert changes(new, new) == ()
