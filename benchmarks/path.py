"""The pieces of a case's way that run in one process, against a raw peer where there is one.

Ratios ``peer_vs_ours`` are the peer's time over ours: 0.5 means that it takes half as long.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

import jwt

from benchmarks.measure import interleave
from interop.conformance.strategies.exchange import (
    CASES,
    EAST,
    LANES,
    WEST,
    Site,
    a_message,
    introduced,
)
from interop.conformance.strategies.federation import AUDIENCE, IDP, Delta, a_login
from interop.criteria import decide
from interop.federation import issue
from interop.gateway.library import Library
from interop.knowledge import Knowledge
from interop.model.canonical import Json
from interop.model.day import SHANGHAI
from interop.simulator.applicants import ITEM, PUDONG, SUZHOU, advertisement
from interop.simulator.world import LICENCE, Element, World, default_world
from interop.store.lanes import lane_of

Work = Callable[[], object]

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
ROUNDS: Final = 11
REPEAT: Final = 5
# Outbox, batch, inbox, receipt: what one message costs in transactions at least.
COMMITS: Final = 4


def run() -> dict[str, float]:
    """Return the median cost of each piece, and how raw peers compare.

    ``decide_us`` decides one application by all criteria of an item. ``map_us`` reads a
    licence of one province and writes it in the format of another. ``verify_token_us``
    verifies an access token with all checks; the peer, PyJWT, checks signature, audience and
    issuer alone. ``batch_roundtrip_ms`` posts a message, seals the batch, applies it on the
    other side and closes it on the receipt, each in a durable transaction; the peer is as many
    bare commits of SQLite.
    """
    world, library = default_world(), Library(Knowledge())
    ours, peer = _tokens()
    with _channel() as roundtrip, _bare_commits() as commits:
        timing = interleave(
            {
                "decide": _deciding(library, world),
                "map": _mapping(library, world),
                "verify": ours,
                "pyjwt": peer,
                "roundtrip": roundtrip,
                "commits": commits,
            },
            rounds=ROUNDS,
            repeat=REPEAT,
        )
    us = {name: seconds * 1e6 for name, seconds in timing.medians.items()}
    return {
        "decide_us": round(us["decide"], 1),
        "map_us": round(us["map"], 1),
        "verify_token_us": round(us["verify"], 1),
        "batch_roundtrip_ms": round(us["roundtrip"] / 1000, 2),
        "pyjwt_vs_ours": round(timing.ratio("pyjwt", "verify"), 2),
        "bare_commits_vs_ours": round(timing.ratio("commits", "roundtrip"), 2),
    }


def _deciding(library: Library, world: World) -> Work:
    criterion = library.criterion(library.item(ITEM, PUDONG))
    application = advertisement(world, at=START)
    held = [material.code for material in application.materials]
    spared = ("business-licence", "agent-id")
    return lambda: decide(
        criterion,
        application.facts,
        materials=held,
        spared=spared,
        has_agent=True,
        on=START.date(),
    )


def _mapping(library: Library, world: World) -> Work:
    here, there = (library.lens("business-licence", region) for region in (SUZHOU, PUDONG))
    licence = next(world.certificates(LICENCE, world.enterprise("enterprise-a").number))
    document = _document(licence)
    return lambda: there.create(here.get(document))


def _document(elements: tuple[Element, ...]) -> Json:
    return {
        name: value if isinstance(value, str) else _document(value) for name, value in elements
    }


def _tokens() -> tuple[Work, Work]:
    delta = Delta()
    token, verifier = issue(a_login(), delta.east, env="sim").reveal(), delta.verifier()
    key = jwt.PyJWK(delta.east.public.to_jwk()).key

    def peer() -> object:
        return jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            issuer=IDP,
            # It has no settable clock.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )

    return (lambda: verifier.verify(token)), peer


@contextmanager
def _channel() -> Iterator[Work]:
    case, numbers = CASES[0], count(1)
    with tempfile.TemporaryDirectory() as folder:
        east, west = (Site(party, Path(folder)) for party in introduced(EAST, WEST))

        def roundtrip() -> object:
            n = next(numbers)
            east.post(a_message(case, n), peer=WEST, message_id=f"m{n}")
            row = east.batch(WEST, lane_of(case, LANES))
            if row is None:
                msg = "a posted message makes no batch"
                raise AssertionError(msg)
            return east.close(row, west.receive(row.wire))

        with closing(east.store), closing(west.store):
            yield roundtrip


@contextmanager
def _bare_commits() -> Iterator[Work]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as bare,
    ):
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE line (n INTEGER PRIMARY KEY, body BLOB)")
        body = bytes(1000)

        def commits() -> None:
            for _ in range(COMMITS):
                bare.execute("INSERT INTO line (body) VALUES (?)", (body,))

        yield commits
