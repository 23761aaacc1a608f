"""What a trust chain proposes to the registry: never more than the region already may.

A chain that holds shows that an anchor's superiors vouch for an entity, not what its words
are worth here. So an entry is proposed within the rows that the registry has for the region,
for an operator to check and to lay down; no verification ever looks at a chain.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from interop.crypto.algorithms import printable
from interop.crypto.jwk import PRIVATE_MEMBERS
from interop.errors import KnowledgeError, Reason
from interop.federation.chain import TrustChain
from interop.federation.chain_constraints import FEDERATION_ENTITY, host_of
from interop.federation.chain_keys import ALG_OF_CURVE
from interop.federation.chain_reasons import (
    PROPOSAL_ACR,
    PROPOSAL_CEILING,
    PROPOSAL_ELSEWHERE,
    PROPOSAL_ENTITY,
    PROPOSAL_IDENTIFIER,
    PROPOSAL_KEY_CHANGED,
    PROPOSAL_KEYS,
    PROPOSAL_REGION,
    PROPOSAL_ROLE,
    PROPOSAL_SUBJECT,
    PROPOSAL_TOKEN_TYPE,
)
from interop.federation.files import (
    KEYS_MAX,
    IssuerFile,
    IssuerKey,
    IssuerRow,
    SubjectRule,
    TokenType,
    check_issuers,
)
from interop.federation.signed import RegistryFiles
from interop.model.canonical import Json
from interop.model.day import SHANGHAI
from interop.model.party import AssuranceLevel
from interop.model.ports import Env

ENTITY_TYPE: Final = "openid_provider"
ROLE: Final = "idp"
NAME_CHARS_MAX: Final = 60
PUBLIC_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "n", "e", "kid", "use", "alg"})
_MATERIAL: Final = PUBLIC_MEMBERS - {"kid", "use", "alg"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to one file of identity/issuers, to be checked by an operator.

    Attributes:
        before: The region's file as it is.
        after: The file as it would be.
        row: The row that is new or changed.
    """

    before: IssuerFile
    after: IssuerFile
    row: IssuerRow


def propose(
    chain: TrustChain, files: RegistryFiles, *, region: str, env: Env, now: datetime
) -> Proposal:
    """Return the entry that ``chain`` proposes for ``region``.

    An issuer that is registered may get further keys and nothing else. A new one gets what
    its metadata asks for, within the roles, token types, levels, ceilings and lifetimes of
    the region's identity providers; its keys live as long as the chain.

    Args:
        chain: A chain that held.
        files: The registry as it is.
        region: Region code whose file it goes into.
        env: Env of the row.
        now: The present instant, aware; from then on a new key may sign.

    Raises:
        KnowledgeError: ``proposal-…``: every right that it asks for and the region has not;
            or what makes the row unsound.
    """
    file = next((f for f in files.issuers if f.region == region), None)
    metadata = chain.metadata.get(ENTITY_TYPE)
    if metadata is None:
        raise KnowledgeError(PROPOSAL_ENTITY.of(field="metadata", expected=ENTITY_TYPE))
    if file is None:
        raise KnowledgeError(PROPOSAL_REGION.of(field="region", got=region))
    _require_here(chain.subject, files, region)
    old = next((r for r in file.issuer if (r.id, r.env) == (chain.subject, env)), None)
    within = _bounds(file, old, env)
    problems = [
        *_identity_problems(chain.subject, metadata),
        *_asks_too_much(metadata, within, new=old is None),
    ]
    keys = _keys(metadata, old, problems, term=(now, chain.until_s))
    if problems:
        raise KnowledgeError(*problems)
    row = old or _new_row(chain, within, region=region, now=now)
    row = row.model_copy(update={"keys": keys})
    rows = tuple(row if r is old else r for r in file.issuer)
    after = file.model_copy(update={"issuer": rows if old else (*rows, row)})
    if unsound := check_issuers(after):
        raise KnowledgeError(*unsound)
    return Proposal(file, after, row)


def _require_here(name: str, files: RegistryFiles, region: str) -> None:
    for file in files.issuers:
        if file.region != region and any(row.id == name for row in file.issuer):
            raise KnowledgeError(
                PROPOSAL_ELSEWHERE.of(field="region", expected=file.region, got=name)
            )


def _bounds(file: IssuerFile, old: IssuerRow | None, env: Env) -> Sequence[IssuerRow]:
    """Return the rows whose rights bound what may be proposed."""
    here = [row for row in file.issuer if row.env == env] if old is None else [old]
    if not here:
        raise KnowledgeError(PROPOSAL_REGION.of(field="region", got=file.region))
    within = [row for row in here if ROLE in row.roles]
    if not within:
        raise KnowledgeError(PROPOSAL_ROLE.of(field="roles", got=ROLE))
    if old is None and not any(file.region in row.may_issue_for for row in within):
        raise KnowledgeError(PROPOSAL_REGION.of(field="may_issue_for", got=file.region))
    return within


def _identity_problems(subject: str, metadata: Mapping[str, Json]) -> Iterator[Reason]:
    issuer = metadata.get("issuer")
    if issuer != subject:
        got = printable(str(issuer))
        yield PROPOSAL_IDENTIFIER.of(field="issuer", expected=subject, got=got)
    types = metadata.get("subject_types_supported")
    if not isinstance(types, list) or "pairwise" not in types:
        got = printable(", ".join(_texts(types)))
        yield PROPOSAL_SUBJECT.of(field="subject_types_supported", got=got)


