"""What is logged is structured, and nothing personal passes the last net."""

import json
import logging
from datetime import UTC, datetime

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from interop.crypto import PrivateKey
from interop.crypto.jose import sign_compact
from interop.crypto.jwe import encrypt
from interop.model.sensitive import Sensitive
from interop.node.logs import Form, configure_logs, mask
from tests.node.stand import told

# Constructed: an area code that was never assigned, right check characters.
NUMBERS = ("329901199001010019", "32990119900101002X", "329901 1990 0101 0019")
PHONES = ("13912345678", "139 1234 5678", "86-13912345678")
JWS = sign_compact(b'{"sub":"someone"}', PrivateKey.generate(use="sig"), typ="at+jwt")
JWE = encrypt(b"someone", PrivateKey.generate(use="enc").public)
CANARIES = (*NUMBERS, *PHONES, JWS, JWE)
FORMS: tuple[Form, ...] = ("json", "console")

CANARY = st.sampled_from(CANARIES)
AROUND = st.sampled_from(["{}", "number {} ", "（{}）", "a={};", '"{}"', "用户{}登录"])
TEXT = st.builds(lambda around, canary: around.format(canary), AROUND, CANARY)
PLANTED = st.recursive(
    TEXT | TEXT.map(ValueError) | TEXT.map(str.encode) | st.just(int(PHONES[0])),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.tuples(inner)
        | st.dictionaries(TEXT | st.just(int(PHONES[0])), inner, min_size=1, max_size=2)
        | st.frozensets(TEXT, max_size=2)
    ),
    max_leaves=4,
)


def shown(event: object) -> str:
    return json.dumps(event, ensure_ascii=False)


@given(planted=PLANTED)
def test_no_canary_passes_the_net_in_any_shape(planted: object) -> None:
    out = shown(mask(None, "info", {"event": "x", "value": planted}))
    for canary in CANARIES:
        assert canary not in out


PLAIN = st.none() | st.booleans() | st.integers(-999, 10**9) | st.floats(0, 1) | st.text("ab")


ANY = st.recursive(PLAIN, lambda part: st.lists(part) | st.dictionaries(st.text("ab"), part))


@given(value=ANY)
def test_what_is_not_personal_passes_unchanged(value: object) -> None:
    assert mask(None, "info", {"value": value}) == {"value": value}


def fail(canary: str) -> None:
    msg = f"failed with {canary}"
    raise ValueError(msg)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_is_written_by_anyone(form: Form, canary: str) -> None:
    with told(form) as log:
        ours, theirs = structlog.get_logger("interop"), logging.getLogger("a.library")
        with structlog.contextvars.bound_contextvars(who=canary):
            ours.info(f"says {canary}", value=canary, parts=[canary], deep={"a": {"b": canary}})
        theirs.error("their %s", canary, extra={"more": canary})
        try:
            fail(canary)
        except ValueError:
            ours.exception("ours")
            theirs.exception("theirs")
        ours.warning("typed", value=Sensitive(canary))
    written = log.getvalue()
    assert canary not in written
    assert written.count("ValueError: failed with ***") == 2
    assert "***" in written


def test_a_line_is_one_object_with_level_and_instant() -> None:
    with told("json") as log:
        structlog.get_logger().info("办件", case="n-1", n=3)
        logging.getLogger("a.library").warning("careful")
    ours, theirs = (json.loads(line) for line in log.getvalue().splitlines())
    at = datetime.fromisoformat(ours.pop("timestamp"))
    assert at.tzinfo == UTC
    assert ours == {"event": "办件", "level": "info", "case": "n-1", "n": 3}
    assert theirs["logger"] == "a.library"
    assert (theirs["event"], theirs["level"]) == ("careful", "warning")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "zeep", "uvicorn.error", "x.y"])
def test_libraries_never_say_less_than_a_warning(form: Form, name: str) -> None:
    library = logging.getLogger(name)
    before = library.level
    library.setLevel(logging.DEBUG)
    try:
        with told(form, "DEBUG") as log:
            library.setLevel(logging.DEBUG)
            library.debug("sends everything")
            library.info("sends everything")
            library.warning("gave up")
            structlog.get_logger().debug("ours")
    finally:
        library.setLevel(before)
    assert "everything" not in log.getvalue()
    assert "gave up" in log.getvalue()
    assert "ours" in log.getvalue()


def test_the_level_holds_for_everybody() -> None:
    with told("json", "ERROR") as log:
        structlog.get_logger().warning("ours")
        logging.getLogger("x").warning("theirs")
        structlog.get_logger().error("both")
        logging.getLogger("x").error("both")
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == ["both"] * 2


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        configure_logs(level="LOUD")  # type: ignore[arg-type]  # what a mistaken caller passes
