"""Regional systems in simulation, serving the very contracts of ``adapters/``.

Everything here is constructed: persons, firms, numbers, rulings. Every answer says so in the
header ``x-simulation``; nothing may be taken for an act of an authority.
"""

from interop.simulator.app import create_simulator
from interop.simulator.server import serve
from interop.simulator.world import World, default_world

__all__ = ["World", "create_simulator", "default_world", "serve"]
