"""The laws hold on every shipped mapping; the route is taken to the next province."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import settings

from interop.conformance.laws import check_laws, lawful
from interop.lens import Lens, MappingFile

ROOT = Path(__file__).parents[2] / "mappings/certificates"
FILES = sorted(f"{path.parent.name}/{path.stem}" for path in ROOT.glob("*/[0-9]*.toml"))
# A run draws one example per law and file for six of a single law.
EXAMPLES = settings().max_examples // 6


def read(name: str) -> MappingFile:
    text = (ROOT / f"{name}.toml").read_text(encoding="utf-8")
    return MappingFile.from_value(tomllib.loads(text))


@pytest.mark.parametrize("name", FILES)
def test_the_laws_hold(name: str) -> None:
    family = [one for one in FILES if one.partition("/")[0] == name.partition("/")[0]]
    neighbour = family[(family.index(name) + 1) % len(family)]
    verdicts = check_laws(
        read(name), others={neighbour: Lens.of(read(neighbour))}, examples=EXAMPLES
    )
    assert lawful(verdicts), [one for one in verdicts if one.holds is False]
    assert {one.law for one in verdicts if one.holds} >= {
        *("get-put", "put-get", "create-get", "unmapped-preserved", "bytes"),
        *("totality", "every-fault", "route", "examples"),
    }


def test_a_refused_draw_prints_no_mapping() -> None:
    file = read("associate-constructor/340000")
    # The draws of this file come to a refused one after about a hundred.
    assert lawful(check_laws(file, examples=166))
