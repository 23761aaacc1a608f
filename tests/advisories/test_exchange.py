"""Named attacks on the line between two regions: each one refused by a code of its own kind.

The carrier may change, hold back, repeat and mix what it carries; a peer may lie in what it
signs. Nothing of either may reach a case, close a batch, or stop what honest peers send.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    NOW,
    SOUTH,
    WEST,
    Party,
    Site,
    a_message,
    introduced,
    signed,
)
from interop.crypto import SecretKey, base64url
from interop.crypto.jwe import encrypt
from interop.errors import ExchangeError, InteropError
from interop.exchange import BatchHeader, Envelope, open_batch
from interop.exchange.batch import BATCH_BYTES_MAX, BATCH_TYP, ENVELOPES_MAX, tree_root
from interop.exchange.envelope import DATA_CHARS_MAX, draft, enclose
from interop.exchange.receipt import RECEIPT_TYP
from interop.model.canonical import Json, canonical_bytes, read_json
from interop.store import audit, channels
from interop.store.lanes import lane_of

Members = dict[str, Json]
CASE, OTHER_CASE = CASES[1], CASES[2]
LANE: Final = lane_of(CASE, LANES)
SENDER, RECIPIENT, THIRD = introduced(EAST, WEST, SOUTH)
STRANGER = Party("340000")
KEY, BODY_KEY = SENDER.ring.signing, RECIPIENT.public.encryption
# A gateway of the same region, set up for another environment.
PROD: Final = Party(EAST, env="prod")


def envelope(n: int, case: str = CASE, **changes: Json) -> Members:
    waiting = draft(a_message(case, n), case=case, message_id=f"m{n}", at=NOW)
    made = enclose(waiting, source=EAST, sequence=n, recipient=BODY_KEY).revealed()
    assert isinstance(made, dict)
    return {**made, **changes}


def token(payload: bytes, *, key: SecretKey = KEY, **changes: Json) -> str:
    return signed(payload, key, **{"typ": BATCH_TYP, **changes})


def header(envelopes: list[Members], **changes: Json) -> Members:
    return {
        "v": 1,
        "env": "sim",
        "from": EAST,
        "to": WEST,
        "lane": LANE,
        "epoch": 1,
        "first": 1,
        "n": len(envelopes),
        "root": tree_root([canonical_bytes(e) for e in envelopes], alg=KEY.alg),
        "prev_head": "",
        "audit_n": 0,
        "audit_head": "",
        "at": "2026-01-05T00:00:00Z",
        **changes,
    }


def wire(signed: str, envelopes: list[Members]) -> bytes:
    return canonical_bytes({"header": signed, "envelopes": list(envelopes)})


def saying(**changes: Json) -> bytes:
    """Return a batch that the sender signs with this in its header."""
    return wire(token(canonical_bytes(header(GOOD, **changes))), GOOD)


def headed(*, key: SecretKey = KEY, **changes: Json) -> bytes:
    """Return a batch whose header is signed by ``key`` under this protected header."""
    return wire(token(PAYLOAD, key=key, **changes), GOOD)


def carrying(envelopes: list[Members]) -> bytes:
    """Return a batch into which a carrier has put these envelopes."""
    return wire(TOKEN, envelopes)


def signing(envelopes: list[Members], **changes: Json) -> bytes:
    """Return a batch of these envelopes, all as the sender signs it."""
    return wire(token(canonical_bytes(header(envelopes, **changes))), envelopes)


def relabelled(**changes: Json) -> str:
    """Return the token with another payload under the old signature."""
    first, _, last = TOKEN.split(".")
    payload = base64url.encode(canonical_bytes(header(GOOD, **changes)))
    return f"{first}.{payload}.{last}"


def flipped(text: str, at: int) -> str:
    letter = "B" if text[at] == "A" else "A"
    return text[:at] + letter + text[at + 1 :]


def edited(at: int, **changes: Json) -> bytes:
    """Return the good batch with one envelope changed on its way."""
    return carrying([{**e, **changes} if i == at else e for i, e in enumerate(GOOD)])


GOOD: Final = [envelope(1), envelope(2, OTHER_CASE), envelope(3)]
PAYLOAD: Final = canonical_bytes(header(GOOD))
TOKEN: Final = token(PAYLOAD)
BATCH: Final = wire(TOKEN, GOOD)
RECEIPT_TOKEN: Final = token(PAYLOAD, typ=RECEIPT_TYP)
DATA: Final = str(GOOD[0]["data"])
SHIFTED: Final = [{**e, "sequence": i} for i, e in enumerate(GOOD, 4)]
SWAPPED: Final = [
    {**GOOD[0], "data": GOOD[1]["data"]},
    {**GOOD[1], "data": GOOD[0]["data"]},
    GOOD[2],
]
TURNED: Final = [{**GOOD[1], "sequence": 1}, {**GOOD[0], "sequence": 2}, GOOD[2]]
MANY: Final = [{**GOOD[0], "sequence": n + 1} for n in range(ENVELOPES_MAX + 1)]
FOREIGN: Final = [{**e, "source": SOUTH} for e in GOOD]

CARRIER: Final[dict[str, tuple[bytes, str]]] = {
    "byte of a body flipped": (edited(0, data=flipped(DATA, 400)), "exchange-root-mismatch"),
    "case of an envelope changed": (edited(0, subject=OTHER_CASE), "exchange-root-mismatch"),
    "identifier changed": (edited(0, id="m9"), "exchange-root-mismatch"),
    "time changed": (edited(0, time="2026-01-05T00:00:01Z"), "exchange-root-mismatch"),
    "time in another spelling": (
        BATCH.replace(b'00Z","type"', b'00z","type"', 1),
        "exchange-batch-malformed",
    ),
    "source changed": (edited(1, source=SOUTH), "exchange-batch-malformed"),
    "sequence changed": (edited(2, sequence=4), "exchange-batch-malformed"),
    "type changed": (edited(0, type="cn.yrd.case.facts.v2"), "record-invalid"),
    "version of the format changed": (edited(0, specversion="2.0"), "record-invalid"),
    "attribute added": (edited(0, datacontenttype="text/plain"), "record-invalid"),
    "attribute removed": (
        carrying([{k: v for k, v in GOOD[0].items() if k != "data"}, *GOOD[1:]]),
        "record-invalid",
    ),
    "envelopes swapped": (carrying([*GOOD[1::-1], GOOD[2]]), "exchange-batch-malformed"),
    "envelopes swapped and numbered anew": (carrying(TURNED), "exchange-root-mismatch"),
    "bodies swapped between envelopes": (carrying(SWAPPED), "exchange-root-mismatch"),
    "envelope dropped": (carrying(GOOD[:2]), "exchange-batch-malformed"),
    "envelope repeated": (carrying([*GOOD, GOOD[2]]), "exchange-batch-malformed"),
    "all envelopes dropped": (carrying([]), "record-invalid"),
    "replayed under another sequence": (
        wire(relabelled(first=4), SHIFTED),
        "jws-signature-invalid",
    ),
    "replayed on another lane": (wire(relabelled(lane=3), GOOD), "jws-signature-invalid"),
    "replayed as of another day": (
        wire(relabelled(at="2026-01-06T00:00:00Z"), GOOD),
        "jws-signature-invalid",
    ),
    "sent on to another recipient": (saying(to=SOUTH), "exchange-wrong-recipient"),
    "root exchanged": (
        wire(relabelled(root=str(header(TURNED)["root"])), TURNED),
        "jws-signature-invalid",
    ),
    "byte of the signature flipped": (
        wire(flipped(TOKEN, len(TOKEN) - 20), GOOD),
        "jws-signature-invalid",
    ),
    "signature removed": (wire(TOKEN[:-86], GOOD), "jws-signature-length"),
    "truncated": (BATCH[:-20], "json-malformed"),
    "truncated inside the header": (wire(TOKEN[:200], GOOD), "jws-part-count"),
    "empty": (b"", "json-malformed"),
    "bytes after the end": (BATCH + b"{}", "json-malformed"),
    "space between members": (
        BATCH.replace(b',"header"', b', "header"'),
        "exchange-batch-malformed",
    ),
    "member order changed": (
        json.dumps({"header": TOKEN, "envelopes": GOOD}, separators=(",", ":")).encode(),
        "exchange-batch-malformed",
    ),
    "header twice": (
        BATCH[:-1] + b',"header":' + json.dumps(TOKEN).encode() + b"}",
        "json-malformed",
    ),
    "envelopes twice": (BATCH[:-1] + b',"envelopes":[]}', "json-malformed"),
    "body twice in one envelope": (
        BATCH.replace(b'"data":', b'"data":"x","data":', 1),
        "json-malformed",
    ),
    "member added": (BATCH[:-1] + b',"x":1}', "record-invalid"),
    "an array": (b"[" + BATCH + b"]", "record-invalid"),
    "byte order mark": (b"\xef\xbb\xbf" + BATCH, "json-malformed"),
    "not utf-8": (BATCH.replace(b'"m1"', b'"m\xff"'), "json-malformed"),
    "lone surrogate": (BATCH.replace(b'"m1"', rb'"m\ud800"'), "json-malformed"),
    "deeply nested": (b"[" * 99 + b"]" * 99, "json-too-large"),
    "not a number": (BATCH.replace(b'"sequence":1', b'"sequence":NaN'), "json-malformed"),
    "fraction": (BATCH.replace(b'"sequence":1', b'"sequence":1.0'), "json-malformed"),
    "number as text": (BATCH.replace(b'"sequence":1', b'"sequence":"1"'), "record-invalid"),
    "number beyond all limits": (
        BATCH.replace(b'"sequence":1', b'"sequence":99999999999999999'),
        "json-too-large",
    ),
    "over 4 MiB": (BATCH + b" " * BATCH_BYTES_MAX, "json-too-large"),
    "over 500 envelopes": (carrying(MANY), "record-invalid"),
    "body over 1 MiB": (edited(0, data="a" * (DATA_CHARS_MAX + 1)), "record-invalid"),
    "identifier over 256": (edited(0, id="m" * 257), "record-invalid"),
    "header over 4 KiB": (wire(TOKEN + "a" * 5_000, GOOD), "record-invalid"),
    "header no token": (wire("x", GOOD), "jws-part-count"),
    "header as json serialisation": (wire('{"payload":""}', GOOD), "jws-json-form"),
}
FORGER: Final[dict[str, tuple[bytes, str]]] = {
    "alg none": (headed(alg="none"), "jws-alg-none"),
    "hmac with the public key": (headed(alg="HS256"), "jws-alg-symmetric"),
    "another algorithm than the key's": (headed(alg="RS256"), "jws-alg-mismatch"),
    "key in the header": (
        headed(jwk=STRANGER.ring.signing.public.to_jwk()),
        "jws-embedded-jwk",
    ),
    "key by address": (headed(jku="https://evil.example/jwks"), "jws-jku"),
    "kid missing": (headed(kid=""), "jws-kid-malformed"),
    "kid as a path": (headed(kid="../../dev/null"), "jws-kid-malformed"),
    "kid nobody knows": (headed(kid="unknown"), "exchange-unknown-key"),
    "another peer's key under its own kid": (
        headed(key=THIRD.ring.signing),
        "exchange-unknown-key",
    ),
    "another peer's key under the sender's kid": (
        headed(key=THIRD.ring.signing, kid=KEY.kid),
        "jws-signature-invalid",
    ),
    "own key of the recipient": (headed(key=RECIPIENT.ring.signing), "exchange-unknown-key"),
    "critical extension": (headed(crit=["b64"]), "jws-crit"),
    "receipt as a batch": (wire(RECEIPT_TOKEN, GOOD), "exchange-wrong-type"),
    "access token as a batch": (headed(typ="at+jwt"), "exchange-wrong-type"),
    "type missing": (headed(typ=""), "exchange-wrong-type"),
    "another env, signed there": (
        wire(token(canonical_bytes(header(GOOD, env="prod")), key=PROD.ring.signing), GOOD),
        "exchange-wrong-env",
    ),
    "another env, keys mixed up": (headed(key=PROD.ring.signing), "exchange-unknown-key"),
    "a stranger": (
        wire(
            token(
                canonical_bytes(header(GOOD, **{"from": STRANGER.region})),
                key=STRANGER.ring.signing,
            ),
            GOOD,
        ),
        "gateway-unknown",
    ),
    "a stranger in the sender's name": (
        headed(key=STRANGER.ring.signing),
        "exchange-unknown-key",
    ),
    "our own name": (saying(**{"from": WEST}), "exchange-unknown-key"),
    "name with a path": (saying(**{"from": "../310000"}), "gateway-unknown"),
}

LIAR: Final[dict[str, tuple[bytes, str]]] = {
    "envelopes of another peer": (signing(FOREIGN), "exchange-batch-malformed"),
    "another root": (saying(root="sha-256:" + "0" * 64), "exchange-root-mismatch"),
    "root in another algorithm": (
        saying(root="sha-512" + str(header(GOOD)["root"])[-65:]),
        "exchange-root-mismatch",
    ),
    "count too small": (saying(n=2), "exchange-batch-malformed"),
    "count too large": (saying(n=4), "exchange-batch-malformed"),
    "count zero": (saying(n=0), "record-invalid"),
    "first number zero": (saying(first=0), "record-invalid"),
    "first number negative": (saying(first=-1), "record-invalid"),
    "begins later": (signing(SHIFTED, first=4), "exchange-gap"),
    "begins after a batch that is not held": (
        saying(prev_head="sha-256:" + "0" * 64),
        "exchange-fork",
    ),
    "lane out of range": (saying(lane=64), "record-invalid"),
    "epoch zero": (saying(epoch=0), "record-invalid"),
    "version of a later format": (saying(v=2), "record-invalid"),
    "env nobody knows": (saying(env="staging"), "record-invalid"),
    "unknown member": (saying(x=1), "record-invalid"),
    "time without a zone": (saying(at="2026-01-05T00:00:00"), "record-invalid"),
    "to twice": (wire(token(b'{"to":"330000",' + PAYLOAD[1:]), GOOD), "json-malformed"),
}
ATTACKS: Final = {
    f"{who}: {name}": row
    for who, rows in {"carrier": CARRIER, "forger": FORGER, "liar": LIAR}.items()
    for name, row in rows.items()
}


def state(site: Site) -> tuple[object, ...]:
    """Return all that a batch may change."""
    with site.store.transaction() as tx:
        marks = [channels.mark(tx, peer, LANE) for peer in (EAST, SOUTH, STRANGER.region)]
        return audit.head(tx), marks, channels.dead_letters(tx), channels.lanes(tx)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One recipient for all attacks; the good batch comes last."""
    site = Site(RECIPIENT, tmp_path_factory.mktemp("attacked"))
    before = state(site)
    yield site
    assert state(site) == before
    site.receive(BATCH)
    site.store.close()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_a_batch_is_refused_by_name_and_changes_nothing(
    attacked: Site, name: str
) -> None:
    data, code = ATTACKS[name]
    assert data != BATCH
    before = state(attacked)
    with pytest.raises(InteropError) as refused:
        attacked.receive(data)
    assert refused.value.code == code
    assert state(attacked) == before


