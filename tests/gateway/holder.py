"""An application that holds a key: tokens bound to it, and proofs that it is at hand."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from interop.crypto import base64url, sign_compact
from interop.crypto.profile import DEVELOPMENT, SecretKey
from interop.federation import Possession, prove_possession, thumbprint
from interop.federation.claims import PossessionClaims
from interop.model.canonical import canonical_bytes
from interop.model.sensitive import Sensitive
from interop.simulator.stage import Stage

URL = "https://host.sz.sim.example/apply"
NUMBERS = count(1)


@dataclass
class Holder:
    """A client of the host system, with its key."""

    key: SecretKey = field(default_factory=lambda: DEVELOPMENT.generate(use="sig"))

    @property
    def jkt(self) -> str:
        """Return the thumbprint that tokens are bound to."""
        return thumbprint(self.key.public.to_jwk())

    def bound(self, token: Sensitive, stage: Stage) -> Sensitive:
        """Return what the identity provider would have issued to this client."""
        head, body, _ = (part for part in token.reveal().split("."))
        header, claims = (json.loads(base64url.decode(x, field="jwt")) for x in (head, body))
        claims["cnf"] = {"jkt": self.jkt}
        signer, env = stage.identity_signer(), {"env": header["env"]}
        return Sensitive(
            sign_compact(canonical_bytes(claims), signer, typ=header["typ"], header=env)
        )

    def proof(
        self, token: Sensitive, at: datetime, *, method: str = "POST", url: str = URL
    ) -> Possession:
        """Return a proof for one request, as the host passes it on."""
        digest = hashlib.sha256(token.reveal().encode()).digest()
        claims = PossessionClaims(
            jti=f"proof-{next(NUMBERS):06}",
            htm=method,
            htu=url,
            iat=int(at.timestamp()),
            ath=base64url.encode(digest),
        )
        jwt = prove_possession(claims, self.key, self.key.public.to_jwk())
        return Possession(jwt=jwt, method=method, url=url)
