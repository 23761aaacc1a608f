"""``interop certificates verify``: one verdict; exit code 0 for valid only."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from interop.cli import main
from interop.conformance.sealing import packed
from interop.gateway.kinds import ANCHORS
from interop.knowledge import Knowledge
from tests.certificates.sealed import OFFICE, given_document, own_anchors
from tests.cli.runs import Ran


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(capsys)


class Run:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ran:
        with pytest.raises(SystemExit) as left:
            main(["certificates", "verify", *arguments])
        told = self._capsys.readouterr()
        return Ran(int(left.value.code or 0), told.out, told.err)


def pem(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "licence.ofd"
    path.write_bytes(packed(OFFICE.document()))
    return path


def test_the_verdict_in_json(run: Run, document: Path, tmp_path: Path) -> None:
    anchor = tmp_path / "authority.pem"
    anchor.write_text(pem(OFFICE.authority.certificate), encoding="ascii")
    ran = run(str(document), "--anchor", str(anchor), "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["verdict"], told["uncovered"]) == (0, "valid", [])
    (seal,) = told["seals"]
    assert (seal["version"], seal["signer"]) == (4, "constructed signer")
    assert seal["signed_at"] == "2024-06-03T04:05:06+00:00"
    assert set(seal["checks"].values()) == {"passed", "not-applicable"}
    early = run(str(document), "--anchor", str(anchor), "--at", "2024-06-02", "--json")
    assert (early.code, json.loads(early.out)["verdict"]) == (1, "expired")
    assert run(str(document), "--anchor", str(anchor), "--at", "2024-06-03").code == 0


def test_without_an_anchor(run: Run, document: Path) -> None:
    ran = run(str(document), "--json")
    assert (ran.code, json.loads(ran.out)["verdict"]) == (1, "untrusted")


def test_anchors_of_an_overlay(run: Run, document: Path, tmp_path: Path) -> None:
    rows = f'''[[anchor]]
name = "constructed"
zh = "构造的机构"
en = "constructed authority"
uses = ["signer", "seal-maker"]
source = "constructed for tests"
verified = "no"
pem = """
{pem(OFFICE.authority.certificate)}"""
'''
    folder = tmp_path / "overlay" / "identity" / "anchors"
    folder.mkdir(parents=True)
    (folder / "constructed.toml").write_text(rows, encoding="utf-8")
    overlay = tmp_path / "overlay"
    assert run(str(document), "--overlay", str(overlay), "--json").code == 0
    only = rows.replace('"signer", ', "")
    (folder / "constructed.toml").write_text(only, encoding="utf-8")
    assert run(str(document), "--overlay", str(overlay), "--json").code == 1
    twice = rows + rows.replace('"constructed"', '"again"')
    (folder / "constructed.toml").write_text(twice, encoding="utf-8")
    ran = run(str(document), "--overlay", str(overlay), "--json")
    assert [r["code"] for r in json.loads(ran.out)["reasons"]] == ["anchor-twice"]
    broken = rows.replace("MII", "xxx")
    (folder / "constructed.toml").write_text(broken, encoding="utf-8")
    ran = run(str(document), "--overlay", str(overlay), "--json")
    assert [r["code"] for r in json.loads(ran.out)["reasons"]] == ["anchor-broken"]


def test_nothing_is_shipped_as_an_anchor() -> None:
    assert Knowledge().keys(ANCHORS) == ()


@pytest.mark.parametrize(("lang", "word"), [("zh", "不在签章范围内"), ("en", "outside")])
def test_the_verdict_in_words(run: Run, tmp_path: Path, lang: str, word: str) -> None:
    document, anchor = tmp_path / "licence.ofd", tmp_path / "authority.der"
    document.write_bytes(packed({**OFFICE.document(), "Doc_0/Added.xml": b"<a/>"}))
    anchor.write_bytes(OFFICE.authority.certificate)
    ran = run(str(document), "--anchor", str(anchor), "--lang", lang)
    assert ran.code == 1
    assert ran.out.startswith("incomplete\n")
    assert "uncovered  Doc_0/Added.xml" in ran.out
    assert word in ran.out


def test_what_is_no_document_and_no_certificate(
    run: Run, document: Path, tmp_path: Path
) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"junk")
    ran = run(str(junk), "--json")
    assert (ran.code, json.loads(ran.out)["verdict"]) == (1, "unreadable")
    ran = run(str(document), "--anchor", str(junk), "--json")
    assert (ran.code, json.loads(ran.out)["reasons"][0]["code"]) == (1, "x509-malformed")
    assert run(str(tmp_path / "absent"), "--json").code == 1


@pytest.mark.parametrize(
    ("name", "verdict"), [("signedFile.ofd", "valid"), ("999.ofd", "incomplete")]
)
def test_the_published_documents(run: Run, tmp_path: Path, name: str, verdict: str) -> None:
    data = given_document(name)
    (tmp_path / name).write_bytes(data)
    bare = run(str(tmp_path / name), "--json")
    assert (bare.code, json.loads(bare.out)["verdict"]) == (1, "untrusted")
    options = []
    for number, anchor in enumerate(own_anchors(data)):
        path = tmp_path / f"{number}.der"
        path.write_bytes(anchor.certificate.parsed.public_bytes(Encoding.DER))
        options += ["--anchor", str(path)]
    told = json.loads(run(str(tmp_path / name), *options, "--json").out)
    assert told["verdict"] == verdict
    assert told["uncovered"] == (["OFD.xml"] if name == "999.ofd" else [])
