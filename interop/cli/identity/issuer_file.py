"""Write a file of identity/issuers as TOML, the way it is read."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from interop.federation import IssuerFile, IssuerRow

TABLES: Final = ("subject", "assurance", "sources", "keys")


def issuer_toml(file: IssuerFile) -> str:
    """Return ``file`` as TOML; reading it gives the same file again."""
    lines = [f"region = {_value(file.region)}", f"zh = {_value(file.zh)}"]
    for row in file.issuer:
        lines += ["", "[[issuer]]", *_row(row)]
    return "\n".join(lines) + "\n"


def _row(row: IssuerRow) -> Iterator[str]:
    members = row.model_dump(mode="python", exclude_none=True)
    for name, value in members.items():
        if name not in TABLES:
            yield f"{name} = {_value(value)}"
    for name in ("subject", "assurance", "sources"):
        if members.get(name):
            yield f"\n[issuer.{name}]"
            yield from _members(members[name])
    for key in members["keys"]:
        yield "\n[[issuer.keys]]"
        yield from _members({n: v for n, v in key.items() if n != "jwk"})
        yield "[issuer.keys.jwk]"
        yield from _members(key["jwk"])


def _members(table: Mapping[str, object]) -> Iterator[str]:
    return (f"{_text(name)} = {_value(value)}" for name, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _text(str(value))


def _text(text: str) -> str:
    # A basic string of TOML is one of JSON, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
