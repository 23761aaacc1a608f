"""The two profiles, for tests that depend on algorithms.

Tests of one profile's own details say so; where nothing signs with SM2, production-cn is
skipped with that reason. A whole room runs under production-cn with
``INTEROP_TEST_PROFILE=production-cn`` (a slow test does it).
"""

from typing import Final

import pytest

from interop.conformance.strategies.crypto import PROFILE
from interop.crypto.profile import DEVELOPMENT, PRODUCTION_CN
from interop.crypto.sm2 import default_backend

CAN_SIGN: Final = default_backend().can_sign
NO_BACKEND: Final = "needs the system's libcrypto of OpenSSL 3 or newer"
NATIONAL: Final = pytest.mark.skipif(not CAN_SIGN, reason=NO_BACKEND)
BOTH: Final = (
    pytest.param(DEVELOPMENT.name),
    pytest.param(PRODUCTION_CN.name, marks=NATIONAL),
)
DEVELOPMENT_ONLY: Final = pytest.mark.skipif(
    DEVELOPMENT.name != PROFILE, reason="about ES256, or a peer library without SM2"
)
