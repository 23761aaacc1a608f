"""Metadata policies, rule by rule as the standard's text has them.

Source: OpenID Federation 1.0 sections 6.1.3, 6.1.4 and the example of 6.1.5.
"""

import pickle
from typing import Final

import pytest

from interop.conformance.strategies.policies import Operators
from interop.errors import KnowledgeError
from interop.federation.errors import PolicyError
from interop.federation.policy import resolve
from interop.model.canonical import Json

ABSENT = "absent"
POLICY = "invalid_policy"
METADATA = "invalid_metadata"
A: Final[Json] = ["a"]
AB: Final[Json] = ["a", "b"]
ABC: Final[Json] = ["a", "b", "c"]
B: Final[Json] = ["b"]


def one(levels: list[Operators], held: Json, name: str = "p") -> Json:
    metadata = {} if held is None else {name: held}
    try:
        return resolve([{name: level} for level in levels], metadata).get(name, ABSENT)
    except PolicyError as fault:
        return fault.kind


@pytest.mark.parametrize(
    ("policy", "held", "result"),
    [
        ({"value": "x"}, "y", "x"),
        ({"value": "x"}, None, "x"),
        ({"value": None}, "y", ABSENT),
        ({"value": None}, None, ABSENT),
        ({"value": False}, True, False),
        ({"value": []}, AB, []),
        ({"value": {"k": 1}}, None, {"k": 1}),
        ({"add": B}, A, AB),
        ({"add": AB}, A, AB),
        ({"add": A}, None, A),
        ({"add": []}, None, []),
        ({"add": A}, "a", METADATA),
        ({"default": "x"}, "y", "y"),
        ({"default": "x"}, None, "x"),
        ({"default": False}, None, False),
        ({"default": None}, None, POLICY),
        ({"one_of": AB}, "a", "a"),
        ({"one_of": AB}, "c", METADATA),
        ({"one_of": AB}, A, METADATA),
        ({"one_of": AB}, None, ABSENT),
        ({"one_of": []}, None, POLICY),
        ({"one_of": [1, 2]}, True, METADATA),
        ({"one_of": [1, 2]}, 1, 1),
        ({"one_of": [{"k": [1]}]}, {"k": [1.0]}, {"k": [1.0]}),
        ({"subset_of": AB}, ["c", "b"], B),
        ({"subset_of": AB}, ["c"], []),
        ({"subset_of": []}, ["c"], []),
        ({"subset_of": AB}, None, ABSENT),
        ({"subset_of": AB}, "a", METADATA),
        ({"superset_of": A}, AB, AB),
        ({"superset_of": AB}, A, METADATA),
        ({"superset_of": AB}, None, ABSENT),
        ({"superset_of": []}, [], []),
        ({"superset_of": A}, "a", METADATA),
        ({"essential": True}, None, METADATA),
        ({"essential": True}, [], []),
        ({"essential": True}, False, False),
        ({"essential": False}, None, ABSENT),
        ({"essential": 1}, "x", POLICY),
        ({}, "x", "x"),
    ],
)
def test_an_operator_alone(policy: Operators, held: Json, result: Json) -> None:
    assert one([policy], held) == result
    assert type(one([policy], held)) is type(result)


