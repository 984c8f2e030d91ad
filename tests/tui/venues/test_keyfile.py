"""A key from a file: read whole or refused, and the open door said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.errors import CredentialRefused
from support.venue_desk import SECRET
from tui.venues.keyfile import MOST_BYTES, read_key_file


def test_a_pem_is_read_whole_without_the_white_space_around_it(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(b"\n-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n\n")
    file.chmod(0o600)
    secret, said = read_key_file(str(file))
    assert secret == bytearray(b"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----")
    assert "may be deleted now" in said


def test_a_file_that_others_can_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET)
    file.chmod(0o640)
    _secret, said = read_key_file(str(file))
    assert "Others of this machine can read the key file" in said


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b" \n", "empty"), (b"x" * (MOST_BYTES + 1), "longer than 8,192 bytes")],
)
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(CredentialRefused, match=told):
        read_key_file(str(file))


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    with pytest.raises(CredentialRefused, match="No such file"):
        read_key_file(str(tmp_path / "gone"))
    with pytest.raises(CredentialRefused, match="no ordinary file"):
        read_key_file(str(tmp_path))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(CredentialRefused, match="no ordinary file"):
        read_key_file(str(pipe))


def test_no_refusal_says_what_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET * 200)
    with pytest.raises(CredentialRefused) as refused:
        read_key_file(str(file))
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
