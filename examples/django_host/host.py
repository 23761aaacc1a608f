"""A district system on Django: its own database and transactions, the gateway's beside it.

Run it on a simulated delta: python examples/django_host/host.py

The host stays the system of record. Inside ``atomic`` it asks the gateway, which changes
nothing, and writes its own row; what changes a case is called after the commit, under the
host's own number. Whatever dies in between, ``catch_up`` calls again: the same number is the
same case, and a verb repeats nothing.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from delta import Delta, simulated_delta

from interop import CaseError, Gateway, KeyRing
from interop.gateway.filing import Filing
from interop.node.logs import configure_logs
from interop.simulator.applicants import SUZHOU

try:
    import django
    from django.conf import settings
    from django.db import connection, models, transaction
    from django.http import HttpRequest, JsonResponse
    from django.test import Client
    from django.urls import path
except ImportError:
    print("skipped: Django is not installed")
    sys.exit(0)

folder = tempfile.TemporaryDirectory()
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder.name}/host.db"}
    },
    USE_TZ=True,
)
django.setup()


class Row(models.Model):  # type: ignore[misc]  # Django has no types here
    """The host's own record of an application."""

    number = models.CharField(max_length=40, unique=True)
    case = models.CharField(max_length=60, default="")
    state = models.CharField(max_length=20, default="wanted")

    class Meta:
        app_label = "host"


class Desk:
    """What the views share: the gateway, and the form at the window."""

    gateway: Gateway
    delta: Delta
    filings: dict[str, Filing] = {}  # noqa: RUF012 -- one desk per process, as a window has one form
    cable_pulled = False


def file(request: HttpRequest) -> JsonResponse:
    """Take an application: one transaction of the host, then the gateway."""
    number = json.loads(request.body)["number"]
    with transaction.atomic():
        Desk.filings[number] = filing(number)
        # Only asks: may stand inside, and fails the host's transaction if it must.
        decision = Desk.gateway.check(Desk.filings[number].application)
        if decision.intake in {"not_competent", "not_required"}:
            return JsonResponse({"refused": decision.intake}, status=422)
        Row.objects.create(number=number)
        transaction.on_commit(lambda: forward(number))
    row = Row.objects.get(number=number)
    return JsonResponse({"number": number, "state": row.state})


def forward(number: str) -> None:
    """Call the gateway for a committed row, and keep what it says; safe to repeat."""
    if Desk.cable_pulled:
        return
    draft = Desk.gateway.spare(Desk.filings[number])
    Desk.gateway.receive(draft.case)
    state = Desk.gateway.hand_over(draft.case).state
    Row.objects.filter(number=number).update(case=draft.case, state=state)


def catch_up() -> int:
    """Call again for every row that the gateway may not have; run it by a timer."""
    wanted = [row.number for row in Row.objects.filter(state="wanted")]
    for number in wanted:
        forward(number)
    return len(wanted)


def filing(number: str) -> Filing:
    """Return what the window files, under the host's own number."""
    made = Desk.delta.filing()
    return Filing(
        application=made.application,
        token=made.token,
        handling_token=made.handling_token,
        mandate=made.mandate,
        basis=made.basis,
        reference=number,
    )


urlpatterns = [path("applications", file)]


def post(number: str) -> Any:  # noqa: ANN401 -- JSON
    """Send the host an application, as a browser would."""
    client = Client(raise_request_exception=False)
    answer = client.post("/applications", {"number": number}, "application/json")
    return answer.status_code, answer.json() if answer.status_code == 200 else None


def filed(number: str) -> str:
    """Return whether the gateway knows the host's number."""
    return "known" if Desk.gateway.host.filed(number) else "unknown"


def story() -> None:
    """File three applications: one goes well, one is rolled back, one is caught up."""
    print("filed:", post("HOST-1")[1]["state"])
    with transaction.atomic():
        print("inside another transaction:", post("HOST-2")[1]["state"], filed("HOST-2"))
        transaction.set_rollback(True)
    print("rolled back:", Row.objects.filter(number="HOST-2").count(), filed("HOST-2"))
    Desk.cable_pulled = True
    print("cable pulled:", post("HOST-3")[1]["state"], filed("HOST-3"))
    Desk.cable_pulled = False
    print("caught up:", catch_up(), filed("HOST-3"), catch_up())
    row = Row.objects.get(number="HOST-1")
    try:
        Desk.gateway.accept(row.case)
    except CaseError as refused:
        print("refused:", refused.code)
    Desk.delta.wait_until(Desk.gateway, row.case, "concluded")
    with transaction.atomic():
        row.state = Desk.gateway.deliver(row.case, method="window").state
        row.save()
    print("delivered:", Row.objects.get(number="HOST-1").state)


def main() -> None:
    """Run the story with the gateway's database beside the host's."""
    configure_logs(form="console", level="ERROR")
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    with folder, simulated_delta() as delta:
        gateway = Gateway.open(
            SUZHOU,
            store=delta.stage.store(SUZHOU),
            keys=KeyRing.load(delta.stage.keys(SUZHOU)),
            knowledge=delta.stage.knowledge,
            clock=delta.clock,
        )
        with gateway, delta.listening(gateway):
            Desk.gateway, Desk.delta = gateway, delta
            story()
        connection.close()


if __name__ == "__main__":
    main()
