"""CertLogic expressions and data to run them on, small and near each other's borders."""

from typing import Final

from hypothesis import strategies as st

from interop.model.canonical import Json

PATHS: Final = ("a", "b", "c.0", "c.0.x", "d", "d.x", "c.1", "u", "")
TEXTS: Final = ("", "x", "y", "2021-02-28", "2020-02-29T23:00:00Z", "2021-03", "URN:UVCI:x/y#2")
SCALARS: Final[st.SearchStrategy[Json]] = st.one_of(
    st.booleans(), st.integers(-2, 3), st.sampled_from(TEXTS)
)
VALUES: Final[st.SearchStrategy[Json]] = st.recursive(
    st.one_of(st.none(), SCALARS, st.just(1.5)),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.sampled_from("xyz"), below, max_size=2)
    ),
    max_leaves=4,
)


def data() -> st.SearchStrategy[Json]:
    """Return data whose places the expressions reach."""
    places = dict.fromkeys(("a", "b", "d", "u"), VALUES)
    rows = st.lists(st.one_of(VALUES, st.fixed_dictionaries({"x": VALUES})), max_size=3)
    return st.fixed_dictionaries({}, optional=places | {"c": rows}).map(lambda found: {**found})


def expressions(paths: tuple[str, ...] = PATHS) -> st.SearchStrategy[Json]:
    """Return CertLogic expressions, typed rightly or not."""
    leaves: st.SearchStrategy[Json] = st.one_of(
        st.sampled_from(paths).map(lambda path: {"var": path}), SCALARS
    )
    return st.recursive(leaves, _wider, max_leaves=6)


def _wider(below: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    shift = st.tuples(
        below, st.integers(-13, 13), st.sampled_from(("year", "month", "day", "hour"))
    )
    several = st.lists(below, min_size=2, max_size=3)
    moments = st.lists(_named("plusTime", shift), min_size=2, max_size=3)
    literals = st.lists(SCALARS, max_size=4)
    parts = st.one_of(literals, st.lists(below, min_size=1, max_size=3))
    return st.one_of(
        _named("if", st.tuples(below, below, below)),
        _named("and", several),
        _named("!", st.tuples(below)),
        _named("===", st.tuples(below, below)),
        _named("in", st.tuples(below, literals)),
        _named("in", st.tuples(SCALARS, below)),
        _named("+", st.tuples(below, below)),
        st.sampled_from(("<", ">", "<=", ">=")).flatmap(lambda name: _named(name, several)),
        st.sampled_from(("before", "after", "not-before", "not-after")).flatmap(
            lambda name: _named(name, st.one_of(moments, several))
        ),
        _named("plusTime", shift),
        _named("dccDateOfBirth", st.tuples(below)),
        _named("extractFromUVCI", st.tuples(below, st.integers(-1, 3))),
        _named("reduce", st.tuples(parts, _folds(), SCALARS)),
        _named("reduce", st.tuples(below, _folds(), SCALARS)),
    )


def _folds() -> st.SearchStrategy[Json]:
    current: Json = {"var": "current"}
    folded: Json = {"var": "accumulator"}
    found: list[Json] = [
        {"+": [folded, {"if": [current, 1, 0]}]},
        {"if": [folded, {"var": "current.x"}, current]},
        {"and": [folded, {"!": [current]}]},
        current,
    ]
    return st.sampled_from(found)


def _named(name: str, operands: st.SearchStrategy[object]) -> st.SearchStrategy[Json]:
    return operands.map(lambda found: {name: _listed(found)})


def _listed(found: object) -> Json:
    return list(found) if isinstance(found, list | tuple) else None