def inside(body: Json, **changes: Json) -> bytes:
    """Return a batch whose first body is this, all as the sender signs it."""
    return signing([{**GOOD[0], "data": body, **changes}, *GOOD[1:]])


def sealed(plain: bytes) -> str:
    return encrypt(plain, BODY_KEY)


MESSAGE: Final = a_message(CASE, 1).to_bytes()
MASKED: Final = (
    b'{"case":"case-1","kind":"ruling","number":"n","on":"2026-01-05","region":"310000",'
    b'"text":"***"}'
)
BODIES: Final[dict[str, tuple[bytes, str]]] = {
    "body of another case": (signing(SWAPPED), "exchange-envelope-mismatch"),
    "case of another body": (inside(DATA, subject="case-3"), "exchange-envelope-mismatch"),
    "body for another recipient": (
        inside(encrypt(MESSAGE, THIRD.public.encryption)),
        "jwe-other-recipient",
    ),
    "body damaged": (inside(flipped(DATA, len(DATA) - 40)), "jwe-damaged"),
    "body not encrypted": (inside(MESSAGE.decode()), "jwe-form"),
    "body empty": (inside(""), "jwe-form"),
    "body a signed token": (inside(TOKEN), "jwe-form"),
    "body no json": (inside(sealed(b"\xff")), "json-malformed"),
    "member of a body twice": (
        inside(sealed(b'{"state_hash":"x",' + MESSAGE[1:])),
        "json-malformed",
    ),
    "member of a body unknown": (inside(sealed(b'{"x":1,' + MESSAGE[1:])), "record-invalid"),
    "body that says nothing": (
        inside(sealed(b'{"facts":[],"state_hash":""}')),
        "exchange-envelope-mismatch",
    ),
    "masked value in a body": (
        inside(sealed(MESSAGE.replace(b'"notices":[]', b'"notices":[%b]' % MASKED))),
        "record-invalid",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_lies_is_set_aside_and_its_lane_goes_on(tmp_path: Path, name: str) -> None:
    (data, code), site = BODIES[name], Site(RECIPIENT, tmp_path)
    read = json.loads(base64url.decode(site.receive(data).decode().split(".")[1], field="x"))
    codes = {verdict["sequence"]: verdict["code"] for verdict in read["verdicts"]}
    with site.store.transaction() as tx:
        done = [line.digest for line in audit.lines(tx) if line.kind == "applied"]
        assert len(channels.dead_letters(tx)) == len(codes)
    assert (codes.pop(1), read["through"]) == (code, 3)
    assert set(codes.values()) <= {code, "exchange-behind-dead-letter"}
    assert done == [f"m{n}" for n in (2, 3) if n not in codes]
    site.store.close()


def test_a_refusal_shows_nothing_of_what_was_carried() -> None:
    planted = "310101199001011234"
    for data in (edited(0, subject=planted), saying(to=planted), edited(0, source=planted)):
        with pytest.raises(ExchangeError) as refused:
            open_batch(data, directory=RECIPIENT.directory)
        told = [str(refused.value), *(reason.as_json() for reason in refused.value.reasons)]
        assert planted not in json.dumps(told, ensure_ascii=False)


def test_the_records_are_what_was_meant() -> None:
    assert BatchHeader.from_json(PAYLOAD).to_bytes() == PAYLOAD
    assert [Envelope.from_json(canonical_bytes(e)).revealed() for e in GOOD] == GOOD
    value = read_json(BATCH, error=ExchangeError)
    assert canonical_bytes(value) == BATCH
