"""Paths that no document can be read by are told of before anything is compiled."""

import pytest

from interop.conformance.laws import check_laws, lawful
from interop.lens import check_mapping
from tests.lens.conftest import load

HEAD = """[mapping]
id = "990000.x"
version = "1.0.0"
region = "990000"
strict = false
"""
XML = f'{HEAD}format = "xml-path"\nroot = "R"\n'
JSON = f'{HEAD}format = "json"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f'{XML}[fields]\n"a" = "@id"\n"b" = "@id"', "lens-path-overlap"),
        (f'{XML}[fields]\n"a" = "N"\n"b" = "N.@x"\n"c" = "N.@x"', "lens-path-overlap"),
        (f'{JSON}[fields]\n"a" = "n"\n"b" = "n.@x"', "lens-path-overlap"),
        (f'{JSON}[fields]\n"a" = "n"\n[splits]\n"n" = "{{x}}-{{y}}"', "lens-path-overlap"),
        (
            f'{JSON}embedded = [{{ path = "n", format = "json" }}]\n[fields]\n"a" = "n"',
            "lens-path-overlap",
        ),
        (f'{XML}[fields]\n"a" = "q:N"', "lens-path-malformed"),
        (f'{XML}[fields]\n"a" = "1N"', "lens-path-malformed"),
        (f'{JSON}[fields]\n"a" = "list[]"', "lens-path-malformed"),
    ],
)
def test_paths_that_lead_nowhere(text: str, code: str) -> None:
    assert {reason.code for reason in check_mapping(load(text))} == {code}


def test_elements_go_by_any_letters_and_dots() -> None:
    assert not check_mapping(
        load(f'{XML}[fields]\n"a" = "名称\\\\.é"\n"b" = "名称\\\\.é.@xml:lang"')
    )


@pytest.mark.parametrize("root", ["", "a", "a.b[]"])
def test_a_file_that_is_open_can_be_lawful(root: str) -> None:
    text = f'{JSON}open = true\nroot = "{root}"\n[fields]\n"a" = "n"\n"b" = "m"'
    assert lawful(check_laws(load(text), examples=10))
