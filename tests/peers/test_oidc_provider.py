"""Tokens of a certified provider, made by other hands, are believed here; forged ones are not.

The provider serves the whole way on loopback: code and PKCE, pairwise names, proofs of
possession, token exchange, log-out. Our side pins its keys in a trust registry.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from interop.conformance.strategies.federation import AUDIENCE, IDP, a_firm, a_person
from interop.conformance.strategies.token_exchange import Twin
from interop.crypto import PrivateKey, base64url
from interop.crypto.jose import verify_compact
from interop.errors import TrustError
from interop.federation import LoginRound, Need, Possession, Verifier, is_party, thumbprint
from interop.federation.jwks import JwksSource
from interop.federation.logout import MemoryLoggedOut, Sessions, require_alive
from interop.federation.presented import Reader
from interop.federation.replay import MemoryReplay
from interop.federation.token_exchange import ExchangeRequest, IssuedToken, exchange_token
from interop.model.party import AssuranceLevel
from interop.model.sensitive import Sensitive
from interop.transport.fetch import PinnedFetch
from tests.peers.peer import (
    ACR,
    ELSEWHERE,
    EXCHANGE,
    TOKEN_TYPE,
    WEST,
    Browser,
    Provider,
    Round,
    now,
    proof,
    registry,
    running,
    verifier,
)

pytestmark = pytest.mark.slow
ALGORITHMS: Final = ("ES256", "RS256", "PS256", "EdDSA")
KEY: Final = PrivateKey.generate(use="sig")
NEED: Final = Need(level=AssuranceLevel.HIGH, age_s_max=600, scope="case:read")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """The provider, running for this file."""
    with running() as found:
        yield found


@pytest.fixture
def browser(provider: Provider) -> Iterator[Browser]:
    """A browser that is logged in nowhere."""
    found = Browser(provider)
    yield found
    found.close()


def given(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def error(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


def code_of(call: object) -> str:
    assert callable(call)
    with pytest.raises(TrustError) as caught:
        call()
    return caught.value.code


def round_of(login: Round, **changes: object) -> LoginRound:
    nonce = str(changes.get("nonce", login.nonce))
    issuer = str(changes.get("issuer", login.back["iss"]))
    return LoginRound(nonce=Sensitive(nonce), issuer=issuer)


def test_a_login_by_code_and_pkce_names_who_it_was(browser: Browser) -> None:
    login = browser.authorize("agent")
    # RFC 9207: the answer says whom it is from.
    assert (login.back["iss"], login.back["state"]) == (IDP, "s-0001")
    told = given(browser.token(login))
    ours = verifier(browser.provider)
    who = ours.verify_login(told["id_token"], login=round_of(login), need=Need(loa="high"))
    assert (who.issuer, who.region, who.level) == (IDP, "310000", AssuranceLevel.HIGH)
    assert is_party(who.actor, a_person())
    assert not is_party(who.actor, a_firm())
    assert (now() - who.authenticated_at).total_seconds() < 60
    same = ours.verify(told["access_token"], need=NEED)
    assert same.actor.subject == who.actor.subject
    assert is_party(same.actor, a_person())
    # The second time by the hot path.
    assert ours.verify(told["access_token"], need=NEED) == same
    assert [one.outcome for one in ours.explain(told["access_token"])].count("passed") > 15


def test_what_a_login_does_not_fit_is_refused(browser: Browser) -> None:
    login = browser.authorize("agent")
    told = given(browser.token(login))
    ours, token = verifier(browser.provider), told["id_token"]
    for changes, code in (
        ({"nonce": "another-nonce"}, "id-token-nonce"),
        ({"issuer": "https://idp.west.sim.example"}, "id-token-mix-up"),
    ):
        at = round_of(login, **changes)
        assert code_of(lambda: ours.verify_login(token, login=at)) == code  # noqa: B023 -- called at once
    beside = LoginRound(
        nonce=Sensitive(login.nonce), issuer=IDP, access_token=Sensitive(told["access_token"])
    )
    # The provider puts no at_hash into a token of the code flow.
    assert code_of(lambda: ours.verify_login(token, login=beside)) == "id-token-at-hash"
    elsewhere = verifier(browser.provider, audience=WEST)
    assert code_of(lambda: elsewhere.verify_login(token, login=round_of(login))) == (
        "token-audience-other"
    )


def test_each_token_is_good_for_its_own_purpose_alone(browser: Browser) -> None:
    login = browser.authorize("agent")
    told = given(browser.token(login))
    ours, at = verifier(browser.provider), round_of(login)
    access, identity = told["access_token"], told["id_token"]
    assert code_of(lambda: ours.verify(identity)) == "token-typ"
    assert code_of(lambda: ours.verify_logout(access)) == "token-typ"
    assert code_of(lambda: ours.verify_login(access, login=at)) == "token-typ"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_tokens_of_every_algorithm_agree_with_pyjwt(browser: Browser, alg: str) -> None:
    login = browser.authorize("agent", client=f"urn:app:{alg}")
    told = given(browser.token(login))
    token, key = told["access_token"], browser.provider.key(alg)
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"], header["kid"]) == (alg, "at+jwt", key["kid"])
    theirs = jwt.decode(token, jwt.PyJWK(key), [alg], audience=AUDIENCE, issuer=IDP)
    assert verifier(browser.provider).verify(token, need=NEED).issuer == theirs["iss"]
    assert verify_compact(token, key, alg=alg) == base64url.decode(
        token.split(".")[1], field="payload"
    )
    head, body, signature = token.split(".")
    other = base64url.encode(b"\0" + base64url.decode(signature, field="signature")[1:])
    ours = verifier(browser.provider)
    assert code_of(lambda: ours.verify(f"{head}.{body}.{other}")).startswith("jws-signature-")


def test_a_code_is_good_once_and_only_with_its_verifier(browser: Browser) -> None:
    login = browser.authorize("agent")
    wrong = browser.token(login, code_verifier="w" * 43)
    assert error(wrong) == "invalid_grant"
    given(browser.token(login))
    assert error(browser.token(login)) == "invalid_grant"


def test_two_applications_know_a_person_by_different_names(browser: Browser) -> None:
    names = set()
    for client in (AUDIENCE, ELSEWHERE):
        told = given(browser.token(browser.authorize("agent", client=client)))
        who = verifier(browser.provider).verify(told["access_token"])
        assert is_party(who.actor, a_person())
        names.add(who.actor.subject.reveal())
    assert len(names) == 2
    assert all("agent" not in name for name in names)


def test_a_token_bound_to_a_key_needs_its_proof(browser: Browser) -> None:
    url = f"{browser.provider.url}/token"
    login = browser.authorize("agent")
    sent = proof(KEY, method="POST", url=url)
    told = given(browser.token(login, proof=sent))
    token, ours = told["access_token"], verifier(browser.provider)
    assert told["token_type"] == "DPoP"
    here = f"{AUDIENCE}/cases"
    assert code_of(lambda: ours.verify(token)) == "token-proof-of-possession"

    def shown(key: PrivateKey = KEY, **changes: str) -> Possession:
        asked = {"method": "POST", "url": here, "shown": token, **changes}
        return Possession(jwt=Sensitive(proof(key, **asked)), method="POST", url=here)

    first = shown()
    assert ours.verify(token, proof=first).issuer == IDP
    other = PrivateKey.generate(use="sig")
    for bad, code in (
        (first, "dpop-replayed"),
        (shown(other), "dpop-jkt"),
        (shown(method="GET"), "dpop-htm"),
        (shown(url=f"{WEST}/cases"), "dpop-htu"),
        (shown(shown="another"), "dpop-ath"),
    ):
        assert code_of(lambda: ours.verify(token, proof=bad)) == code  # noqa: B023 -- called at once
    payload = jwt.decode(token, options={"verify_signature": False})
    assert payload["cnf"] == {"jkt": thumbprint(KEY.public.to_jwk())}


def test_our_proofs_are_believed_there_once(browser: Browser) -> None:
    url = browser.provider.url
    login = browser.authorize("agent", resource=None)
    sent = proof(KEY, method="POST", url=f"{url}/token")
    told = given(browser.token(login, proof=sent))
    again = browser.authorize("agent", resource=None)
    assert error(browser.token(again, proof=sent)) == "invalid_grant"
    mine = proof(KEY, method="GET", url=f"{url}/me", shown=told["access_token"])
    headers = {"Authorization": f"DPoP {told['access_token']}", "DPoP": mine}
    assert "sub" in browser.http.get(f"{url}/me", headers=headers).json()
    assert browser.http.get(f"{url}/me", headers=headers).status_code == 401


def exchange(
    browser: Browser, subject: str, actor: str, audience: str = WEST
) -> httpx.Response:
    return browser.post_token(
        {
            "grant_type": EXCHANGE,
            "client_id": AUDIENCE,
            "audience": audience,
            "subject_token": subject,
            "subject_token_type": TOKEN_TYPE,
            "actor_token": actor,
            "actor_token_type": TOKEN_TYPE,
        }
    )


def test_an_organisation_passes_with_the_agent_an_exchange_put_beside_it(
    provider: Provider, browser: Browser
) -> None:
    firm = given(browser.token(browser.authorize("firm")))["access_token"]
    other = Browser(provider)
    agent = given(other.token(other.authorize("agent")))["access_token"]
    other.close()
    assert code_of(lambda: verifier(provider).verify(firm)) == "token-without-agent"
    token = given(exchange(browser, firm, agent))["access_token"]
    west = verifier(provider, audience=WEST)
    who = west.verify(token, need=Need(loa="high"))
    assert who.agent is not None
    assert is_party(who.actor, a_firm())
    assert is_party(who.agent, a_person())
    assert code_of(lambda: verifier(provider).verify(token)) == "token-audience-other"
    assert code_of(lambda: west.verify(token, need=Need(scope="case:write"))) == "token-scope"
    head, body, signature = firm.split(".")
    assert error(exchange(browser, f"{head}.{body}.{signature[::-1]}", agent)) == (
        "invalid_request"
    )
    # What is for the other gateway is no subject token here.
    assert error(exchange(browser, token, agent)) == "invalid_request"


def test_a_login_there_is_exchanged_here_for_another_gateway(browser: Browser) -> None:
    told = given(browser.token(browser.authorize("agent")))
    believed = registry(*browser.provider.keys)
    ours = Verifier(believed, audience=AUDIENCE, clock=now)
    subject = Reader(ours, believed, AUDIENCE, now).read(told["access_token"])
    by = Twin().authority()
    request = ExchangeRequest(subject=subject, audience=WEST, scope=frozenset({"case:read"}))
    issued = exchange_token(request, by=by, now=now())
    assert isinstance(issued, IssuedToken)
    assert (issued.claims.path, issued.scope) == ((IDP, AUDIENCE), "case:read")
    assert issued.claims.exp <= subject.expires_at.timestamp()
    assert issued.claims.sub != subject.principal.actor.subject.reveal()
    wider = ExchangeRequest(subject=subject, audience=WEST, scope=frozenset({"cert:read"}))
    refused = exchange_token(wider, by=by, now=now())
    assert not isinstance(refused, IssuedToken)
    assert refused.code == "exchange-scope-wider"


def test_its_keys_are_read_where_it_publishes_them(provider: Provider) -> None:
    host = urlsplit(provider.url).hostname or ""
    source = JwksSource(
        f"{provider.url}/jwks", PinnedFetch({host: [host]}), algorithms=frozenset(ALGORITHMS)
    )
    assert {source.key(str(key["kid"])).alg for key in provider.keys} == set(ALGORITHMS)
    assert code_of(lambda: source.key("another")) == "jwks-kid-unknown"


def test_a_log_out_there_ends_the_session_here(browser: Browser) -> None:
    provider = browser.provider
    told = given(browser.token(browser.authorize("agent")))
    believed = registry(*provider.keys)
    ours = Verifier(believed, audience=AUDIENCE, clock=now)
    login = Reader(ours, believed, AUDIENCE, now).read(told["access_token"])
    ended, before = MemoryLoggedOut(clock=now), len(provider.logouts)
    require_alive(login, ended)
    browser.log_out()
    (token,) = provider.logouts[before:]
    notice = ours.verify_logout(token)
    assert notice.subject == login.principal.actor.subject
    sessions = Sessions(believed, ended, MemoryReplay())
    sessions.log_out(notice, now=now())
    assert code_of(lambda: require_alive(login, ended)) == "session-ended"
    assert code_of(lambda: sessions.log_out(notice, now=now())) == "logout-replayed"
    assert code_of(lambda: ours.verify(token)) == "token-typ"
    other = Verifier(registry(provider.key("RS256")), audience=AUDIENCE, clock=now)
    assert code_of(lambda: other.verify_logout(token)) == "token-key-unknown"


def test_a_provider_that_names_sessions_ends_the_one_it_named(browser: Browser) -> None:
    app = "urn:app:sessions"
    login = browser.authorize("agent", client=app)
    token = given(browser.token(login))["id_token"]
    ours, before = verifier(browser.provider, audience=app), len(browser.provider.logouts)
    who = ours.verify_login(token, login=round_of(login))
    browser.log_out()
    (said,) = browser.provider.logouts[before:]
    notice = ours.verify_logout(said)
    named = jwt.decode(token, options={"verify_signature": False})["sid"]
    assert notice.session is not None
    assert (notice.subject, notice.session.reveal()) == (who.actor.subject, named)


def test_the_words_it_uses_for_a_login_are_weighed_here(browser: Browser) -> None:
    told = given(browser.token(browser.authorize("agent")))
    claims = jwt.decode(told["access_token"], options={"verify_signature": False})
    assert claims["acr"] == ACR
    assert claims["auth_time"] <= claims["iat"]
