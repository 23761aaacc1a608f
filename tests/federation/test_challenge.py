from collections.abc import Callable
from typing import Final

import pytest

from interop.conformance.strategies.federation import NOW_S, Delta, a_login
from interop.conformance.strategies.federation_tokens import Application
from interop.errors import TrustError
from interop.federation import ConfirmationClaim, Need, challenge, issue
from interop.federation.exchange_reasons import EXCHANGED_AGE
from interop.model.party import AssuranceLevel

DELTA: Final = Delta()
VERIFIER: Final = DELTA.verifier()
APPLICATION: Final = Application()
BOUND: Final = issue(a_login(cnf=ConfirmationClaim(jkt=APPLICATION.jkt)), DELTA.east).reveal()


def token(**changes: object) -> str:
    return issue(a_login(**changes), DELTA.east).reveal()


def need(**wanted: object) -> Need:
    return Need(level=AssuranceLevel.HIGH, age_s_max=600, **wanted)  # type: ignore[arg-type]  # by name


CASES: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "level": (
        lambda: VERIFIER.verify(token(acr="urn:east:sms"), need=need()),
        'Bearer error="insufficient_user_authentication", '
        'error_description="token-level-low", acr_values="urn:east:face", max_age="600"',
    ),
    "age": (
        lambda: VERIFIER.verify(token(auth_time=NOW_S - 700), need=need()),
        'Bearer error="insufficient_user_authentication", '
        'error_description="token-authentication-old", acr_values="urn:east:face", '
        'max_age="600"',
    ),
    "scope": (
        lambda: VERIFIER.verify(token(), need=need(scope="a b")),
        'Bearer error="insufficient_scope", error_description="token-scope", scope="a b"',
    ),
    "more than the level": (
        lambda: VERIFIER.verify(token(acr="urn:east:sms", aud="x"), need=need()),
        'Bearer error="invalid_token", error_description="token-audience-other"',
    ),
    "signature": (
        lambda: VERIFIER.verify(issue(a_login(), DELTA.west).reveal()),
        'Bearer error="invalid_token", error_description="token-key-unknown"',
    ),
    "bound, shown as a bearer's": (
        lambda: VERIFIER.verify(BOUND),
        'DPoP error="invalid_token", error_description="token-proof-of-possession"',
    ),
    "proof": (
        lambda: VERIFIER.verify(BOUND, proof=APPLICATION.shown(BOUND, htm="GET")),
        'DPoP error="invalid_dpop_proof", error_description="dpop-htm"',
    ),
}


@pytest.mark.parametrize(("call", "told"), CASES.values(), ids=CASES)
def test_a_refusal_is_worded_as_its_standard_asks(
    call: Callable[[], object], told: str
) -> None:
    with pytest.raises(TrustError) as caught:
        call()
    assert challenge(caught.value) == told


def test_what_the_reasons_do_not_say_comes_from_what_was_asked() -> None:
    old = TrustError(EXCHANGED_AGE.of(field="auth_time", expected="60"))
    assert challenge(old, realm='a "b" \u4e2d', need=need()) == (
        'Bearer realm="a \\"b\\" ?", error="insufficient_user_authentication", '
        'error_description="exchanged-authentication-old", acr_values="high", max_age="600"'
    )
