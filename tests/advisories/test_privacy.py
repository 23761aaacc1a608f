"""Nothing personal and no secret is found in anything that a whole run writes or prints.

Identity numbers, phone numbers, names, addresses and tokens go through a demonstration in
real processes; then every output, every log and the raw databases of both nodes are searched,
in every spelling that has slipped through masks elsewhere.
"""

import base64
import json
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest

from interop.cli import main
from interop.cli.demo import command, story
from interop.cli.demo.report import report_on
from interop.cli.demo.story import Outcome
from interop.cli.demo.troupe import Troupe
from interop.errors import Lang
from interop.model.canonical import Json
from interop.model.ports import Clock
from interop.simulator.applicants import PUDONG, SUZHOU, Login, log_in
from interop.simulator.stage import secrets_of
from interop.simulator.world import World, default_world

# What the regional acceptance system keeps for itself: another organ's file, which holds what
# the law lets that organ hold, and no file of the gateways.
SYSTEM_OF_THE_REGION = "310000-acceptance.json"
SAMPLE_S = 0.02
MOBILE_DIGITS = 11
WORLD = default_world()
AGENTS, FIRMS = ("agent-a", "agent-b"), ("enterprise-a", "enterprise-b")


def _numbers(world: World) -> list[str]:
    persons = [number for one in world.persons for number in (one.number, one.mobile)]
    return [*persons, *(one.number for one in world.enterprises)]


def _words(world: World) -> list[str]:
    persons = [part for one in world.persons for part in (one.name, one.address)]
    firms = [part for one in world.enterprises for part in (one.name, one.representative)]
    return [*persons, *firms]


def _base64(data: bytes) -> Iterator[bytes]:
    """Give what base64 makes of ``data`` wherever it stands in a longer text."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            # Characters that neighbours have a part in are left out.
            head, tail = (0, 2, 3)[before], (len(data) + before) % 3
            coded = encode(b"\0" * before + data).rstrip(b"=")
            yield coded[head : len(coded) - (1 if tail else 0)]


def _grouped(number: str, between: str) -> Iterator[str]:
    parts = (number[:6], number[6:14], number[14:])
    if len(number) == MOBILE_DIGITS:
        parts = (number[:3], number[3:7], number[7:])
    fours = [number[at : at + 4] for at in range(0, len(number), 4)]
    yield between.join(parts)
    yield between.join(fours)
    yield between.join(number)


def spellings(number: str) -> dict[str, set[bytes]]:
    """Return the ways in which a number may be written, by name."""
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number)
    texts = {
        "plain": {number},
        "lower case": {number.lower()},
        "full-width": {wide},
        "spaced": set(_grouped(number, " ")),
        "dashed": set(_grouped(number, "-")),
        "percent-encoded": {"".join(f"%{ord(one):02X}" for one in number)},
        "character references": {
            "".join(f"&#{ord(one)};" for one in number),
            "".join(f"&#x{ord(one):x};" for one in number),
            "".join(f"&#x{ord(one):X};" for one in number),
        },
        "escaped": {"".join(f"\\u{ord(one):04x}" for one in number)},
        "hexadecimal": {number.encode().hex(), number.encode().hex().upper()},
    }
    if len(number) > MOBILE_DIGITS and number[:17].isdigit():
        # The form before 1999: no century, no check character.
        texts["15 digits"] = {number[:6] + number[8:17]}
    found = {name: {text.encode() for text in some} for name, some in texts.items()}
    found["base64"] = set(_base64(number.encode()))
    found["UTF-16"] = {number.encode("utf-16-le"), number.encode("utf-16-be")}
    return found


def leaks(data: bytes, *, numbers: list[str], words: list[str]) -> set[str]:
    """Return which spellings of the numbers, and which words, stand in ``data``."""
    found = {
        f"{spelling} of a number"
        for number in numbers
        for spelling, coded in spellings(number).items()
        if any(one in data for one in coded)
    }
    for word in words:
        escaped = word.encode("unicode_escape")
        coded = {word.encode(), word.encode("gb18030"), word.encode("utf-16-le"), escaped}
        if any(one in data for one in (*coded, *_base64(word.encode()))):
            found.add(f"word of {len(word)} characters")
    return found


@pytest.mark.parametrize("number", _numbers(WORLD)[:2] + _numbers(WORLD)[-1:])
@pytest.mark.parametrize("around", [("", ""), ("a", "b"), ("xy=", "&z"), ("abc", "de")])
def test_the_search_finds_every_spelling(number: str, around: tuple[str, str]) -> None:
    before, after = (part.encode() for part in around)
    for name, coded in spellings(number).items():
        for one in coded:
            assert leaks(before + one + after, numbers=[number], words=[]), name
    whole = before + number.encode() + after
    for text in (base64.b64encode(whole), base64.urlsafe_b64encode(whole)):
        assert leaks(text, numbers=[number], words=[]) == {"base64 of a number"}
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number)
    assert unicodedata.normalize("NFKC", wide) == number
    assert (
        leaks(b"113101159999011534400011799900020260302000001", numbers=[number], words=[])
        == set()
    )


def test_the_search_finds_names_in_every_encoding() -> None:
    for word in _words(WORLD):
        for coded in (
            word.encode(),
            word.encode("gb18030"),
            base64.b64encode(b"12" + word.encode()),
        ):
            assert leaks(b"x" + coded + b"y", numbers=[], words=[word])


@dataclass
class Seen:
    """What passed through the run, and what was left of it."""

    folder: Path
    outputs: dict[str, str] = field(default_factory=dict)
    logs_of_writes: dict[str, bytes] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


@contextmanager
def _sampled(seen: Seen) -> Iterator[None]:
    """Keep copies of the write-ahead logs while the nodes run: a clean end removes them.

    Yields:
        Nothing.
    """
    over = threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_S):
            for path in seen.folder.glob("*.db-wal"):
                try:
                    data = path.read_bytes()
                except OSError:
                    continue
                if len(data) > len(seen.logs_of_writes.get(path.name, b"")):
                    seen.logs_of_writes[path.name] = data

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _listening(
    patch: pytest.MonkeyPatch, seen: Seen
) -> Callable[[], tuple[Outcome, dict[str, int]]]:
    """Note tokens, keys and the outcome as they pass; change nothing."""
    play, call, played = story.play, Troupe.call, command._played
    kept: list[tuple[Outcome, dict[str, int]]] = []

    def note_tokens(simulator: str, *, person: str, organisation: str) -> Login:
        login = log_in(simulator, person=person, organisation=organisation)
        tokens = [token.reveal() for token in (*login.tokens.values(), login.mandate)]
        seen.secrets += [part for token in tokens for part in token.split(".")[1:]]
        return login

    def note_key(
        troupe: Troupe, world: World, *, clock: Clock, told: Callable[[str], None]
    ) -> Outcome:
        seen.secrets.append(troupe.key.reveal())
        return play(troupe, world, clock=clock, told=told)

    def note_body(troupe: Troupe, region: str, verb: str, body: Json) -> Json:
        seen.sent.append(json.dumps(body, ensure_ascii=False))
        return call(troupe, region, verb, body)

    def note_outcome(folder: Path, wish: command._Wish) -> tuple[Outcome, dict[str, int]]:
        kept.append(played(folder, wish))
        return kept[-1]

    patch.setattr(story, "log_in", note_tokens)
    patch.setattr(story, "play", note_key)
    patch.setattr(Troupe, "call", note_body)
    patch.setattr(command, "_played", note_outcome)
    return lambda: kept[0]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One whole run, with all that it printed in every form."""
    found = Seen(tmp_path_factory.mktemp("privacy") / "kept")
    with pytest.MonkeyPatch.context() as patch, _captured() as told:
        outcome = _listening(patch, found)
        with _sampled(found), pytest.raises(SystemExit) as ended:
            main(["demo", "--keep", str(found.folder)])
        assert ended.value.code == 0
        found.outputs["zh"] = told()
        # What one run found, told in every other form.
        forms: dict[str, tuple[Lang, bool]] = {"en": ("en", False), "json": ("zh", True)}
        for name, (lang, as_json) in forms.items():
            wish = command._Wish(0.0, as_json, None, lang, profile="development")
            report = report_on(outcome()[0], seconds=1.0, restarts={})
            command._conclude(report, outcome()[0], wish)
            found.outputs[name] = told()
    found.secrets += list(secrets_of(WORLD).values())
    for region in (SUZHOU, PUDONG):
        for file in (found.folder / "keys" / region).iterdir():
            lines = file.read_text(encoding="ascii").splitlines()
            found.secrets += [one for one in lines if len(one) > 20 and "-" not in one[:2]]
    return found


