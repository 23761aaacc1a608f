"""Put a gate before a Starlette or FastAPI application: one line, no framework in the library.

Run it on a simulated delta: python examples/06_gate_asgi.py
"""

import httpx
from delta import simulated_delta
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from interop import Gateway, KeyRing, Principal
from interop.federation import Need
from interop.federation.middleware import PRINCIPAL, AsgiGate, Ask
from interop.model.party import AssuranceLevel
from interop.simulator.applicants import SUZHOU, log_in
from interop.simulator.server import serve


async def whoami(request: Request) -> JSONResponse:
    """Serve who is asking; nobody gets here without a believed login."""
    principal: Principal = request.scope[PRINCIPAL]
    return JSONResponse({"region": principal.region, "level": principal.level})


def main() -> None:
    """Ask without a token, with a weak login, and with a strong one."""
    with simulated_delta() as delta:
        suzhou = Gateway.open(
            SUZHOU,
            store=delta.stage.store(SUZHOU),
            keys=KeyRing.load(delta.stage.keys(SUZHOU)),
            knowledge=delta.stage.knowledge,
            clock=delta.clock,
        )
        app = Starlette(routes=[Route("/whoami", whoami)])
        # FastAPI: app.add_middleware(AsgiGate, ask=Ask(...)) does the same.
        gate = AsgiGate(app, Ask(suzhou.tokens, Need(level=AssuranceLevel.HIGH)))
        with suzhou, serve(gate) as url:
            for method in ("", "sms", "face"):
                headers = {}
                if method:
                    login = log_in(delta.simulator, person="agent-a", method=method)
                    headers["Authorization"] = f"Bearer {login.tokens[SUZHOU].reveal()}"
                answer = httpx.get(f"{url}/whoami", headers=headers, trust_env=False)
                print(method or "nobody", answer.status_code, told(answer))


def told(answer: httpx.Response) -> str:
    """Return what matters of an answer."""
    if answer.status_code == httpx.codes.OK:
        return str(answer.json())
    return f"{answer.json()['reasons'][0]['code']} | {answer.headers['www-authenticate']}"


if __name__ == "__main__":
    main()
