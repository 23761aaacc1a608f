"""Simulate regions that exchange cases over a bad network, all of it from one seed.

Real stores, real keys, the real pump, puller and files; only network, clock and crashes are
simulated, in one thread, so that a seed tells the same story every time. A seed that ever
found a fault stays as a test.

``python -m interop.conformance.simulation --seeds 10000 --jobs 2``; with ``--keys`` regions
also change their keys, and former ones end with what is under way.
"""

from interop.conformance.simulation.story import Plan, Told, tell

__all__ = ["Plan", "Told", "tell"]
