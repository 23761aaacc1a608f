"""All that is held on one person, for whom asks to see or copy it (查阅、复制).

A case that the person applied in is told whole. In one of another applicant, where they only
act or consent, what is their own is told: their record, grants and certificates, and that the
case exists. Bearer tokens are told by digest: a copy of one would be a key in a file.

Source: 个人信息保护法 第四十五条.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from errno import EEXIST
from pathlib import Path
from typing import Final

from interop.errors import CaseError
from interop.gateway.dossier import PACKAGE
from interop.gateway.filing import APPLICATION, parties_of
from interop.model import resident_id, uscc
from interop.model.canonical import Json, canonical_bytes, digest
from interop.model.case import Application, Package
from interop.model.day import day_of
from interop.model.party import Party, Role, Scheme
from interop.model.sensitive import Sensitive
from interop.store import Store, audit, letters, materials, vault
from interop.store import cases as rows
from interop.store.cases import CaseRow
from interop.store.tx import Tx

EXPORTED: Final = "person-exported"
TOKENS: Final = ("token", "mandate")
FORMAT: Final = 1
PAGE_CASES: Final = 100


def export_person(
    store: Store, scheme: Scheme, code: Sensitive, file: Path, *, at: datetime
) -> int:
    """Write all that is held on one person to a new file of the owner's; return the cases.

    The file has its name only once a line in the audit chain says that it was made; the line
    names nobody, by the digest of the file.

    Args:
        store: The store.
        scheme: What kind of number it is.
        code: The number; a small x or spaces are taken for what they stand for.
        file: Where; must not exist.
        at: Now, aware.

    Raises:
        CaseError: The number is none: else "nothing is held" would answer a slip of the pen.
        OSError: It exists already, or cannot be written.
        StoreError: The store refuses; no file is left.
    """
    partial = file.with_name(file.name + ".part")
    if file.exists():
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(file))
    held = _all(store, (scheme, _number(scheme, code.reveal(), at)), at)
    data = canonical_bytes(held)
    try:
        _write(partial, data)
        with store.transaction() as tx:
            audit.append(tx, kind=EXPORTED, case="", digest=digest(data), at=at)
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    cases = held["cases"]
    return len(cases) if isinstance(cases, list) else 0


def _number(scheme: Scheme, text: str, at: datetime) -> str:
    person = scheme == Scheme.RESIDENT_ID
    found = resident_id.inspect(text, on=day_of(at)) if person else uscc.inspect(text)
    if found.errors:
        raise CaseError(*found.errors)
    return found.value


def _write(file: Path, data: bytes) -> None:
    file.unlink(missing_ok=True)
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _all(store: Store, who: tuple[Scheme, str], at: datetime) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "person": {"scheme": who[0].value, "code": who[1]},
        "cases": [*_cases(store, who)],
    }


def _cases(store: Store, who: tuple[Scheme, str]) -> Iterator[Json]:
    after = ""
    while True:
        with store.transaction() as tx:
            lookup = tx.lookup(f"{who[0]}|{who[1]}")
            page = rows.by_party(tx, lookup, after=after, limit=PAGE_CASES)
            told = [_case(tx, r, who) for r in page if not vault.destroyed(tx, r.number)]
        yield from told
        if len(page) < PAGE_CASES:
            return
        after = page[-1].number


def _case(tx: Tx, row: CaseRow, who: tuple[Scheme, str]) -> Json:
    application, package = _filed(tx, row)
    roles = _roles(application, who)
    told: dict[str, Json] = {
        "number": row.number,
        "item": row.item,
        "receiving": row.receiving,
        "handling": row.handling,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "roles": [*roles],
    }
    told |= _own(application, package, roles)
    if "applicant" in roles:
        told |= _whole(tx, row, application, package)
    return told


def _filed(tx: Tx, row: CaseRow) -> tuple[Application, Package | None]:
    kept = rows.document(tx, row.number, PACKAGE)
    package = None if kept is None else Package.from_json(kept, field=PACKAGE)
    if package is not None:
        return package.application, package
    # A draft that was begun and not finished has its application only.
    drafted = rows.document(tx, row.number, APPLICATION) or b""
    return Application.from_json(drafted, field=APPLICATION), None


def _roles(application: Application, who: tuple[Scheme, str]) -> dict[Role, Party]:
    return {
        role: party
        for role, party in parties_of(application).items()
        if (party.scheme, party.code.reveal()) == who
    }


def _own(
    application: Application, package: Package | None, roles: Mapping[Role, Party]
) -> dict[str, Json]:
    grants = () if package is None else package.grants
    own = [grant for grant in grants if grant.holder in roles]
    names = {grant.id for grant in own}
    held = () if package is None else package.certificates
    return {
        "as_party": {role: party.revealed() for role, party in roles.items()},
        "contact_mobile": _mobile(application, roles),
        "grants": [grant.revealed() for grant in own],
        "certificates": [one.revealed() for one in held if one.grant in names],
    }


def _mobile(application: Application, roles: Mapping[Role, Party]) -> Json:
    mobile = application.contact_mobile
    return mobile.reveal() if mobile is not None and roles else None


def _whole(
    tx: Tx, row: CaseRow, application: Application, package: Package | None
) -> dict[str, Json]:
    number = row.number
    lines: list[Json] = [
        {"n": line.n, "kind": line.kind, "at": line.at.isoformat()}
        for line in audit.lines(tx, number)
    ]
    return {
        "application": application.revealed(),
        "package": None if package is None else _without_tokens(package),
        "facts": [fact.revealed() for fact in rows.facts(tx, number)],
        "notices": [notice.revealed() for notice in rows.notices(tx, number)],
        "materials": [*_materials(tx, number)],
        "undelivered": [letter.reason_code for letter in letters.dead_letters_of(tx, number)],
        "tokens": _tokens(package),
        "audit": lines,
    }


def _without_tokens(package: Package) -> Json:
    return package.model_copy(update=dict.fromkeys(TOKENS)).revealed()


def _tokens(package: Package | None) -> Json:
    if package is None:
        return {}
    held = {name: getattr(package, name) for name in TOKENS}
    return {
        name: digest(token.reveal().encode())
        for name, token in held.items()
        if isinstance(token, Sensitive)
    }


def _materials(tx: Tx, number: str) -> Iterator[Json]:
    for one in materials.listed(tx, number):
        told = one.told.revealed()
        state: dict[str, Json] = {"held": one.held, "complete": one.complete}
        yield {**told, **state} if isinstance(told, dict) else state
