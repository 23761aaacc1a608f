"""Codecs of lists of values: one text with a separator, or a JSON list."""

from typing import Final

from interop.lens.codec import Codec, Domain, read_value
from interop.lens.unfit import Unfit
from interop.model.canonical import Json

ITEMS_MAX: Final = 1_000


def split_codec(spec: str, separator: str, inner: Codec) -> Codec:
    """Return the codec of a text that holds a list, its parts between ``separator``."""

    def read(text: str) -> Json:
        return _each(text.split(separator), inner)

    def write(value: Json) -> str:
        if not isinstance(value, list) or not value or len(value) > ITEMS_MAX:
            raise Unfit
        text = separator.join(str(inner.print(part)) for part in value)
        if read(text) != value:
            raise Unfit
        return text

    domain = Domain("list", item=inner.domain, avoid=separator)
    return Codec(spec, domain, read, write, exact=inner.exact)


def list_codec(spec: str, inner: Codec) -> Codec:
    """Return the codec of a JSON list of values."""

    def read(value: Json) -> Json:
        if not isinstance(value, list):
            raise Unfit
        return _each(value, inner)

    def write(value: Json) -> Json:
        if not isinstance(value, list) or len(value) > ITEMS_MAX:
            raise Unfit
        return [inner.print(part) for part in value]

    return Codec(
        spec, Domain("list", item=inner.domain), read, write, exact=inner.exact, raw=True
    )


def _each(parts: "list[str] | list[Json]", inner: Codec) -> Json:
    """Return what every part means; raise Unfit with all faulty parts."""
    if len(parts) > ITEMS_MAX:
        raise Unfit
    found: list[Json] = []
    faults: list[tuple[str, object]] = []
    for number, part in enumerate(parts):
        try:
            found.append(read_value(inner, part))
        except Unfit:
            faults.append((f"[{number}]", part))
    if faults:
        raise Unfit(*faults)
    return found