def _asks_too_much(
    metadata: Mapping[str, Json], within: Sequence[IssuerRow], *, new: bool
) -> Iterator[Reason]:
    allowed = {kind for row in within for kind in row.token_types}
    for kind in _token_types(metadata):
        if kind not in allowed:
            yield PROPOSAL_TOKEN_TYPE.of(field="token_types", got=kind)
    levels, ceiling = _levels(within), _ceiling(within)
    asked = _texts(metadata.get("acr_values_supported"))
    for acr in asked or ([""] if new else []):
        level = levels.get(acr)
        if level is None:
            yield PROPOSAL_ACR.of(field="acr_values_supported", got=printable(acr))
        elif ceiling is None or level.rank > ceiling.rank:
            yield PROPOSAL_CEILING.of(
                field="acr_values_supported", expected=ceiling, got=printable(acr)
            )


def _token_types(metadata: Mapping[str, Json]) -> Iterable[TokenType]:
    yield "at+jwt"
    if metadata.get("id_token_signing_alg_values_supported"):
        yield "id_token"
    if metadata.get("backchannel_logout_supported") is True:
        yield "logout+jwt"


def _levels(within: Iterable[IssuerRow]) -> dict[str, AssuranceLevel]:
    """Return what each acr is worth: the least that any of the rows takes it for."""
    found: dict[str, AssuranceLevel] = {}
    for row in within:
        for acr, level in row.assurance.items():
            found[acr] = min(found.get(acr, level), level, key=_rank)
    return found


def _ceiling(within: Iterable[IssuerRow]) -> AssuranceLevel | None:
    ceilings = [row.ceiling for row in within if row.ceiling is not None]
    return max(ceilings, key=_rank, default=None)


def _rank(level: AssuranceLevel) -> int:
    return level.rank


def _keys(
    metadata: Mapping[str, Json],
    old: IssuerRow | None,
    problems: list[Reason],
    *,
    term: tuple[datetime, int],
) -> tuple[IssuerKey, ...]:
    """Return the keys registered so far and those that are new."""
    held = {key.kid: key for key in old.keys} if old else {}
    jwks = metadata.get("jwks")
    stated = _objects(jwks.get("keys") if isinstance(jwks, dict) else None)
    signing = [jwk for jwk in stated if _signs(jwk)]
    if not signing:
        problems.append(PROPOSAL_KEYS.of(field="jwks", got="none"))
    for at, jwk in enumerate(signing):
        where, kid = f"jwks.keys.{at}", str(jwk.get("kid", ""))
        if not PRIVATE_MEMBERS.isdisjoint(jwk) or "k" in jwk:
            problems.append(PROPOSAL_KEYS.of(field=where, got="a private key"))
            continue
        known, public = held.get(kid), _public(jwk)
        if known is None:
            held[kid] = _new_key(public, *term)
        elif known.state == "revoked" or _material(known.jwk) != _material(public):
            problems.append(PROPOSAL_KEY_CHANGED.of(field=where, got=printable(kid)))
    if len(held) > KEYS_MAX:
        problems.append(PROPOSAL_KEYS.of(field="jwks", expected=KEYS_MAX, got=len(held)))
    return tuple(held.values())


def _signs(jwk: Mapping[str, Json]) -> bool:
    """Return whether a key says nothing else of itself than that it verifies."""
    return jwk.get("use", "sig") == "sig" and "verify" in _texts(jwk.get("key_ops", ["verify"]))


def _public(jwk: Mapping[str, Json]) -> dict[str, Json]:
    alg = ALG_OF_CURVE.get(str(jwk.get("crv")), "")
    told: dict[str, Json] = {"use": "sig", "alg": alg, **jwk}
    return {name: value for name, value in told.items() if name in PUBLIC_MEMBERS}


def _new_key(jwk: dict[str, Json], start: datetime, end_s: int) -> IssuerKey:
    end = datetime.fromtimestamp(end_s, UTC)
    return IssuerKey(jwk=jwk, use_from=start, sign_until=end, verify_until=end, state="active")


def _material(jwk: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in jwk.items() if name in _MATERIAL}


def _new_row(
    chain: TrustChain, within: Sequence[IssuerRow], *, region: str, now: datetime
) -> IssuerRow:
    metadata = chain.metadata[ENTITY_TYPE]
    known = _levels(within)
    levels = {acr: known[acr] for acr in _texts(metadata.get("acr_values_supported"))}
    zh, en = _names(chain)
    path = " > ".join(chain.path)
    return IssuerRow(
        id=chain.subject,
        env=within[0].env,
        roles=(ROLE,),
        token_types=tuple(_token_types(metadata)),
        ttl_s_max=min(row.ttl_s_max for row in within),
        assurance=levels,
        ceiling=max(levels.values(), key=_rank),
        subject=SubjectRule(type="pairwise", sector=host_of(chain.subject)),
        may_issue_for=(region,),
        zh=zh,
        en=en,
        effective=now.astimezone(SHANGHAI).date(),
        source=f"由信任链提出，待运维核实：{path}",
        verified="no",
        modelled=any(row.modelled for row in within),
    )


def _names(chain: TrustChain) -> tuple[str, str]:
    told = {**chain.metadata.get(FEDERATION_ENTITY, {}), **chain.metadata[ENTITY_TYPE]}
    host = host_of(chain.subject)
    plain = _clean(told.get("organization_name")) or host
    return _clean(told.get("organization_name#zh")) or plain, plain


def _clean(value: Json) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(c for c in text if c.isprintable()).strip()[:NAME_CHARS_MAX]


def _texts(value: Json) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _objects(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
