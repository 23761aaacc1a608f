"""``interop simulate``: run the simulated regional systems of a stage."""

from pathlib import Path

import click

from interop.cli.clock import shifted


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=18600, show_default=True)
@click.option("--clock-offset", default=0.0, help="seconds")
def simulate(*, folder: Path, host: str, port: int, clock_offset: float) -> None:
    """运行 FOLDER 中舞台的仿真地区系统 · Run the simulated systems of the stage in FOLDER.

    Certificate service (SOAP), acceptance system (REST) and identity provider; all data is
    constructed and speaks for no authority.
    """
    import uvicorn

    from interop.node.logs import configure_logs
    from interop.simulator.app import create_simulator
    from interop.simulator.stage import Stage
    from interop.simulator.world import default_world

    configure_logs()
    app = create_simulator(
        default_world(),
        clock=shifted(clock_offset),
        idp_signer=Stage(folder, ()).identity_signer(),
        state=folder,
    )
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False)
