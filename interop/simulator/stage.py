"""Set the stage of a simulated delta: keys, an overlay that trusts them, secrets.

The shipped registry holds no keys and trusts nobody. A stage makes key pairs for gateways
and identity services, writes an overlay in which the shipped files carry their public halves
and the addresses of this run, and says which secrets the environment needs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from interop.crypto.profile import (
    PRODUCTION_CN,
    PROFILES,
    ProfileName,
    SecretKey,
    Waiver,
    import_secret,
)
from interop.crypto.ring import KeyRing
from interop.errors import KnowledgeError
from interop.federation.files import AssuranceFile, IssuerFile, RegistryFile
from interop.knowledge import Kind, Knowledge
from interop.model.canonical import Json, read_json
from interop.model.day import day_of
from interop.model.ports import Env
from interop.model.record import Record
from interop.simulator.world import World
from interop.transport.adapter import AdapterFile

ENV: Final[Env] = "sim"
DAYS: Final = 365
WAIVER_DAYS: Final = DAYS
IDENTITY_KEY: Final = "identity.pem"
SECRET_PREFIX: Final = "INTEROP_SECRET_"  # noqa: S105 -- name of a variable, no secret


def _any(_record: Record, _beside: frozenset[str]) -> tuple[()]:
    return ()


ISSUERS: Final = Kind("issuers", "identity/issuers/*.toml", IssuerFile, _any)
REGISTRY: Final = Kind("registry", "identity/registry*.toml", RegistryFile, _any)
ASSURANCE: Final = Kind("assurance", "identity/assurance*.toml", AssuranceFile, _any)
ADAPTERS: Final = Kind("adapter", "adapters/*/adapter.toml", AdapterFile, _any)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of a simulated delta lies.

    Attributes:
        folder: Root; holds ``knowledge``, ``keys`` and whatever the run adds.
        regions: Region codes that have a gateway here.
    """

    folder: Path
    regions: tuple[str, ...]

    @property
    def knowledge(self) -> Path:
        """Return the overlay folder."""
        return self.folder / "knowledge"

    def keys(self, region: str) -> Path:
        """Return the folder of a gateway's keys."""
        return self.folder / "keys" / region

    def store(self, region: str) -> Path:
        """Return the database file of a gateway."""
        return self.folder / f"{region}.db"

    def identity_signer(self) -> SecretKey:
        """Return the key of the simulated identity services."""
        return import_secret((self.folder / "keys" / IDENTITY_KEY).read_bytes(), use="sig")


def set_stage(
    folder: Path,
    *,
    regions: tuple[str, ...],
    now: datetime,
    shipped: Knowledge | None = None,
    profile: ProfileName = "development",
) -> Stage:
    """Make keys and the identity part of the overlay.

    Args:
        folder: An empty folder, or one that does not exist yet.
        regions: Region codes that get a gateway; each needs a shipped issuer file.
        now: Start of the run, aware; keys are valid a year around it.
        shipped: Knowledge to build on; the library's own if not given.
        profile: Algorithms of every key, of gateways and of identity services.

    Raises:
        TrustError: ``sm2-verify-only``: this machine has no keys of production-cn.
    """
    stage, known = Stage(folder, regions), shipped or Knowledge()
    rings = {region: _ring(profile, now) for region in regions}
    for region, ring in rings.items():
        ring.save(stage.keys(region))
    signer = PROFILES[profile].generate(use="sig")
    (folder / "keys" / IDENTITY_KEY).write_bytes(signer.to_pem())
    (folder / "keys" / IDENTITY_KEY).chmod(0o600)
    public = {region: ring.public_jwks() for region, ring in rings.items()}
    for document in known.documents(ISSUERS):
        value = read_json(document.data, error=KnowledgeError)
        _add_keys(value, public.get(document.value.region, []), signer, now)
        _write(stage.knowledge / document.place.path, value)
    registry = known.document(REGISTRY, "registry").value.model_copy(
        update={
            "version": 2,
            "valid_from": (now - timedelta(days=DAYS)).date(),
            "valid_until": (now + timedelta(days=DAYS)).date(),
        }
    )
    _write(stage.knowledge / "identity/registry.toml", registry.masked())
    assurance = known.document(ASSURANCE, "assurance")
    _write(
        stage.knowledge / assurance.place.path, read_json(assurance.data, error=KnowledgeError)
    )
    return stage


