"""``interop case``: cases at the command line.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "receive": Entry(
        "interop.cli.case.receive:receive",
        "收件，可连同申请文件一并登记",
        "receive a drafted case, or file one and receive it",
    ),
    "handover": Entry(
        "interop.cli.case.handover:handover",
        "转交办理地，可等待回执",
        "hand a case over, and wait for the receipt if asked to",
    ),
    "show": Entry(
        "interop.cli.case.show:show",
        "办件现状",
        "where a case stands",
    ),
    "trace": Entry(
        "interop.cli.case.trace:trace",
        "办件全程：经过、时限、文书、请求、回执",
        "timeline, deadlines, notices, commands and receipts of a case",
    ),
    "notice": Entry(
        "interop.cli.case.notice:notice",
        "列出文书，写出可打印页面",
        "list notices, write one as a page to print",
    ),
    "search": Entry(
        "interop.cli.case.search:search",
        "按编号、事项、状态、时限、地区检索办件",
        "find cases by number, item, state, deadline, regions",
    ),
    "joint": Entry(
        "interop.cli.case.joint:joint",
        "联办件各部分的进展",
        "what the organs of a joint application have come to",
    ),
    "clocks": Entry(
        "interop.cli.case.clocks:clocks",
        "办件时限及其理由；审核以往办件表",
        "deadlines of a case and why; audit a table of past cases",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def case() -> None:
    """办件 · Cases."""