@pytest.mark.parametrize(
    ("first", "second", "held", "result"),
    [
        # value
        ({"value": AB}, {"add": A}, None, AB),
        ({"value": AB}, {"add": ["c"]}, None, POLICY),
        ({"value": "a"}, {"add": A}, None, POLICY),
        ({"value": None}, {"add": A}, None, POLICY),
        ({"value": "x"}, {"default": "y"}, None, "x"),
        ({"value": None}, {"default": "y"}, None, POLICY),
        ({"value": "a"}, {"one_of": AB}, "b", "a"),
        ({"value": "c"}, {"one_of": AB}, "b", POLICY),
        ({"value": None}, {"one_of": AB}, "b", POLICY),
        ({"value": A}, {"subset_of": AB}, None, A),
        ({"value": ABC}, {"subset_of": AB}, None, POLICY),
        ({"value": "a"}, {"subset_of": AB}, None, POLICY),
        ({"value": None}, {"subset_of": AB}, A, ABSENT),
        ({"value": AB}, {"superset_of": A}, None, AB),
        ({"value": A}, {"superset_of": AB}, None, POLICY),
        ({"value": "a"}, {"superset_of": A}, None, POLICY),
        ({"value": None}, {"superset_of": A}, None, POLICY),
        ({"value": "x"}, {"essential": True}, None, "x"),
        ({"value": None}, {"essential": True}, "x", POLICY),
        ({"value": None}, {"essential": False}, "x", ABSENT),
        # add
        ({"add": A}, {"default": B}, None, A),
        ({"add": A}, {"one_of": A}, None, POLICY),
        ({"add": A}, {"subset_of": AB}, ["c"], A),
        ({"add": AB}, {"subset_of": A}, None, POLICY),
        ({"add": A}, {"superset_of": AB}, B, ["b", "a"]),
        ({"add": A}, {"superset_of": AB}, None, METADATA),
        ({"add": A}, {"essential": True}, None, A),
        # default
        ({"default": "a"}, {"one_of": AB}, None, "a"),
        ({"default": "c"}, {"one_of": AB}, None, METADATA),
        ({"default": "c"}, {"one_of": AB}, "b", "b"),
        ({"default": ABC}, {"subset_of": AB}, None, AB),
        ({"default": A}, {"superset_of": AB}, None, METADATA),
        ({"default": A}, {"superset_of": AB}, ABC, ABC),
        ({"default": A}, {"essential": True}, None, A),
        # one_of
        ({"one_of": AB}, {"subset_of": AB}, None, POLICY),
        ({"one_of": AB}, {"superset_of": A}, None, POLICY),
        ({"one_of": AB}, {"essential": True}, None, METADATA),
        ({"one_of": AB}, {"essential": True}, "a", "a"),
        # subset_of, superset_of: the standard's own table, and "set equals"
        ({"essential": True}, {"subset_of": ABC}, ["a", "e"], A),
        ({"essential": False}, {"subset_of": ABC}, ["a", "e"], A),
        ({"essential": True}, {"subset_of": ABC}, ["d", "e"], []),
        ({"essential": False}, {"subset_of": ABC}, ["d", "e"], []),
        ({"essential": True}, {"subset_of": ABC}, None, METADATA),
        ({"essential": False}, {"subset_of": ABC}, None, ABSENT),
        ({"subset_of": AB}, {"superset_of": AB}, ABC, AB),
        ({"subset_of": AB}, {"superset_of": AB}, A, METADATA),
        ({"subset_of": A}, {"superset_of": AB}, None, POLICY),
        ({"superset_of": A}, {"essential": True}, None, METADATA),
    ],
)
def test_two_operators_in_one_policy_and_over_two_levels(
    first: Operators, second: Operators, held: Json, result: Json
) -> None:
    for levels in (
        [{**first, **second}],
        [first, second],
        [second, first],
        [first, {}, second],
    ):
        assert one(levels, held) == result


@pytest.mark.parametrize(
    ("upper", "lower", "held", "result"),
    [
        ({"value": "x"}, {"value": "x"}, None, "x"),
        ({"value": "x"}, {"value": "y"}, "x", POLICY),
        ({"value": 1}, {"value": True}, None, POLICY),
        ({"value": 1}, {"value": 1.0}, None, 1),
        ({"value": None}, {"value": "x"}, None, POLICY),
        ({"value": None}, {"value": None}, "x", ABSENT),
        ({"value": {"a": 1, "b": 2}}, {"value": {"b": 2, "a": 1}}, None, {"a": 1, "b": 2}),
        ({"value": AB}, {"value": ["b", "a"]}, None, POLICY),
        ({"add": A}, {"add": B}, ["c"], ["c", "a", "b"]),
        ({"default": "x"}, {"default": "x"}, None, "x"),
        ({"default": "x"}, {"default": "y"}, "z", POLICY),
        ({"one_of": ABC}, {"one_of": ["b", "d"]}, "b", "b"),
        ({"one_of": ABC}, {"one_of": ["b", "d"]}, "a", METADATA),
        ({"one_of": A}, {"one_of": B}, None, POLICY),
        ({"subset_of": AB}, {"subset_of": ["b", "c"]}, ABC, B),
        ({"subset_of": A}, {"subset_of": B}, ABC, []),
        ({"superset_of": A}, {"superset_of": B}, ABC, ABC),
        ({"superset_of": A}, {"superset_of": B}, A, METADATA),
        ({"superset_of": A}, {"superset_of": B}, B, METADATA),
        ({"essential": True}, {"essential": False}, None, METADATA),
        ({"essential": False}, {"essential": True}, None, METADATA),
        ({"essential": False}, {"essential": False}, None, ABSENT),
    ],
)
def test_two_levels_with_the_same_operator(
    upper: Operators, lower: Operators, held: Json, result: Json
) -> None:
    assert one([upper, lower], held) == result


def test_a_conflict_over_three_levels_is_found_where_no_two_conflict() -> None:
    levels: list[Operators] = [
        {"subset_of": ABC},
        {"superset_of": A, "subset_of": AB},
        {"subset_of": ["b", "c"]},
    ]
    assert one(levels[:2], AB) == AB
    assert one([levels[0], levels[2]], AB) == B
    assert one(levels, AB) == POLICY


@pytest.mark.parametrize(
    ("policy", "held", "result"),
    [
        ({"subset_of": ["openid", "email"]}, "openid profile email", "openid email"),
        ({"superset_of": ["openid"]}, "openid email", "openid email"),
        ({"superset_of": ["openid", "email"]}, "openid", METADATA),
        ({"add": ["email"]}, "openid", "openid email"),
        ({"add": ["email"]}, None, "email"),
        ({"default": "openid email"}, None, "openid email"),
        ({"default": ["openid", "email"]}, None, "openid email"),
        ({"value": "openid", "subset_of": ["openid"]}, "email", "openid"),
        ({"value": "openid", "subset_of": "openid email"}, "email", "openid"),
        ({"value": None}, "email", ABSENT),
        ({"one_of": ["openid", "openid email"]}, "email openid", "email openid"),
        ({"one_of": ["openid", "openid email"]}, "email", METADATA),
        ({"subset_of": ["openid"]}, "email", ""),
        ({"subset_of": ["openid"]}, 5, METADATA),
        ({"essential": True}, "email", "email"),
        ({"essential": True}, None, METADATA),
    ],
)
def test_scope_is_text_and_a_set(policy: Operators, held: Json, result: Json) -> None:
    assert one([policy], held, "scope") == result


