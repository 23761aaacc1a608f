"""OpenSSL's own tool as the oracle of seal signatures."""

import shutil
import subprocess
from pathlib import Path

import pytest

from interop.certificates.ofd.seals import Signed
from interop.conformance.sealing import Version, packed
from tests.certificates.sealed import OFFICE, given_document, seal_of

DISTID = "distid:1234567812345678"


def agrees(folder: Path, signed: Signed, message: bytes) -> bool:
    """Return whether openssl says that ``message`` was signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the command openssl")

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([openssl, *words], capture_output=True, cwd=folder, check=False)  # noqa: S603 -- a tool of the system

    (folder / "signer.der").write_bytes(signed.certificate)
    (folder / "signature").write_bytes(signed.signature)
    (folder / "message").write_bytes(message)
    key = run("x509", "-inform", "DER", "-in", "signer.der", "-noout", "-pubkey")
    (folder / "key.pem").write_bytes(key.stdout)
    words = ("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID)
    files = ("-pubin", "-inkey", "key.pem", "-sigfile", "signature", "-in", "message")
    return run(*words, *files).returncode == 0


def documents() -> list[str]:
    return ["signedFile.ofd", "999.ofd", "version 1", "version 4"]


@pytest.mark.parametrize("name", documents())
def test_openssl_agrees_on_signer_and_maker(name: str, tmp_path: Path) -> None:
    versions: dict[str, Version] = {"version 1": 1, "version 4": 4}
    version = versions.get(name)
    data = packed(OFFICE.document(version)) if version else given_document(name)
    seal = seal_of(data)
    for signed in (seal.signed, seal.seal.made):
        message, *others = signed.messages
        assert agrees(tmp_path, signed, message)
        broken = bytes([message[0] ^ 1]) + message[1:]
        assert not any(agrees(tmp_path, signed, each) for each in (broken, *others))
