import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.conformance.strategies.crypto import KEYS_32
from interop.conformance.strategies.model import usccs
from interop.crypto import base64url, pairwise
from interop.errors import TrustError

SECTORS = st.sampled_from(["gateway.pd.sim.example", "gateway.sz.sim.example", "a"])


@given(key=KEYS_32, sector=SECTORS, code=usccs())
def test_it_is_the_keyed_digest_of_version_sector_and_identifier(
    key: bytes, sector: str, code: str
) -> None:
    expected = hmac.digest(key, f"v1|{sector}|uscc|{code}".encode(), hashlib.sha256)
    assert base64url.decode(pairwise(key, sector, f"uscc|{code}"), field="x") == expected


@given(keys=st.tuples(KEYS_32, KEYS_32), sectors=st.tuples(SECTORS, SECTORS), code=usccs())
def test_only_one_key_and_sector_give_one_name(
    keys: tuple[bytes, bytes], sectors: tuple[str, str], code: str
) -> None:
    names = {pairwise(k, s, f"uscc|{code}") for k in keys for s in sectors}
    assert len(names) == len(set(keys)) * len(set(sectors))


@pytest.mark.parametrize(
    ("key", "sector", "identifier", "field"),
    [
        (bytes(31), "a", "uscc|1", "key"),
        (bytes(32), "", "uscc|1", "sector"),
        (bytes(32), "a|b", "uscc|1", "sector"),
        (bytes(32), "A", "uscc|1", "sector"),
        (bytes(32), "a", "1", "scheme_and_code"),
        (bytes(32), "a", "uscc|1|2", "scheme_and_code"),
        (bytes(32), "a", "uscc|", "scheme_and_code"),
        (bytes(32), "a", "uscc|1\n", "scheme_and_code"),
    ],
)
def test_input_that_could_be_read_two_ways_is_refused(
    key: bytes, sector: str, identifier: str, field: str
) -> None:
    with pytest.raises(TrustError) as caught:
        pairwise(key, sector, identifier)
    assert (caught.value.code, caught.value.reason.field) == ("pairwise-input", field)