def test_scopes_are_equal_in_any_order() -> None:
    assert one([{"value": "a b"}, {"value": ["b", "a"]}], None, "scope") == "a b"
    assert one([{"one_of": ["a b", "c"]}, {"one_of": ["b a"]}], "b a", "scope") == "b a"


def test_an_unknown_operator_is_ignored_unless_critical() -> None:
    policies: list[dict[str, Operators]] = [{"p": {"regexp": "^x", "value": "y"}}]
    assert resolve(policies, {}) == {"p": "y"}
    for critical in (["regexp"], ["regexp", "value"], ["never-used"]):
        with pytest.raises(PolicyError) as caught:
            resolve(policies, {}, critical=critical)
        assert (caught.value.kind, caught.value.code) == (POLICY, "policy-operator-critical")
    assert resolve(policies, {}, critical=["value"]) == {"p": "y"}


def test_no_policy_leaves_the_metadata_as_it_is() -> None:
    held: dict[str, Json] = {"scope": "a  b", "x": {"y": [1, None]}}
    assert resolve([], held) == held
    assert resolve([{}], held) == held


def test_a_null_parameter_is_no_metadata() -> None:
    assert one([], False) is False
    with pytest.raises(PolicyError) as caught:
        resolve([], {"p": None})
    assert caught.value.kind == METADATA


def test_all_problems_are_told_at_once_and_the_metadata_only_after_the_policies() -> None:
    unsound: dict[str, Operators] = {"a": {"essential": 1}, "b": {"add": A, "one_of": A}}
    held: dict[str, Json] = {"c": "x"}
    checks: dict[str, Operators] = {"c": {"subset_of": A}, "d": {"essential": True}}
    with pytest.raises(PolicyError) as caught:
        resolve([{**unsound, **checks}], held)
    assert caught.value.kind == POLICY
    assert [r.code for r in caught.value.reasons] == ["policy-value-type", "policy-combination"]
    assert [r.field for r in caught.value.reasons] == ["0.a.essential", "b"]
    with pytest.raises(PolicyError) as caught:
        resolve([checks], held)
    assert caught.value.kind == METADATA
    assert [r.code for r in caught.value.reasons] == ["metadata-type", "metadata-missing"]


def test_the_error_is_a_knowledge_error_and_survives_a_process_border() -> None:
    with pytest.raises(PolicyError) as caught:
        resolve([{"p": {"essential": True}}], {})
    fault = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own bytes
    assert isinstance(fault, PolicyError)
    assert issubclass(PolicyError, KnowledgeError)
    assert (fault.kind, fault.reasons) == (caught.value.kind, caught.value.reasons)


def test_nothing_handed_in_is_changed() -> None:
    policies: list[dict[str, Operators]] = [{"p": {"add": ["b"]}, "scope": {"add": ["b"]}}]
    held: dict[str, Json] = {"p": ["a"], "scope": "a"}
    assert resolve(policies, held) == {"p": ["a", "b"], "scope": "a b"}
    assert (policies[0]["p"], held) == ({"add": ["b"]}, {"p": ["a"], "scope": "a"})


def test_the_example_of_the_standard() -> None:
    anchor: dict[str, Operators] = {
        "grant_types": {
            "default": ["authorization_code"],
            "subset_of": ["authorization_code", "refresh_token"],
            "superset_of": ["authorization_code"],
        },
        "token_endpoint_auth_method": {
            "one_of": ["private_key_jwt", "self_signed_tls_client_auth"],
            "essential": True,
        },
        "token_endpoint_auth_signing_alg": {"one_of": ["PS256", "ES256"]},
        "subject_type": {"value": "pairwise"},
        "contacts": {"add": ["helpdesk@federation.example.org"]},
    }
    organisation: dict[str, Operators] = {
        "grant_types": {"subset_of": ["authorization_code"]},
        "token_endpoint_auth_method": {"one_of": ["self_signed_tls_client_auth"]},
        "contacts": {"add": ["helpdesk@org.example.org"]},
    }
    held: dict[str, Json] = {
        "redirect_uris": ["https://rp.example.org/callback"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "self_signed_tls_client_auth",
        "contacts": ["rp_admins@rp.example.org"],
        "sector_identifier_uri": "https://org.example.org/sector-ids.json",
        "policy_uri": "https://org.example.org/policy.html",
    }
    assert resolve([anchor, organisation], held) == {
        **held,
        "grant_types": ["authorization_code"],
        "subject_type": "pairwise",
        "contacts": [
            "rp_admins@rp.example.org",
            "helpdesk@federation.example.org",
            "helpdesk@org.example.org",
        ],
    }