@contextmanager
def _captured() -> Iterator[Callable[[], str]]:
    """Capture standard output and error together, at the level of this process.

    Yields:
        What returns all that was told since it was last asked.
    """
    out = StringIO()
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = out

    def told() -> str:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text

    try:
        yield told
    finally:
        sys.stdout, sys.stderr = before


def _everything(seen: Seen) -> dict[str, bytes]:
    """Return all that was printed or written, save keys and the region's own system."""
    found = {f"output {name}": text.encode() for name, text in seen.outputs.items()}
    found |= seen.logs_of_writes
    for path in seen.folder.rglob("*"):
        private = "keys" in path.relative_to(seen.folder).parts
        if path.is_file() and not private and path.name != SYSTEM_OF_THE_REGION:
            found[str(path.relative_to(seen.folder))] = path.read_bytes()
    return found


def test_the_run_was_a_real_one(seen: Seen) -> None:
    everything = _everything(seen)
    for region in (SUZHOU, PUDONG):
        assert len(everything[f"{region}.db"]) > 50_000
        assert len(everything[f"{region}.db-wal"]) > 50_000
        assert everything[f"{region}.log"]
    assert everything["simulator.log"]
    assert "已送达" in seen.outputs["zh"]
    assert "delivered, every step verified" in seen.outputs["en"]
    assert seen.outputs["json"].startswith('{"case"')
    # Three tokens in two parts each, the application's key, three secrets, two rings.
    assert len(seen.secrets) > 12
    # What is searched for did pass through the nodes, in plain.
    sent = "".join(seen.sent)
    people = [WORLD.person(key).party() for key in AGENTS]
    firms = [WORLD.enterprise(key).party() for key in FIRMS]
    for party in (*people, *firms):
        assert party.code.reveal() in sent
        assert party.name.reveal() in sent
    assert WORLD.person(AGENTS[0]).mobile in sent
    application_key, *tokens = seen.secrets[:7]
    assert all(part in sent for part in tokens)
    assert application_key not in sent
    assert (seen.folder / SYSTEM_OF_THE_REGION).is_file()


def test_no_number_and_no_name_is_found_anywhere(seen: Seen) -> None:
    numbers, words = _numbers(WORLD), _words(WORLD)
    found = {
        place: told
        for place, data in _everything(seen).items()
        if (told := leaks(data, numbers=numbers, words=words))
    }
    assert found == {}


def test_no_token_and_no_key_is_found_anywhere(seen: Seen) -> None:
    found = {
        f"{place}: {secret[:6]}…"
        for place, data in _everything(seen).items()
        for secret in seen.secrets
        if any(one in data for one in (secret.encode(), *_base64(secret.encode())))
    }
    assert found == set()
