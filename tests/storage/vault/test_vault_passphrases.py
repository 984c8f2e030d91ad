"""Passphrases and recovery keys: one spelling, sound ones only, and a slip of the pen is told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import (
    RecoveryKeyMistyped,
    SecretRefused,
)
from connectors.model.secret import SecretBytes
from storage.vault.passphrase import check_new, generate, read_descriptor, read_passphrase
from storage.vault.recovery import ALPHABET, read_recovery_key, write_recovery_key
from support.vaults import Desk, by


def test_t2_composed_and_decomposed_spellings_are_one_passphrase() -> None:
    typed = "Zürich – Čeština – 한국어"
    desk = Desk()
    desk.vault().create(by(unicodedata.normalize("NFC", typed)))
    assert desk.vault().unlock(by(unicodedata.normalize("NFD", typed))).anchored


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 to 1024 bytes"),
        ("x" * 1025, "longer than 1024"),
        ("é" * 600, "1 to 1024 bytes"),
        ("a pass\nphrase", "control character"),
        ("a pass\x00phrase", "control character"),
        ("a pass\x85phrase", "control character"),
        ("half a \ud800 sign", "control character"),
    ],
)
def test_what_is_no_passphrase_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(SecretRefused, match=said) as caught:
        read_passphrase(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("eleven byte", "11 bytes, and 12 to 1024 are needed"),
        ("aaaaaaaaaaaaaaaa", "one character repeated"),
        ("qwertyuiop123", "first thousand"),
        ("PasswordPassword", "first thousand"),
    ],
)
def test_a_new_passphrase_that_would_be_tried_first_is_refused(text: str, said: str) -> None:
    with pytest.raises(SecretRefused, match=said) as caught:
        Desk().vault().create(by(text))
    assert text not in str(caught.value)
    vault = Desk().made()
    with pytest.raises(SecretRefused, match=said):
        vault.slots.change_passphrase(by(), by(text))


def test_a_passphrase_from_a_descriptor_loses_one_newline_and_its_buffer() -> None:
    data = bytearray(b"ein langer Satz\n\n")
    with pytest.raises(SecretRefused, match="control character"):
        read_descriptor(data)
    assert not any(data)
    assert read_descriptor(bytearray(b"a long sentence\n")).buffer == b"a long sentence"
    with pytest.raises(SecretRefused, match="not UTF-8"):
        read_descriptor(bytearray(b"\xff\xfe\xfd"))


def test_a_generated_passphrase_has_125_bits_and_passes_its_own_rules() -> None:
    made = {bytes(generate().buffer) for _ in range(50)}
    assert len(made) == 50
    for one in made:
        assert len(one) == 25
        assert set(one.decode().upper()) <= set(ALPHABET)
        check_new(SecretBytes(bytearray(one)))


# Recovery keys


@given(st.binary(min_size=20, max_size=20), st.data())
def test_a_recovery_key_reads_back_in_any_handwriting_and_notices_a_slip(key: bytes, data: st.DataObject) -> None:
    text = write_recovery_key(SecretBytes(bytearray(key)))
    sloppy = text.lower().replace("-", data.draw(st.sampled_from(["", " ", "--", "\t"])))
    sloppy = sloppy.replace("1", data.draw(st.sampled_from("1ilIL"))).replace("0", data.draw(st.sampled_from("0oO")))
    assert read_recovery_key(sloppy).buffer == key
    assert read_recovery_key(text.removeprefix("TDR1-")).buffer == key
    signs = list(text)
    at = data.draw(st.sampled_from([at for at, sign in enumerate(signs) if at > 4 and sign != "-"]))
    signs[at] = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != signs[at]]))
    slipped = "".join(signs)
    try:
        found = read_recovery_key(slipped)
    except RecoveryKeyMistyped as problem:
        assert slipped not in str(problem)  # what it says is the point
    else:
        # One slip in a million passes a check of 20 bits, and then it is another key.
        assert found.buffer != key


@pytest.mark.parametrize("text", ["", "TDR1", "TDR1-" + "0" * 35, "TDR1-" + "0" * 37, "U" * 36, "é" * 36])
def test_what_is_no_recovery_key_is_mistyped_not_wrong(text: str) -> None:
    with pytest.raises(RecoveryKeyMistyped, match="type it again"):
        read_recovery_key(text)
