"""A venue's key on its way in: every door, what does not fit through it, and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from connectors.model.connection import KeyKind
from connectors.model.ids import Mode
from support.vault_command import Typist, descriptors
from tui.cli import environment, key_parts
from tui.cli.exits import CommandFailed, Exit
from tui.cli.key_parts import Doors, KeyParts

ED25519 = Ed25519PrivateKey.generate()


def pem(key: object = ED25519, encryption: KeySerializationEncryption | None = None) -> str:
    form = PrivateFormat.PKCS8
    return str(key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()), "ascii")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _empty_environment() -> Iterator[None]:
    environment.hold({})
    yield
    environment.hold({})


def read(doors: Doors) -> KeyParts:
    return key_parts.read(doors, "binance", Mode.TESTNET)


def read_secret_fd(text: str, **more: object) -> KeyParts:
    with descriptors(text) as (number,):
        return read(Doors(secret_fd=number, **more))  # type: ignore[arg-type]  # one test's own names


def a_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_text(text)
    path.chmod(mode)
    return path


def said(parts: KeyParts) -> tuple[KeyKind, str, bytes, bytes | None]:
    text = parts.text()
    return text.kind, text.api_key, bytes(text.secret), None if text.passphrase is None else bytes(text.passphrase)


@pytest.mark.parametrize("text", ["id\nsecret\n", "id\nsecret", " id \r\n secret \r\n", "id\n\nsecret\n"])
def test_the_first_line_is_the_api_key_and_the_rest_the_secret(text: str) -> None:
    assert said(read_secret_fd(text)) == (KeyKind.HMAC, "id", b"secret", None)


def test_with_a_descriptor_of_its_own_for_the_api_key_all_of_it_is_the_secret() -> None:
    with descriptors("id\n", pem()) as (api_key, secret):
        parts = read(Doors(api_key_fd=api_key, secret_fd=secret))
    kind, api_key_text, held, _ = said(parts)
    assert (kind, api_key_text) == (KeyKind.ED25519, "id")
    assert held.decode().strip() == pem().strip()


@pytest.mark.parametrize(
    ("key", "kind"), [(ED25519, KeyKind.ED25519), (new_rsa(65_537, 2_048), KeyKind.RSA)], ids=["ed25519", "rsa"]
)
def test_a_key_file_says_what_it_signs_with(
    key: object, kind: KeyKind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with descriptors("id") as (number,):
        parts = read(Doors(file=a_file(tmp_path, pem(key)), api_key_fd=number))
    assert said(parts)[0] is kind
    assert capsys.readouterr().err == ""


def test_a_file_that_others_can_read_is_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = a_file(tmp_path, "id\nsecret", 0o640)
    assert said(read(Doors(file=path)))[1:3] == ("id", b"secret")
    assert capsys.readouterr().err == f"Others can read {path} (0640). Close it: chmod 600 {path}\n"


def test_a_venues_json_holds_both_halves(tmp_path: Path) -> None:
    whole = json.dumps({"name": "organizations/1/apiKeys/2", "privateKey": pem()})
    kind, api_key, secret, _ = said(read(Doors(file=a_file(tmp_path, whole))))
    assert (kind, api_key) == (KeyKind.ED25519, "organizations/1/apiKeys/2")
    assert secret.decode() == pem()
    assert said(read_secret_fd(whole))[1] == api_key


async def test_an_encrypted_file_asks_its_passphrase(tmp_path: Path) -> None:
    path = a_file(tmp_path, pem(encryption=BestAvailableEncryption(b"sesame")))
    with pytest.raises(CommandFailed, match="does not say what it signs with: --signs-with"):
        read(Doors(file=path))
    with descriptors("id") as (number,):
        parts = read(Doors(KeyKind.ED25519, api_key_fd=number, file=path))
    typist = Typist("sesame")
    assert await key_parts.complete(parts, typist)
    assert typist.asked == ["*Passphrase of the key file: "]
    assert said(parts)[3] == b"sesame"
    with descriptors("id", "sesame\n") as (number, opener):
        parts = read(Doors(KeyKind.ED25519, api_key_fd=number, key_passphrase_fd=opener, file=path))
    assert await key_parts.complete(parts, Typist())
    assert said(parts)[3] == b"sesame"
    with descriptors("id") as (number,):
        parts = read(Doors(KeyKind.ED25519, api_key_fd=number, file=path))
    with pytest.raises(CommandFailed, match="--key-passphrase-fd"):
        await key_parts.complete(parts, Typist(able=False))


def ecdsa() -> str:
    form = PrivateFormat.TraditionalOpenSSL
    return new_ec(SECP256R1()).private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def public() -> str:
    return ED25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ecdsa(), "holds an ECDSA key"),
        (public(), "holds a public key"),
        ('{"name": "x"}', "is JSON without name and privateKey"),
        ('{"name": 1, "privateKey": 2}', "is JSON without name and privateKey"),
        ("{", "is JSON without name and privateKey"),
        ("", "has no key in it"),
        ("x" * 20_000, "has no key in it"),
    ],
    ids=["ecdsa", "public", "half", "numbers", "brace", "empty", "long"],
)
def test_a_file_that_holds_no_key_is_refused_without_a_word_of_it(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=told) as refused:
        read(Doors(file=a_file(tmp_path, text)))
    assert refused.value.exit is Exit.USAGE
    assert "BEGIN" not in str(refused.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"cannot be read \(No such file or directory\)"):
        read(Doors(file=tmp_path / "nowhere"))
    with pytest.raises(CommandFailed, match=r"cannot be read|is no file"):
        read(Doors(file=tmp_path))
    with pytest.raises(CommandFailed, match="is no file"):
        read(Doors(file=Path("/dev/null")))


@pytest.mark.parametrize(
    ("doors", "told"),
    [
        (Doors(no_key=True, secret_fd=9), "--no-key and a key are two things"),
        (Doors(no_key=True, from_env=True), "--no-key and a key are two things"),
        (Doors(from_env=True, file=Path("x")), "--from-env takes the whole key"),
        (Doors(file=Path("x"), secret_fd=9), "both name the secret"),
    ],
    ids=["none and one", "none and environment", "environment and file", "two secrets"],
)
def test_doors_that_exclude_each_other_are_refused_before_one_is_opened(doors: Doors, told: str) -> None:
    with pytest.raises(CommandFailed, match=told):
        read(doors)


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("id-and-no-secret", None, "holds no first line of its own"),
        (pem(), None, "holds no first line of its own"),
        ("id\nsecret", KeyKind.ED25519, "holds no private key .PEM., which does not sign with ed25519"),
        (f"id\n{pem()}", KeyKind.HMAC, "holds a private key .PEM., which does not sign with hmac"),
    ],
    ids=["one line", "pem alone", "hmac for ed25519", "pem for hmac"],
)
def test_a_secret_that_does_not_fit_is_refused(text: str, kind: KeyKind | None, told: str) -> None:
    with pytest.raises(CommandFailed, match=told):
        read_secret_fd(text, signs_with=kind)


def test_the_environment_gives_the_key_of_exactly_that_venue_and_mode() -> None:
    environment.hold({"BINANCE_TESTNET_API_KEY": "id", "BINANCE_TESTNET_API_SECRET": "secret"})
    parts = read(Doors(from_env=True))
    assert said(parts) == (KeyKind.HMAC, "id", b"secret", None)
    assert set(parts.names) == {"BINANCE_TESTNET_API_KEY", "BINANCE_TESTNET_API_SECRET"}
    with pytest.raises(CommandFailed, match="no key for binance live: BINANCE_API_KEY and BINANCE_API_SECRET"):
        key_parts.read(Doors(from_env=True), "binance", Mode.LIVE)


async def test_what_is_missing_is_asked_for_hidden_and_white_space_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    typist = Typist(" id ", "secret")
    parts = read(Doors())
    assert await key_parts.complete(parts, typist)
    assert said(parts) == (KeyKind.HMAC, "id", b"secret", None)
    assert all(question.startswith("*") for question in typist.asked)
    assert capsys.readouterr().err == "White space around what was given is left out.\n"
    assert [bytes(typed).strip(b"\0") for typed in typist.handed] == [b"", b""], "what was typed is overwritten"


async def test_enter_alone_means_no_key_only_where_none_was_named() -> None:
    assert not await key_parts.complete(read(Doors()), Typist(""))
    with pytest.raises(CommandFailed, match="No API key was typed"):
        await key_parts.complete(read(Doors(KeyKind.HMAC)), Typist(""))
    with pytest.raises(CommandFailed, match="No secret was typed"):
        await key_parts.complete(read(Doors()), Typist("id", " "))
    with pytest.raises(CommandFailed, match="name its file with --key-file"):
        await key_parts.complete(read(Doors(KeyKind.ED25519)), Typist("id"))


async def test_a_script_is_told_what_is_missing() -> None:
    with descriptors("id") as (number,):
        parts = read(Doors(api_key_fd=number))
    with pytest.raises(CommandFailed, match=r"The secret is missing\. Give it through a descriptor"):
        await key_parts.complete(parts, Typist(able=False))


def test_a_closed_key_is_overwritten() -> None:
    parts = read_secret_fd("id\nsecret")
    assert parts.secret is not None
    buffer = parts.secret.buffer
    parts.close()
    assert buffer == bytearray(6)
    assert "secret" not in repr(parts)
