"""Receive a government service case in one region, have it handled in another.

The names below load on first use, so that importing the package costs next to nothing.
Everything else public stands under its dotted name in docs/reference/api.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interop.crypto.ring import KeyRing
    from interop.errors import (
        CaseError,
        ExchangeError,
        InteropError,
        KnowledgeError,
        Reason,
        RegionError,
        StoreError,
        TrustError,
    )
    from interop.gateway.open import Gateway
    from interop.knowledge import Knowledge
    from interop.model.case import Application, Case, Deadline, Notice, SubmittedMaterial
    from interop.model.judgement import Decision, Exemption
    from interop.model.party import Party, Principal, Scheme
    from interop.model.sensitive import Sensitive
    from interop.node.app import create_node

_HOMES = {
    "Application": "interop.model.case",
    "Case": "interop.model.case",
    "CaseError": "interop.errors",
    "Deadline": "interop.model.case",
    "Decision": "interop.model.judgement",
    "ExchangeError": "interop.errors",
    "Exemption": "interop.model.judgement",
    "Gateway": "interop.gateway.open",
    "InteropError": "interop.errors",
    "KeyRing": "interop.crypto.ring",
    "Knowledge": "interop.knowledge",
    "KnowledgeError": "interop.errors",
    "Notice": "interop.model.case",
    "Party": "interop.model.party",
    "Principal": "interop.model.party",
    "Reason": "interop.errors",
    "RegionError": "interop.errors",
    "Scheme": "interop.model.party",
    "Sensitive": "interop.model.sensitive",
    "StoreError": "interop.errors",
    "SubmittedMaterial": "interop.model.case",
    "TrustError": "interop.errors",
    "create_node": "interop.node.app",
}

__all__ = [
    "Application",
    "Case",
    "CaseError",
    "Deadline",
    "Decision",
    "ExchangeError",
    "Exemption",
    "Gateway",
    "InteropError",
    "KeyRing",
    "Knowledge",
    "KnowledgeError",
    "Notice",
    "Party",
    "Principal",
    "Reason",
    "RegionError",
    "Scheme",
    "Sensitive",
    "StoreError",
    "SubmittedMaterial",
    "TrustError",
    "create_node",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        msg = f"module `interop` has no attribute `{name}`"
        raise AttributeError(msg)
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
