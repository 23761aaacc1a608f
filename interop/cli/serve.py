"""``interop serve``: run the gateway node of a region."""

from pathlib import Path

import click

from interop.cli.clock import shifted
from interop.model.ports import Env


@click.command()
@click.option("--region", required=True, help="region code, such as 310115")
@click.option("--store", required=True, help="path or URL of the database")
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="key folder")
@click.option(
    "--knowledge", type=click.Path(path_type=Path), help="folder over the shipped one"
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8310, show_default=True)
@click.option(
    "--api-key",
    envvar="INTEROP_API_KEY",
    required=True,
    help="key of the application beside this node; better from INTEROP_API_KEY",
)
@click.option("--log", "form", type=click.Choice(["json", "console"]), default="json")
@click.option("--clock-offset", default=0.0, help="seconds; simulation only")
def serve(  # noqa: PLR0913 -- one argument per option
    *,
    region: str,
    store: str,
    keys: Path,
    knowledge: Path | None,
    host: str,
    port: int,
    api_key: str,
    form: str,
    clock_offset: float,
) -> None:
    """运行一个地区的网关节点 · Run the gateway node of a region."""
    import uvicorn

    from interop.crypto.ring import KeyRing
    from interop.gateway.open import Gateway
    from interop.model.sensitive import Sensitive
    from interop.node.app import create_node
    from interop.node.logs import configure_logs

    configure_logs(form="json" if form == "json" else "console")
    ring = KeyRing.load(keys)
    clock = shifted(_allowed(clock_offset, ring.env)) if clock_offset else None
    gateway = Gateway.open(region, store=store, keys=ring, knowledge=knowledge, clock=clock)
    with gateway:
        app = create_node(gateway, api_key=Sensitive(api_key))
        uvicorn.run(app, host=host, port=port, log_config=None, access_log=False)


def _allowed(offset: float, env: Env) -> float:
    if env != "sim":
        msg = "a shifted clock is for simulation only"
        raise click.UsageError(msg)
    return offset
