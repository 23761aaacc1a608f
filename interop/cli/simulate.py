"""``interop simulate``: run the simulated regional systems of a stage."""

from pathlib import Path

import click

from interop.cli.clock import shifted
from interop.cli.speech import Command


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address")
@click.option(
    "--port",
    default=18600,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口 · port",
)
@click.option(
    "--clock-offset",
    default=0.0,
    help="时钟偏移秒数 · seconds beside the system's clock",
)
@click.option(
    "--until-eof",
    is_flag=True,
    help="标准输入结束即停止 · stop once standard input ends",
)
def simulate(
    *, folder: Path, host: str, port: int, clock_offset: float, until_eof: bool
) -> None:
    """运行 FOLDER 中舞台的仿真地区系统 · Run the simulated systems of the stage in FOLDER.

    证照服务（SOAP）、受理系统（REST）和身份服务；数据全部为构造，不代表任何机关 · Certificate
    service (SOAP), acceptance system (REST) and identity provider; all data is constructed
    and speaks for no authority.
    """
    from interop.cli.ending import end_with_input, ending_on_signals

    if until_eof:
        end_with_input()
    from interop.cli.server import listen, run
    from interop.node.logs import configure_logs
    from interop.simulator.app import create_simulator
    from interop.simulator.stage import Stage
    from interop.simulator.world import default_world

    configure_logs()
    signer = Stage(folder, ()).identity_signer()
    with ending_on_signals(served=True), listen(host, port) as listener:
        app = create_simulator(
            default_world(), clock=shifted(clock_offset), idp_signer=signer, state=folder
        )
        run(app, listener, about={"region": "simulator", "env": "sim"})
