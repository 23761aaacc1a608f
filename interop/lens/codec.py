"""What a codec is: a pair of functions and the domain they are inverse on, as plain data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from interop.lens.unfit import Unfit
from interop.model.canonical import Json

Codes: TypeAlias = Mapping[str, Mapping[str, str]]
DomainKind: TypeAlias = Literal[
    "text", "name", "half", "address", "date", "date-or-open", "instant", "choice", "bool",
    "decimal", "number", "amount", "uscc", "resident-id", "cert-id", "region", "digits",
    "template", "list",
]  # fmt: skip
TEXTUAL: Final = frozenset(
    {"text", "name", "half", "uscc", "resident-id", "cert-id", "region", "digits", "template"}
)


@dataclass(frozen=True, slots=True)
class Domain:
    """The canonical values of a codec, as plain data.

    Attributes:
        kind: What they are.
        choices: All of them, sorted, where the domain is a closed list; the characters of
            the private use area that a name may hold; the currencies of an amount.
        item: The domain of each part, for lists.
        template: The template, for texts made of parts.
        avoid: Text that no value holds, such as the separator of a list.
    """

    kind: DomainKind
    choices: tuple[str, ...] = ()
    item: "Domain | None" = None
    template: str = ""
    avoid: str = ""


@dataclass(frozen=True, slots=True)
class Codec:
    """A pair of functions with the domain they are inverse on.

    Attributes:
        spec: As written in the mapping file.
        domain: Canonical values.
        parse: Text without surrounding blanks (the JSON value itself if ``raw``) to the
            canonical value; raises Unfit.
        print: The way back; raises Unfit.
        exact: Whether each value has one spelling; ``put`` keeps the old one otherwise.
        kept: Whether values repeat so often that reading may be remembered; never set for
            what can name a person.
        raw: Whether the document holds something else than text.
        blank: Whether empty text means something.
        rewrite: Printing that takes after the old text, such as its unit.
    """

    spec: str
    domain: Domain
    parse: Callable[..., Json] = field(repr=False)
    print: Callable[[Json], Json] = field(repr=False)
    exact: bool = True
    kept: bool = False
    raw: bool = False
    blank: bool = False
    rewrite: Callable[[Json, str], Json] | None = field(default=None, repr=False)


def read_value(codec: Codec, value: Json) -> Json:
    """Return what ``value`` means; blanks around text do not count. Raise Unfit."""
    if codec.raw:
        return codec.parse(value)
    if not isinstance(value, str):
        raise Unfit
    return codec.parse(value.strip())
