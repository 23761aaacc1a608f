"""``interop serve``: run the gateway node of a region."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from interop.cli.clock import shifted
from interop.cli.reasons import PARAMETER_MISSING, VALUE_REFUSED
from interop.cli.speech import Command, Misuse
from interop.model.ports import Env

if TYPE_CHECKING:
    from socket import socket
    from ssl import SSLContext

    from interop.cli.server import Beside
    from interop.gateway.desk import Outside
    from interop.gateway.library import Library
    from interop.gateway.open import Gateway
    from interop.gateway.trust import SignedTrust
    from interop.model.ports import Clock
    from interop.node.webhooks import Webhook
    from interop.transport.network import NodeNetwork


def _print_openapi(context: click.Context, _option: click.Parameter, asked: bool) -> None:  # noqa: FBT001 -- click's signature
    if asked:
        from interop.node.openapi import document

        click.echo(json.dumps(document(), ensure_ascii=False, indent=1))
        context.exit()


@click.command(cls=Command)
@click.option(
    "--region", required=True, help="地区代码，如 310115 · region code, such as 310115"
)
@click.option("--store", required=True, help="数据库路径或 URL · path or URL of the database")
@click.option(
    "--keys",
    required=True,
    type=click.Path(path_type=Path),
    help="密钥目录 · key folder",
)
@click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    help="覆盖随库知识的目录 · folder over the shipped knowledge",
)
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    help="已签名的信任名录，替换即生效 · signed trust registry; a newer file counts at once",
)
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    help="名录发布方公钥 · public keys of the registry's publisher",
)
@click.option(
    "--network",
    type=click.Path(path_type=Path),
    help="网络配置：可访问的内网、代理、地区间双向 TLS · networks that may be reached, proxy, "
    "mutual TLS between regions",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address")
@click.option(
    "--port",
    default=8310,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口 · port",
)
@click.option(
    "--api-key",
    envvar="INTEROP_API_KEY",
    required=True,
    help="宿主系统调用本节点的密钥，宜用环境变量 INTEROP_API_KEY · "
    "key of the application beside this node; better from INTEROP_API_KEY",
)
@click.option(
    "--webhook",
    metavar="URL",
    help="办件有变化时通知此地址，密钥取自 INTEROP_WEBHOOK_SECRET · tell this address what "
    "happens to cases, signed with INTEROP_WEBHOOK_SECRET",
)
@click.option(
    "--webhook-secret",
    envvar="INTEROP_WEBHOOK_SECRET",
    default="",
    help="签名密钥，宜用环境变量 · secret to sign with; better from the environment",
)
@click.option(
    "--shadow",
    is_flag=True,
    help="只提供判断：不外发、不改动办件 · only advise: send nothing, change no case",
)
@click.option(
    "--openapi",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_openapi,
    help="打印应用接口的 OpenAPI 文档 · print the OpenAPI document of the interface",
)
@click.option(
    "--log",
    "form",
    type=click.Choice(["json", "console"]),
    default="json",
    show_default=True,
    help="日志格式 · form of the log",
)
@click.option(
    "--clock-offset",
    default=0.0,
    help="时钟偏移秒数，仅限仿真 · seconds beside the system's clock; simulation only",
)
@click.option(
    "--until-eof",
    is_flag=True,
    help="标准输入结束即停止 · stop once standard input ends",
)
def serve(**options: Any) -> None:  # noqa: ANN401 -- typed by the record they become
    """运行一个地区的网关节点 · Run the gateway node of a region.

    收到 SIGTERM 或 Ctrl-C 即正常停止，退出码为 0 · SIGTERM or Ctrl-C stop it cleanly, with
    exit code 0.
    """
    from interop.cli.ending import end_with_input

    wish = _Wish(**options)
    if wish.until_eof:
        end_with_input()
    from interop.node.logs import configure_logs

    configure_logs(form=wish.form)
    _serve(wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """The options, each by its name."""

    region: str
    store: str
    keys: Path
    knowledge: Path | None
    registry: Path | None
    signers: Path | None
    network: Path | None
    host: str
    port: int
    api_key: str = field(repr=False)
    webhook: str | None
    webhook_secret: str = field(repr=False)
    shadow: bool
    form: Literal["json", "console"]
    clock_offset: float
    until_eof: bool


def _serve(wish: _Wish) -> None:
    from interop.cli.ending import ending_on_signals
    from interop.cli.server import listen, run
    from interop.crypto.ring import KeyRing
    from interop.gateway.library import Library
    from interop.gateway.open import Gateway
    from interop.model.sensitive import Sensitive
    from interop.node.app import create_node

    ring, trust = KeyRing.load(wish.keys), _trust(wish.registry, wish.signers)
    offset = wish.clock_offset
    clock = shifted(_allowed(offset, ring.env)) if offset else None
    library, way = Library.of(wish.knowledge), _network(wish.network, ring.env)
    told = _webhook(wish.webhook, wish.webhook_secret)
    with (
        ending_on_signals(served=True),
        listen(wish.host, wish.port) as listener,
        ExitStack() as opened,
    ):
        peers = None if wish.shadow else _peers(way, opened)
        gateway = Gateway.open(
            wish.region,
            store=wish.store,
            keys=ring,
            knowledge=library,
            clock=clock,
            outside=_outside(wish, library, ring.env, way=way, clock=clock),
            trust=trust,
        )
        opened.enter_context(gateway)
        node = create_node(
            gateway,
            api_key=Sensitive(wish.api_key),
            webhook=told,
            shadow=wish.shadow,
            peers_apart=peers is not None,
        )
        about = {"region": wish.region, "env": ring.env}
        about |= {"mode": "shadow"} if wish.shadow else {}
        run(node, listener, about=about, beside=peers and _beside(gateway, *peers))


def _network(file: Path | None, env: Env) -> "NodeNetwork | None":
    from interop.gateway.outside import secret
    from interop.transport.network import read_network

    return None if file is None else read_network(file, env=env, secret=secret)


def _outside(
    wish: _Wish,
    library: "Library",
    env: Env,
    *,
    way: "NodeNetwork | None",
    clock: "Clock | None",
) -> "Outside | None":
    from interop.gateway.opening import system_clock
    from interop.gateway.outside import reach_nobody, reach_out

    if wish.shadow:
        return reach_nobody()
    if way is None:
        return None
    library.require_sound(wish.region)
    now = clock or system_clock
    return reach_out(library, wish.region, env=env, clock=now, network=way)


def _peers(way: "NodeNetwork | None", opened: ExitStack) -> "tuple[socket, SSLContext] | None":
    from interop.cli.server import listen
    from interop.transport.tls import server_context

    if way is None or way.listening is None:
        return None
    tls = server_context(way.listening.tls)
    return opened.enter_context(listen(way.listening.host, way.listening.port)), tls


def _beside(gateway: "Gateway", listener: "socket", tls: "SSLContext") -> "Beside":
    from interop.cli.server import Beside
    from interop.node.app import create_peer_node

    return Beside(create_peer_node(gateway), listener, tls)


def _trust(registry: Path | None, signers: Path | None) -> "SignedTrust | None":
    from interop.gateway.trust import SignedTrust

    if (registry is None) != (signers is None):
        raise Misuse(PARAMETER_MISSING.of(field="--registry, --signers", expected="FILE"))
    return SignedTrust.load(registry, signers) if registry and signers else None


def _webhook(url: str | None, secret: str) -> "Webhook | None":
    from interop.model.sensitive import Sensitive
    from interop.node.webhooks import Webhook

    return None if url is None else Webhook(url, Sensitive(secret))


def _allowed(offset: float, env: Env) -> float:
    if env != "sim":
        raise Misuse(VALUE_REFUSED.of(field="--clock-offset", expected="0 (env = prod | test)"))
    return offset
