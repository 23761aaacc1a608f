"""Draw metadata policies and metadata over so few values that they meet, clash and repeat.

Source: OpenID Federation 1.0 section 6.1.3.
"""

from typing import Final

from hypothesis import strategies as st

from interop.model.canonical import Json

WORDS: Final = ("a", "b", "c")
OPERATORS: Final = (
    *("value", "add", "default", "one_of", "subset_of", "superset_of"),
    "essential",
)
# Parameters of each shape: an array, a single value, and the text that is meant as a set.
ARRAY, SINGLE, SCOPE = "contacts", "subject_type", "scope"
PARAMETERS: Final = (ARRAY, SINGLE, SCOPE)

_WORD: Final = st.sampled_from(WORDS)
_WORDS: Final = st.lists(_WORD, max_size=3, unique=True)
_SCOPES: Final = _WORDS.map(" ".join)

Operators = dict[str, Json]


def values(parameter: str) -> st.SearchStrategy[Json]:
    """Return values that the parameter may well have."""
    drawn: dict[str, st.SearchStrategy[Json]] = {
        ARRAY: _WORDS.map(list),
        SINGLE: _WORD,
        SCOPE: _SCOPES,
    }
    return drawn[parameter]


def operands(parameter: str, operator: str) -> st.SearchStrategy[Json]:
    """Return operands that ``operator`` takes for the parameter."""
    if operator == "essential":
        return st.booleans()
    if operator == "value":
        return st.one_of(values(parameter), values(parameter), st.none())
    if operator == "default":
        return values(parameter)
    if operator == "one_of":
        one = _SCOPES if parameter == SCOPE else _WORD
        return st.lists(one, min_size=1, max_size=3, unique=True).map(list)
    return _WORDS.map(list)


def operators(parameter: str) -> st.SearchStrategy[Operators]:
    """Return what one policy says of the parameter: one to three operators."""

    def filled(names: list[str]) -> st.SearchStrategy[Operators]:
        return st.fixed_dictionaries({name: operands(parameter, name) for name in names})

    return st.lists(st.sampled_from(OPERATORS), min_size=1, max_size=3, unique=True).flatmap(
        filled
    )


def policies() -> st.SearchStrategy[dict[str, Operators]]:
    """Return one superior's policy over one or more of the parameters."""
    return st.fixed_dictionaries(
        {}, optional={name: operators(name) for name in PARAMETERS}
    ).map(dict)


def chains(*, size_max: int = 3) -> st.SearchStrategy[list[dict[str, Operators]]]:
    """Return policies from a trust anchor's down; many of them conflict."""
    return st.lists(policies(), min_size=1, max_size=size_max)


def metadata() -> st.SearchStrategy[dict[str, Json]]:
    """Return metadata with some of the parameters, and one that no policy speaks of."""
    return st.fixed_dictionaries(
        {"client_name": st.just("甲")}, optional={name: values(name) for name in PARAMETERS}
    ).map(dict)


# What may stand where JSON of another type is expected.
ANY_JSON: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | _WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORD, inner, max_size=2),
    max_leaves=5,
)
