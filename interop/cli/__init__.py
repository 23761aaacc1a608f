"""The door: commands that start the faces. Importing it loads click and nothing heavy.

Every command is a module of its own that is imported when it is called.
"""

import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final, NoReturn

import click

from interop.cli.doors import Doors, Entry
from interop.cli.reasons import FILE_REFUSED, VALUE_REFUSED
from interop.cli.speech import spoken, why
from interop.errors import InteropError, Lang, Reason, RegionUnavailable

FAILED: Final = 1
MISUSED: Final = 2
PEER_UNAVAILABLE: Final = 3
INTERRUPTED: Final = 130


COMMANDS: Final = {
    "demo": Entry(
        "interop.cli.demo.command:demo",
        "一件跨省办件，从登录到送达",
        "one case across the delta",
    ),
    "serve": Entry(
        "interop.cli.serve:serve",
        "运行一个地区的网关节点",
        "run the gateway node of a region",
    ),
    "simulate": Entry(
        "interop.cli.simulate:simulate",
        "运行仿真的地区系统",
        "run simulated regional systems",
    ),
    "case": Entry(
        "interop.cli.case:case",
        "办件：收件、转办、检索、追踪、文书、时限",
        "cases: receive, hand over, search, trace, notices, deadlines",
    ),
    "criteria": Entry(
        "interop.cli.criteria:criteria",
        "判断、比较、导入导出受理条件",
        "decide, compare and exchange acceptance criteria",
    ),
    "identity": Entry(
        "interop.cli.identity:identity",
        "信任名录；离线验证、说明、交换令牌",
        "the trust registry; tokens verified, explained and exchanged",
    ),
    "certificates": Entry(
        "interop.cli.certificates:certificates",
        "验证签章文件；检查、试用证照映射",
        "sealed documents verified; certificate mappings tried and held to laws",
    ),
    "store": Entry(
        "interop.cli.store:store",
        "建立、升级、核对存储；清除、保全、查阅复制",
        "create, migrate, check a store; purge, hold, copy what is held on a person",
    ),
    "exchange": Entry(
        "interop.cli.exchange:exchange",
        "通道状态、死信、对账、证明、文件交换",
        "channels: status, dead letters, reconciliation, proofs, files",
    ),
    "knowledge": Entry(
        "interop.cli.knowledge:knowledge",
        "检查知识文件，列出依据",
        "check knowledge files, list their sources",
    ),
    "adapter": Entry(
        "interop.cli.adapter:adapter",
        "为新地区写出配置文件",
        "write the files of a new region",
    ),
    "keys": Entry(
        "interop.cli.keys:keys", "生成和更换网关密钥", "make and change the keys of a gateway"
    ),
    "errors": Entry("interop.cli.errors:errors", "解释错误代码", "explain error codes"),
}


@click.group(
    cls=Doors, entries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="interop-gateway")
def cli() -> None:
    """长三角政务服务互通网关 · Receive a case in one region, have it handled in another.

    退出码：0 完成，1 被拒绝或未通过，2 用法有误，3 对方无法连接 · Exit codes: 0 done, 1 refused
    or failed, 2 wrong usage, 3 a peer cannot be reached.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit; a refusal is told with its code and what to do.

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 a peer cannot be reached,
    130 interrupted. With ``--json`` a refusal is JSON on standard output: ``error``, the
    class, and ``reasons``.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    lang = spoken(given)
    tell = _tell_json if "--json" in given else partial(_tell, lang=lang)
    try:
        code = cli.main(given, prog_name="interop", standalone_mode=False, obj=lang)
    except click.UsageError as fault:
        tell("UsageError", (why(fault),))
        code = MISUSED
    except click.Abort:
        code = INTERRUPTED
    except InteropError as fault:
        tell(type(fault).__name__, fault.reasons)
        code = PEER_UNAVAILABLE if isinstance(fault, RegionUnavailable) else FAILED
    except UnicodeEncodeError:
        # An argument whose bytes are no text, where text is digested or written.
        tell("UsageError", (VALUE_REFUSED.of(field="-", expected="UTF-8"),))
        code = MISUSED
    except OSError as fault:
        reason = FILE_REFUSED.of(field=str(fault.filename or "-"), got=fault.strerror or fault)
        tell("OSError", (reason,))
        code = FAILED
    sys.exit(code or 0)


def _tell(_error: str, reasons: Sequence[Reason], *, lang: Lang) -> None:
    for reason in reasons:
        at = f" [{reason.field}]" if reason.field else ""
        click.echo(f"{reason.code}{at}: {reason.text(lang)}", err=True)
        click.echo(f"  → {reason.fix(lang)}", err=True)


def _tell_json(error: str, reasons: Sequence[Reason]) -> None:
    told = {"error": error, "reasons": [reason.as_json() for reason in reasons]}
    click.echo(json.dumps(told, ensure_ascii=False))
