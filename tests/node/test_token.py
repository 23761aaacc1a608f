"""The token endpoint as OAuth's clients see it; a case that crosses on an exchanged token."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import httpx
import pytest

from interop.crypto import sign_compact
from interop.federation.exchange_form import ACCESS_TOKEN, FORM_BYTES_MAX, GRANT, JWT
from interop.model.canonical import Json, canonical_bytes
from interop.model.sensitive import Sensitive
from interop.simulator.applicants import AUDIENCES, PUDONG, SUZHOU, Login, log_in
from interop.transport.application import ApplicationClient
from tests.node.stand import KEY, Lone, Stand, ask, told
from tests.node.test_crossing import filed, of, until

Call = Callable[[str], ApplicationClient]
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
FORM: Final = "application/x-www-form-urlencoded"
IDP: Final = "https://idp.js.sim.example"


def form(login: Login, **changes: str) -> dict[str, str]:
    plain = {
        "grant_type": GRANT,
        "subject_token": login.tokens[SUZHOU].reveal(),
        "subject_token_type": ACCESS_TOKEN,
        "audience": AUDIENCES[PUDONG],
    }
    return {name: value for name, value in {**plain, **changes}.items() if value != "-"}


def post(
    url: str,
    fields: dict[str, str] | str,
    *,
    authority: str = f"Bearer {KEY.reveal()}",
    media: str = FORM,
) -> httpx.Response:
    content = fields if isinstance(fields, str) else urlencode(fields)
    headers = {"Authorization": authority, "Content-Type": media}
    return ask("POST", f"{url}/token", content=content.encode(), headers=headers)


def refused(answer: httpx.Response, status: int, error: str) -> str:
    """Return our code of a refusal that has this status and error of OAuth."""
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), body
    assert set(body) == {"error", "error_description", "reasons"}
    assert body["error_description"].isascii()
    code = str(body["reasons"][0]["code"])
    assert body["error_description"].startswith(f"{code}: ")
    assert body["reasons"][0]["zh"]
    return code


def test_an_exchanged_token_is_what_oauth_says_and_is_identified_there(
    stand: Stand, call: Call
) -> None:
    answer = post(stand.urls[SUZHOU], form(stand.login()))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    body = answer.json()
    assert body.keys() == {
        *("access_token", "issued_token_type", "token_type", "expires_in", "scope")
    }
    assert (body["token_type"], body["issued_token_type"]) == ("Bearer", ACCESS_TOKEN)
    assert 0 < body["expires_in"] <= 300
    principal = of(call(PUDONG).call("identify", {"token": body["access_token"]}))
    assert (principal["level"], principal["region"]) == ("high", "320000")
    assert principal["issuer"] == AUDIENCES[SUZHOU]


def test_a_case_crosses_on_a_token_that_the_window_exchanged(stand: Stand, call: Call) -> None:
    login = stand.login()
    exchanged = post(stand.urls[SUZHOU], form(login)).json()["access_token"]
    filing = {**of(stand.filing(login, "HOST-exchanged")), "handling_token": exchanged}
    case = filed(call(SUZHOU), filing)
    until(call(PUDONG), case, "concluded")


def test_the_key_may_come_as_basic(stand: Stand) -> None:
    pair = base64.b64encode(f"application:{KEY.reveal()}".encode()).decode()
    answer = post(
        stand.urls[SUZHOU],
        form(stand.login(), requested_token_type=JWT),
        authority=f"basic {pair}",
    )
    assert answer.json()["issued_token_type"] == JWT


@pytest.mark.parametrize(
    "authority",
    ["", "Bearer", "Bearer x", "Basic", "Basic ###", "Basic eDp5", f"Digest {KEY.reveal()}"],
)
def test_whoever_lacks_the_key_is_no_client(stand: Stand, authority: str) -> None:
    answer = post(stand.urls[SUZHOU], "", authority=authority)
    assert refused(answer, 401, "invalid_client") == "exchange-client"
    assert answer.headers["www-authenticate"] == 'Basic realm="token"'


FORMS: Final[dict[str, tuple[dict[str, str], str, str]]] = {
    "another grant": (
        {"grant_type": "client_credentials"},
        "unsupported_grant_type",
        "exchange-grant-type",
    ),
    "no grant": ({"grant_type": ""}, "unsupported_grant_type", "exchange-grant-type"),
    "a resource": ({"resource": "https://x.example"}, "invalid_target", "exchange-resource"),
    "no audience": ({"audience": "-"}, "invalid_request", "exchange-parameter-missing"),
    "an unknown audience": (
        {"audience": "https://x.example"},
        "invalid_target",
        "exchange-target-unknown",
    ),
    "its own audience": (
        {"audience": AUDIENCES[SUZHOU]},
        "invalid_target",
        "exchange-target-unknown",
    ),
    "a provider as audience": ({"audience": IDP}, "invalid_target", "exchange-target-unknown"),
    "no token": ({"subject_token": ""}, "invalid_request", "exchange-parameter-missing"),
    "no type": ({"subject_token_type": "-"}, "invalid_request", "exchange-parameter-missing"),
    "another type": (
        {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        "invalid_request",
        "exchange-token-type",
    ),
    "another type wanted": (
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        "invalid_request",
        "exchange-token-type",
    ),
    "an actor's type alone": (
        {"actor_token_type": JWT},
        "invalid_request",
        "exchange-actor-type-alone",
    ),
    "an actor without type": (
        {"actor_token": "x"},
        "invalid_request",
        "exchange-parameter-missing",
    ),
    "no token at all": ({"subject_token": "x"}, "invalid_request", "jws-part-count"),
    "more scope": ({"scope": "case:read"}, "invalid_scope", "exchange-scope-wider"),
    "an unsound scope": ({"scope": "a  b"}, "invalid_scope", "exchange-scope-malformed"),
    "a level of no kind": ({"level": "top"}, "invalid_request", "exchange-level-unknown"),
}


@pytest.mark.parametrize(("changes", "error", "code"), FORMS.values(), ids=FORMS)
def test_each_fault_has_its_error_and_its_code(
    stand: Stand, changes: dict[str, str], error: str, code: str
) -> None:
    answer = post(stand.urls[SUZHOU], form(stand.login(), **changes))
    assert refused(answer, 400, error) == code


def test_a_token_for_another_gateway_is_refused(stand: Stand) -> None:
    login = stand.login()
    stolen = form(login, subject_token=login.tokens[PUDONG].reveal())
    assert refused(post(stand.urls[SUZHOU], stolen), 400, "invalid_request") == (
        "token-audience-other"
    )


def test_a_login_below_the_need_or_without_leave_to_act_is_refused(stand: Stand) -> None:
    low = log_in(stand.simulator, person="agent-a", method="sms")
    asked = post(stand.urls[SUZHOU], form(low, level_min="high"))
    assert refused(asked, 400, "invalid_request") == "exchange-subject-level-low"
    up = post(stand.urls[SUZHOU], form(low, level="high"))
    assert refused(up, 400, "invalid_request") == "exchange-level-wider"
    actor = stand.login().tokens[SUZHOU].reveal()
    acting = form(low, actor_token=actor, actor_token_type=ACCESS_TOKEN)
    assert refused(post(stand.urls[SUZHOU], acting), 400, "invalid_request") == (
        "exchange-may-act-absent"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a", "exchange-form"),
        ("a=%ff", "exchange-form"),
        ("a=\u4e2d", "exchange-form"),
        ("&".join(f"a{n}=1" for n in range(21)), "exchange-form"),
        ("grant_type=a&grant_type=b", "exchange-parameter-twice"),
    ],
)
def test_what_is_no_form_is_refused(stand: Stand, body: str, code: str) -> None:
    assert refused(post(stand.urls[SUZHOU], body), 400, "invalid_request") == code


def test_several_audiences_are_refused(stand: Stand) -> None:
    body = f"{urlencode(form(stand.login()))}&audience=https%3A%2F%2Fx.example"
    assert refused(post(stand.urls[SUZHOU], body), 400, "invalid_target") == (
        "exchange-target-multiple"
    )


def test_another_content_and_too_much_of_it_are_refused(stand: Stand) -> None:
    url = stand.urls[SUZHOU]
    json = post(url, form(stand.login()), media="application/json")
    assert refused(json, 400, "invalid_request") == "exchange-form"
    large = post(url, "a=" + "x" * FORM_BYTES_MAX)
    assert refused(large, 413, "invalid_request") == "node-body-too-large"


def test_a_closed_store_is_told_as_such_and_gives_no_token(brief: Lone, stand: Stand) -> None:
    login = stand.login()
    brief.gateway.shut()
    answer = post(brief.url, form(login))
    assert refused(answer, 503, "invalid_request") == "store-closed"
    assert answer.headers["retry-after"] == "1"


def logout(stand: Stand, subject: str, *, at: datetime) -> str:
    claims: Json = {
        "iss": IDP,
        "aud": AUDIENCES[SUZHOU],
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + 120,
        "jti": "logout-0001",
        "events": {EVENT: {}},
        "sub": subject,
    }
    token = sign_compact(
        canonical_bytes(claims), stand.stage.identity_signer(), typ="logout+jwt"
    )
    return urlencode({"logout_token": token})


def end(lone: Lone, body: str) -> httpx.Response:
    headers = {"Content-Type": FORM}
    content = body.encode()
    return ask("POST", f"{lone.url}/backchannel-logout", content=content, headers=headers)


def test_what_a_provider_ended_is_refused_from_then_on(stand: Stand, lone: Lone) -> None:
    # Somebody who logs in nowhere else in this room.
    login = log_in(stand.simulator, person="agent-a")
    principal = lone.gateway.identify(login.tokens[SUZHOU])
    subject = principal.actor.subject.reveal()
    with told("json", "DEBUG") as log:
        body = logout(stand, subject, at=principal.authenticated_at)
        assert end(lone, body).status_code == 200
        assert refused(end(lone, body), 400, "invalid_request") == "logout-replayed"
        answer = post(lone.url, form(login))
        assert refused(answer, 400, "invalid_request") == "session-ended"
    assert subject not in log.getvalue()
    assert refused(end(lone, "logout_token="), 400, "invalid_request") == (
        "exchange-parameter-missing"
    )
    assert refused(end(lone, "logout_token=x"), 400, "invalid_request") == "jws-part-count"


def test_no_token_and_nothing_personal_is_logged_or_echoed(stand: Stand) -> None:
    login = stand.login()
    given = login.tokens[SUZHOU]
    with told("json", "DEBUG") as log:
        bad = post(stand.urls[SUZHOU], form(login, subject_token=given.reveal() + "x"))
        good = post(stand.urls[SUZHOU], form(login))
    issued = Sensitive(good.json()["access_token"])
    told_ = log.getvalue() + bad.text
    for secret in (given, issued, KEY):
        assert secret.reveal() not in told_
    assert not [value for value in stand.personal() if value in told_ + good.text]
