"""One text out of its form is enough to leave the hot path; at its border it is not."""

import json
from typing import Final

import msgspec
import pytest

from interop.conformance.strategies.federation import IDP, NOW_S, a_login
from interop.crypto import sign_compact
from tests.federation.test_hot import DELTA, VERIFIER, agree, hot

ALONE: Final[dict[str, dict[str, object]]] = {
    "salt with stray bits": {"proof": {"salt": "A" * 21 + "B", "mac": "A" * 43}},
    "salt of no length": {"proof": {"salt": "A" * 25, "mac": "A" * 43}},
    "mac with stray bits": {"proof": {"salt": "A" * 22, "mac": "A" * 42 + "B"}},
    "session with a space": {"sid": "a b"},
    "session too long": {"sid": "x" * 513},
    "no session": {"sid": ""},
    "nobody may act": {"may_act": {"sub": ""}},
    "a name with a space may act": {"may_act": {"sub": "s 2"}},
    "named by nobody": {"may_act": {"sub": "s-2", "iss": ""}},
    "named by too long a name": {"may_act": {"sub": "s-2", "iss": "x" * 201}},
    "a chain may act": {"may_act": {"sub": "s-2", "act": {"sub": "s-3"}}},
    "scope too long": {"scope": "x" * 1001},
    "scope with two spaces": {"scope": "a  b"},
    "no scope": {"scope": ""},
    "a client with a space": {"client_id": "a b"},
}


@pytest.mark.parametrize("changes", ALONE.values(), ids=ALONE)
def test_one_text_out_of_form_is_enough_to_leave_the_hot_path(
    changes: dict[str, object],
) -> None:
    members = {**msgspec.to_builtins(a_login()), **changes}
    assert not agree(VERIFIER, sign_compact(canonical(members), DELTA.east, typ="at+jwt"))


@pytest.mark.parametrize(
    "changes",
    [
        {"sid": "x" * 512},
        {"may_act": {"sub": "s-2"}},
        {"may_act": {"sub": "x" * 255, "iss": "x" * 200}},
        {"scope": "x" * 1000},
        {"proof": {"salt": "A" * 24, "mac": "A" * 43}},
        {"sid": "session-1", "may_act": {"sub": "s-2", "iss": IDP}, "scope": "a b"},
    ],
)
def test_texts_at_their_borders_take_the_hot_path(changes: dict[str, object]) -> None:
    members = {**msgspec.to_builtins(a_login()), **changes}
    token = sign_compact(canonical(members), DELTA.east, typ="at+jwt")
    assert hot(VERIFIER).verdict(token, NOW_S) is not None
    assert agree(VERIFIER, token)


def canonical(members: dict[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
