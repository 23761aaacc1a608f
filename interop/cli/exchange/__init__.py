"""``interop exchange``: watch channels, settle what is stuck, prove and verify, carry as files.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "status": Entry(
        "interop.cli.exchange.status:status",
        "各通道的进度、纪元、积压与熔断",
        "lanes, marks, epochs, open batches, breakers, age",
    ),
    "deadletters": Entry(
        "interop.cli.exchange.letters:deadletters",
        "列出、查看、放弃死信",
        "list, show or discard dead letters",
    ),
    "redrive": Entry(
        "interop.cli.exchange.letters:redrive",
        "重投死信（记入审计链）",
        "redrive dead letters (audited)",
    ),
    "release": Entry(
        "interop.cli.exchange.letters:release",
        "核对后放行被搁置的办件（记入审计链）",
        "let a parked case move again (audited)",
    ),
    "lift-fork": Entry(
        "interop.cli.exchange.letters:lift_fork",
        "核对后解除通道的分叉告警（记入审计链）",
        "let a lane go on after a fork alarm (audited)",
    ),
    "reconcile": Entry(
        "interop.cli.exchange.carry:reconcile",
        "与对端对账，可补发差异",
        "compare books with a peer, tell again what differs",
    ),
    "export": Entry(
        "interop.cli.exchange.carry:export",
        "把待发批次写成文件",
        "write what waits as files",
    ),
    "import": Entry(
        "interop.cli.exchange.carry:import_",
        "收取对端的文件并写出回执",
        "take in files of peers and write the receipts",
    ),
    "pull": Entry(
        "interop.cli.exchange.carry:pull",
        "主动向对端取批次",
        "fetch what waits for us at a peer",
    ),
    "prove": Entry(
        "interop.cli.exchange.proofs:prove",
        "为一条消息出具证明文件",
        "write the proof of one message",
    ),
    "verify-proof": Entry(
        "interop.cli.exchange.proofs:verify_proof",
        "单独验证一条消息的证明",
        "verify the proof of one message alone",
    ),
    "verify-audit": Entry(
        "interop.cli.exchange.proofs:verify_audit",
        "验证审计链及对端会签",
        "verify the audit chain and what peers cosigned",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def exchange() -> None:
    """地区之间的交换通道 · The channels between regions."""
