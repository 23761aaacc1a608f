"""Receive a case in Suzhou for Pudong: what an embedding district system writes.

Run it on a simulated delta: python examples/01_receive_here_handle_there.py
"""

from delta import simulated_delta

from interop import CaseError, Gateway, KeyRing


def main() -> None:
    """Walk one case from the window to the licence; fifteen lines embed the gateway."""
    with simulated_delta() as delta:
        suzhou = Gateway.open(
            "320500",
            store=delta.stage.store("320500"),
            keys=KeyRing.load(delta.stage.keys("320500")),
            knowledge=delta.stage.knowledge,
            clock=delta.clock,
        )
        with suzhou, delta.listening(suzhou):
            draft = suzhou.spare(delta.filing())
            print("spared:", ", ".join(draft.exemption.spared))
            suzhou.receive(draft.case)
            suzhou.hand_over(draft.case)
            try:
                suzhou.accept(draft.case)
            except CaseError as refused:
                print("refused:", refused.reason.text("en"))
            delta.wait_until(suzhou, draft.case, "concluded")
            print("state:", suzhou.deliver(draft.case, method="window").state)


if __name__ == "__main__":
    main()
