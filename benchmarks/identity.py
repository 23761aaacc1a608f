"""Identity in one object: tokens and their peers, SM2, chains, token exchange, floods."""

from dataclasses import dataclass

from benchmarks import identity_chain, identity_exchange, identity_sm2, identity_tokens
from benchmarks.identity_exchange import EXCHANGE_ROUNDS, FLOOD


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        tokens: Rounds of tokens.
        sm2: Rounds of SM2.
        exchange: Rounds of token exchange.
        flood: Tokens that name unknown keys.
    """

    tokens: int = identity_tokens.ROUNDS
    sm2: int = identity_sm2.ROUNDS
    exchange: int = EXCHANGE_ROUNDS
    flood: int = FLOOD


FULL = Effort()


def run(effort: Effort = FULL) -> dict[str, float | None]:
    """Return all figures; None where a peer is absent."""
    figures: dict[str, float | None] = dict(identity_tokens.run(effort.tokens))
    figures |= identity_sm2.run(effort.sm2)
    figures |= identity_exchange.run(effort.exchange, effort.flood)
    return figures | identity_chain.run()
