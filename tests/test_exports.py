"""The public names: few, lazy, documented."""

from pathlib import Path

import pytest

import interop

NAMES_MAX = 30


def test_there_are_few_public_names() -> None:
    assert len(interop.__all__) <= NAMES_MAX
    assert sorted(interop.__all__) == interop.__all__
    assert set(interop.__all__) <= set(dir(interop))


@pytest.mark.parametrize("name", interop.__all__)
def test_every_public_name_loads_and_says_what_it_is(name: str, root: Path) -> None:
    thing = getattr(interop, name)
    assert thing.__doc__
    assert f"`{name}`" in (root / "docs/reference/api.md").read_text(encoding="utf-8")


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="`Gatway`"):
        _ = interop.Gatway
