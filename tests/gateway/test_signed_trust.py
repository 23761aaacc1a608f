"""A gateway under a signed registry: it opens by it, renews it, and never goes back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from interop.crypto import PrivateKey
from interop.crypto.ring import KeyRing
from interop.errors import InteropError, KnowledgeError, TrustError
from interop.federation import OpenedRegistry, RegistryFiles, open_registry, sign_registry
from interop.gateway.open import Gateway
from interop.gateway.trust import SignedTrust, files_of, read_signers
from interop.gateway.work import renew_trust
from interop.model.canonical import canonical_bytes
from interop.simulator.applicants import PUDONG, SUZHOU, log_in
from tests.gateway.delta import Delta

PUBLISHER = PrivateKey.generate(use="sig")


class Publisher:
    """Signs the delta's registry, version after version, into one file."""

    def __init__(self, delta: Delta) -> None:
        self.delta = delta
        self.file = delta.stage.folder / "registry.jwt"
        self.signers = delta.stage.folder / "signers.json"
        self.signers.write_bytes(canonical_bytes({"keys": [PUBLISHER.public.to_jwk()]}))
        self.last: OpenedRegistry | None = None

    def publish(self, change: Callable[[RegistryFiles], RegistryFiles] = lambda f: f) -> str:
        files, now, last = change(files_of(self.delta.knowledge)), self.delta.clock(), self.last
        step = {"version": last.version + 1, "previous": last.digest} if last else {}
        header = files.registry.model_copy(update=step)
        token = sign_registry(
            files.model_copy(update={"registry": header}),
            PUBLISHER,
            now=now,
            until=now + timedelta(days=30),
            after=last,
        )
        self.last = open_registry(token, signers=[PUBLISHER.public.to_jwk()], now=now)
        self.file.write_text(token + "\n", encoding="ascii")
        return token

    def open(self) -> Gateway:
        delta = self.delta
        return Gateway.open(
            PUDONG,
            store=delta.stage.folder / "signed.db",
            keys=KeyRing.load(delta.stage.keys(PUDONG)),
            knowledge=delta.knowledge,
            clock=delta.clock,
            trust=SignedTrust.load(self.file, self.signers),
        )


def revoked(files: RegistryFiles) -> RegistryFiles:
    """Return the files with every key of identity providers revoked."""
    return files.model_copy(
        update={
            "issuers": tuple(
                file.model_copy(
                    update={
                        "issuer": tuple(
                            row
                            if "gateway" in row.roles
                            else row.model_copy(
                                update={
                                    "keys": tuple(
                                        key.model_copy(update={"state": "revoked"})
                                        for key in row.keys
                                    )
                                }
                            )
                            for row in file.issuer
                        )
                    }
                )
                for file in files.issuers
            )
        }
    )


def code_of(call: Callable[[], object], error: type[InteropError] = TrustError) -> str:
    with pytest.raises(error) as caught:
        call()
    return caught.value.code


def test_it_trusts_the_same_as_under_the_folder(delta: Delta) -> None:
    publisher = Publisher(delta)
    publisher.publish()
    with publisher.open() as gateway:
        assert gateway._desk.registry.digest == delta.desk(PUDONG).registry.digest
        login = log_in(delta.simulator, person="agent-a", organisation="enterprise-a")
        assert gateway.identify(login.tokens[PUDONG]) == delta.pudong.identify(
            login.tokens[PUDONG]
        )
        assert not renew_trust(gateway._desk)


def test_a_revocation_counts_after_the_next_round_of_work(delta: Delta) -> None:
    publisher = Publisher(delta)
    publisher.publish()
    with publisher.open() as gateway:
        token = log_in(delta.simulator, person="agent-a", organisation="").tokens[PUDONG]
        gateway.identify(token)
        publisher.publish(revoked)
        gateway.work()
        assert code_of(lambda: gateway.identify(token)) == "token-key-revoked"
        assert gateway._desk.directory.find(SUZHOU).region == SUZHOU


def test_what_was_in_use_outlives_the_process_and_an_older_one_is_refused(
    delta: Delta,
) -> None:
    publisher = Publisher(delta)
    first = publisher.publish()
    publisher.open().shut()
    second = publisher.publish(revoked)
    publisher.open().shut()
    publisher.file.write_text(first, encoding="ascii")
    assert code_of(publisher.open) == "registry-rollback"
    publisher.file.write_text(second, encoding="ascii")
    with publisher.open() as gateway:
        # A running one refuses it too, and keeps what it has.
        publisher.file.write_text(first, encoding="ascii")
        assert not renew_trust(gateway._desk)
        publisher.file.unlink()
        assert not renew_trust(gateway._desk)
        assert gateway._desk.registry.header.version == 3
        publisher.file.write_text(second, encoding="ascii")
        assert not renew_trust(gateway._desk)


def test_a_file_that_is_no_registry_opens_nothing(delta: Delta, tmp_path: Path) -> None:
    publisher = Publisher(delta)
    publisher.publish()
    publisher.file.write_bytes(b"\xff\xfe")
    assert code_of(publisher.open) == "registry-malformed"
    assert not (delta.stage.folder / "signed.db").exists()
    empty = tmp_path / "none.json"
    empty.write_bytes(b'{"keys":[]}')
    assert code_of(lambda: read_signers(empty), KnowledgeError) == "registry-signer-unknown"
