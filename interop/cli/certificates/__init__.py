"""``interop certificates``: sealed documents verified, mappings held to their laws; offline.

Every command is a module of its own that is imported when it is called.
"""

from typing import Final

import click

from interop.cli.doors import Doors, Entry

COMMANDS: Final = {
    "verify": Entry(
        "interop.cli.certificates.verify:verify",
        "验证电子签章文件（OFD、PDF）",
        "verify a sealed document (OFD, PDF)",
    ),
    "laws": Entry(
        "interop.cli.certificates.laws:laws",
        "检查映射文件是否守法（往返、重排、路由等）",
        "hold mapping files to their laws",
    ),
    "try": Entry(
        "interop.cli.certificates.try_:try_",
        "用样本试一个映射文件",
        "try a mapping file on a sample",
    ),
    "mapping": Entry(
        "interop.cli.certificates.mapping:mapping",
        "把映射导出为表格，或从表格导入",
        "mappings to spreadsheets and back",
    ),
}


@click.group(cls=Doors, entries=COMMANDS)
def certificates() -> None:
    """电子证照与签章文件 · Electronic certificates and sealed documents."""
