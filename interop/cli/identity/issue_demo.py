"""``interop identity issue-demo``: a registry and a token to try the other commands with."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from interop.cli.identity.places import JSON
from interop.cli.reasons import FOLDER_TAKEN
from interop.cli.speech import Command, Misuse
from interop.crypto import KeyRing, base64url, pairwise
from interop.errors import Lang
from interop.federation import AccessClaims, ProofClaim, issue, prove, sign_registry
from interop.gateway.library import Library
from interop.gateway.trust import files_of
from interop.simulator.applicants import PUDONG
from interop.simulator.stage import ENV, set_stage
from interop.simulator.world import default_world

TOKEN_LIFE: Final = timedelta(minutes=5)
TERM: Final = timedelta(days=7)
MODE: Final = 0o600


@click.command("issue-demo", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--method",
    type=click.Choice(["password", "sms", "face"]),
    default="face",
    show_default=True,
    help="登录方式 · how the person logged in",
)
@click.option("--scope", default="cert:read", show_default=True, help="范围 · scope")
@JSON
@click.pass_obj
def issue_demo(lang: Lang, *, folder: Path, method: str, scope: str, as_json: bool) -> None:
    """在 FOLDER 中生成仿真名录和令牌 · Make a simulated registry and a token in FOLDER.

    全为仿真：不涉及任何真实的人或认证源。令牌五分钟后过期 · All of it is simulated and
    concerns no real person or provider. The token expires in five minutes.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Misuse(FOLDER_TAKEN.of(field=str(folder)))
    now = datetime.now(UTC).replace(microsecond=0)
    stage = set_stage(folder, regions=(PUDONG,), now=now)
    files = files_of(Library.of(stage.knowledge))
    publisher = KeyRing.generate(env=ENV)
    publisher.save(folder / "publisher")
    signed = sign_registry(files, publisher.signing, now=now, until=now + TERM)
    (folder / "registry.jwt").write_text(signed + "\n", encoding="ascii")
    (folder / "signers.json").write_text(
        json.dumps(publisher.public_jwks()[:1]) + "\n", encoding="ascii"
    )
    audience = next(
        row.audience for f in files.issuers if f.region == PUDONG for row in f.issuer
    )
    claims = _claims(method, scope, audience, now)
    token = folder / "token.jwt"
    with os.fdopen(os.open(token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w") as file:
        file.write(issue(claims, stage.identity_signer(), env=ENV).reveal() + "\n")
    _tell(folder, audience, lang, as_json=as_json)


def _claims(method: str, scope: str, audience: str, now: datetime) -> AccessClaims:
    world = default_world()
    party = next(one.party() for one in world.persons)
    proof = prove(party, salt=os.urandom(32))
    sector = audience.removeprefix("https://")
    return AccessClaims(
        iss=world.identity.issuer,
        sub=pairwise(os.urandom(32), sector, f"{party.scheme}|{party.code.reveal()}"),
        aud=audience,
        iat=int(now.timestamp()),
        exp=int((now + TOKEN_LIFE).timestamp()),
        jti=base64url.encode(os.urandom(16)),
        auth_time=int(now.timestamp()),
        acr=world.identity.methods[method],
        kind="person",
        proof=ProofClaim(salt=proof.salt, mac=proof.mac),
        scope=scope or None,
    )


def _tell(folder: Path, audience: str, lang: Lang, *, as_json: bool) -> None:
    names = {name: str(folder / name) for name in ("registry.jwt", "signers.json", "token.jwt")}
    if as_json:
        told = {**names, "knowledge": str(folder / "knowledge"), "audience": audience}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo("接着可以试 ·" if lang == "zh" else "try next:")
    click.echo(
        f"  interop identity explain {names['token.jwt']} --env sim --audience {audience} "
        f"--registry {names['registry.jwt']} --signers {names['signers.json']} --loa high"
    )
    click.echo(
        f"  interop identity registry check {names['registry.jwt']} "
        f"--signers {names['signers.json']}"
    )
