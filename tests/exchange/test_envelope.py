"""A message inside its envelope: the same on both ends, readable by one, about one case."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.exchange import CASES, EAST, NOW, a_message, messages
from interop.crypto.keys import PrivateKey
from interop.errors import CaseError, ExchangeError, TrustError
from interop.exchange import Envelope, Message
from interop.exchange.envelope import (
    DATA_CHARS_MAX,
    IDENTIFIER_CHARS_MAX,
    MESSAGE_BYTES_MAX,
    disclose,
    draft,
    enclose,
)

KEY = PrivateKey.generate(use="enc")
CASE = CASES[0]


def enclosed(message: Message, *, case: str = CASE, message_id: str = "m") -> Envelope:
    waiting = draft(message, case=case, message_id=message_id, at=NOW)
    return enclose(waiting, source=EAST, sequence=1, recipient=KEY.public)


@given(message=messages(CASE), message_id=st.text(max_size=9), late=st.integers(0, 99))
def test_what_is_enclosed_is_disclosed(message: Message, message_id: str, late: int) -> None:
    at = NOW + timedelta(seconds=late)
    waiting = draft(message, case=CASE, message_id=message_id, at=at)
    envelope = enclose(waiting, source=EAST, sequence=7, recipient=KEY.public)
    assert disclose(envelope, key=KEY) == message
    assert Envelope.from_json(envelope.to_bytes()) == envelope
    seen = (envelope.id, envelope.source, envelope.subject, envelope.time, envelope.sequence)
    assert seen == (message_id, EAST, CASE, at, 7)


@given(message=messages(CASE))
def test_a_carrier_reads_nothing_of_the_message(message: Message) -> None:
    wire = enclosed(message).to_bytes()
    for notice in message.notices:
        assert notice.text.reveal().encode() not in wire
    with pytest.raises(TrustError, match="jwe-other-recipient"):
        disclose(enclosed(message), key=PrivateKey.generate(use="enc"))


def note_of(bytes_left: int) -> str:
    """Return a note that leaves so many bytes of the limit unused."""
    bare = len(draft(a_message(CASE, 1), case=CASE, message_id="m", at=NOW))
    return "x" * (MESSAGE_BYTES_MAX - bare - bytes_left)


def test_the_largest_message_that_is_taken_can_be_sent() -> None:
    message = a_message(CASE, 1, note=note_of(0))
    envelope = enclosed(message)
    assert len(envelope.data) <= DATA_CHARS_MAX
    assert disclose(envelope, key=KEY) == message
    with pytest.raises(CaseError) as refused:
        enclosed(a_message(CASE, 1, note=note_of(-1)))
    assert refused.value.code == "exchange-message-too-large"
    assert refused.value.reason.field == "data"
    assert "xxx" not in str(refused.value)


def test_all_that_is_too_long_is_told_at_once() -> None:
    longest = "n" * IDENTIFIER_CHARS_MAX
    assert enclosed(a_message(longest, 1), case=longest, message_id=longest).id == longest
    name = longest + "n"
    with pytest.raises(CaseError) as refused:
        enclosed(a_message(name, 1, note=note_of(0)), case=name, message_id=name)
    assert [reason.field for reason in refused.value.reasons] == ["data", "id", "subject"]


@pytest.mark.parametrize("case", CASES[1:3])
def test_a_message_is_about_one_case(case: str) -> None:
    other = a_message(case, 1)
    mixed = Message(facts=(*a_message(CASE, 1).facts, *other.facts), state_hash="")
    for message in (other, mixed):
        with pytest.raises(ExchangeError, match="exchange-envelope-mismatch"):
            enclosed(message)


def test_a_body_that_is_no_message_is_refused_with_its_path() -> None:
    from interop.crypto.jwe import encrypt

    envelope = enclosed(a_message(CASE, 1))
    for said, code, field in (
        (b'{"facts":[{}],"state_hash":""}', "record-invalid", "data.facts.0.case"),
        # One that says nothing is about no case.
        (b'{"facts":[],"state_hash":""}', "exchange-envelope-mismatch", "subject"),
    ):
        body = encrypt(said, KEY.public)
        with pytest.raises(ExchangeError) as refused:
            disclose(envelope.model_copy(update={"data": body}), key=KEY)
        assert refused.value.code == code
        assert refused.value.reason.field == field
