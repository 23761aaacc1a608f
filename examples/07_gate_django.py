"""Put a gate before a Django application: wrap what get_wsgi_application() returns.

Run it on a simulated delta: python examples/07_gate_django.py
"""

import sys
from typing import Any

from delta import simulated_delta

from interop import Gateway, KeyRing
from interop.federation.middleware import PRINCIPAL, Ask, WsgiGate
from interop.simulator.applicants import SUZHOU, log_in

try:
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, JsonResponse
    from django.test import RequestFactory
    from django.urls import path
except ImportError:
    print("skipped: Django is not installed")
    sys.exit(0)


def whoami(request: HttpRequest) -> JsonResponse:
    """Serve who is asking; Django keeps the WSGI environ in ``request.META``."""
    principal = request.META[PRINCIPAL]
    return JsonResponse({"region": principal.region, "level": principal.level})


urlpatterns = [path("whoami", whoami)]


def call(application: Any, token: str) -> tuple[str, bytes]:  # noqa: ANN401 -- WSGI as a server sees it
    """Return status and body of a request, as a WSGI server would get them."""
    environ = RequestFactory().get("/whoami").environ
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    began: list[str] = []
    body = application(environ, lambda status, _headers, _fault=None: began.append(status))
    return began[0], b"".join(body)


def main() -> None:
    """Ask without a token and with a login."""
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
    django.setup()
    with simulated_delta() as delta:
        suzhou = Gateway.open(
            SUZHOU,
            store=delta.stage.store(SUZHOU),
            keys=KeyRing.load(delta.stage.keys(SUZHOU)),
            knowledge=delta.stage.knowledge,
            clock=delta.clock,
        )
        with suzhou:
            application = WsgiGate(get_wsgi_application(), Ask(suzhou.tokens))
            print("nobody", call(application, "")[0])
            login = log_in(delta.simulator, person="agent-a").tokens[SUZHOU]
            status, body = call(application, login.reveal())
            print("face", status, body.decode())


if __name__ == "__main__":
    main()