def place_gateways(
    stage: Stage,
    *,
    gateways: Mapping[str, str],
    simulator: str,
    shipped: Knowledge | None = None,
) -> None:
    """Write the adapters with the addresses of this run.

    Args:
        stage: The stage.
        gateways: Address of each gateway by region code.
        simulator: Address of the simulated regional systems.
        shipped: Knowledge to build on; the library's own if not given.
    """
    known = shipped or Knowledge()
    for document in known.documents(ADAPTERS):
        value = read_json(document.data, error=KnowledgeError)
        if isinstance(value, dict):
            _readdress(value, gateways.get(document.value.code), simulator)
        _write(stage.knowledge / document.place.path, value)


def secrets_of(world: World, shipped: Knowledge | None = None) -> dict[str, str]:
    """Return the environment variables that hold the simulated systems' secrets."""
    found: dict[str, str] = {}
    for document in (shipped or Knowledge()).documents(ADAPTERS):
        services = document.value.services
        if services.certificates is not None:
            names = services.certificates.secrets
            found[names.account_id] = world.account.id
            found[names.account_token] = world.account.token
        if services.acceptance is not None:
            found[services.acceptance.secrets.key] = world.acceptance.key
        if services.seals is not None:
            found[services.seals.secrets.key] = world.seals.key
    return {
        SECRET_PREFIX + name.upper().replace("-", "_").replace(".", "_"): value
        for name, value in found.items()
    }


def _ring(profile: ProfileName, now: datetime) -> KeyRing:
    waiver = None
    if profile == PRODUCTION_CN.name:
        waiver = Waiver("simulation", until=day_of(now) + timedelta(days=WAIVER_DAYS))
    return KeyRing.generate(env=ENV, profile=profile, waiver=waiver)


def _add_keys(
    value: Json, gateway: list[dict[str, Json]], signer: SecretKey, now: datetime
) -> None:
    rows = value.get("issuer") if isinstance(value, dict) else None
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or row.get("env") != ENV:
            continue
        roles = row.get("roles")
        is_gateway = isinstance(roles, list) and "gateway" in roles
        jwks = gateway if is_gateway else [signer.public.to_jwk()]
        row["keys"] = [_key(jwk, now) for jwk in jwks]


def _key(jwk: dict[str, Json], now: datetime) -> Json:
    until = (now + timedelta(days=DAYS)).isoformat()
    return {
        "jwk": jwk,
        "use_from": (now - timedelta(days=1)).isoformat(),
        "sign_until": until,
        "verify_until": until,
        "state": "active",
    }


def _readdress(value: dict[str, Json], gateway: str | None, simulator: str) -> None:
    own, services = value.get("gateway"), value.get("services")
    if gateway is not None and isinstance(own, dict):
        own["endpoint"] = {ENV: gateway}
    for service in (services if isinstance(services, dict) else {}).values():
        endpoint = service.get("endpoint") if isinstance(service, dict) else None
        if isinstance(endpoint, dict) and isinstance(at := endpoint.get(ENV), str):
            path = at.split("/", 3)[3:] or [""]
            endpoint[ENV] = f"{simulator}/{path[0]}".rstrip("/")


def _write(file: Path, value: Json) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = value if isinstance(value, dict) else {}
    lines = [f"{json.dumps(key)} = {_toml(part)}" for key, part in table.items()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: Json) -> str:
    """Return ``value`` as an inline TOML value; JSON strings are TOML basic strings."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items() if v is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)
