"""A vault that is not in the one form its format has is damage; it is never taken for a fresh one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SecretRefused, VaultDamaged
from connectors.model.secret import SecretBytes
from storage.vault.anchor import Anchor
from storage.vault.binding import canonical_origin, is_canonical
from storage.vault.cipher import encrypt
from storage.vault.datakey import DataKey
from storage.vault.field import associated, open_field
from storage.vault.store import Stored, StoredItem
from support.vault_tampering import Change, full, name_of, refused, row_change
from support.vaults import Desk, MemoryAnchors, MemoryStore, by


@pytest.fixture(scope="module")
def whole() -> Stored:
    return full()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda stored: replace(stored, header=None), "header is gone"),
        (lambda stored: replace(stored, header=None, seal=None, slots={}, items={}), "header is gone"),
        (lambda stored: replace(stored, seal=None), "the seal is missing"),
        (lambda stored: replace(stored, seal=b"short"), "the seal is missing"),
        (row_change(1, origins='[["rest", "https://testnet.binance.vision:443"]]'), "one written form"),
        (row_change(1, origins="[]"), "0 hosts"),
        (row_change(1, origins='[["rest","https://TESTNET.binance.vision:443"]]'), "not written scheme"),
        (row_change(1, origins='[["rest","https://testnet.binance.vision"]]'), "not written scheme"),
        (row_change(1, origins='[["b","https://b:1"],["a","https://a:1"]]'), "unsorted"),
        (row_change(1, origins="{}"), "cannot be read"),
        (row_change(1, flags=8), "flags 8"),
        (row_change(1, flags=-1), "flags -1"),
        (row_change(1, generation=99), "generation 99"),
        (row_change(1, generation=0), "generation 0"),
        (row_change(1, label="a\x1b[31m"), "unprintable"),
        (row_change(1, venue=""), "empty"),
        (row_change(1, fields={}), "fields that no connection has"),
        (row_change(1, fields={"note": b""}), "fields that no connection has"),
        (row_change(1, fields={"secret": b"x" * 20_000}), "longer than 16384"),
        (lambda stored: replace(stored, rows={"no id": stored.rows[name_of(1)]}), "has an id"),
        (lambda stored: replace(stored, rows={name_of(1).replace("-", ""): stored.rows[name_of(1)]}), "has an id"),
        (lambda stored: replace(stored, slots={"00": b""}), "under an id that is none"),
        (
            lambda stored: replace(stored, slots={k.upper() + " ": v for k, v in stored.slots.items()}),
            "id that is none",
        ),
        (lambda stored: replace(stored, slots={bytes([n] * 16).hex(): b"" for n in range(8)}), "8 entries"),
        (lambda stored: replace(stored, items={f"n{n}": StoredItem(1, b"") for n in range(65)}), "65 entries"),
        (lambda stored: replace(stored, items={"UPPER": stored.items["note"]}), "name that no item has"),
        (lambda stored: replace(stored, items={"note": StoredItem(99, stored.items["note"].body)}), "generation 99"),
    ],
)
def test_what_is_not_in_the_one_form_is_damage(whole: Stored, change: Change, said: str) -> None:
    problem = refused(change(whole))
    assert type(problem) is VaultDamaged
    assert said in str(problem)
    assert "\x1b" not in str(problem)


def test_an_anchor_without_a_vault_is_damage_and_no_fresh_vault_is_made() -> None:
    anchors = MemoryAnchors(Anchor(bytes(16), 3, bytes(32)))
    vault = Desk(MemoryStore(), anchors).vault()
    for act in (vault.exists, lambda: vault.create(by()), lambda: vault.unlock(by())):
        with pytest.raises(VaultDamaged, match="anchor of a vault is there"):
            act()


@pytest.mark.parametrize(
    "plain",
    [
        b"\0\5" + b"hello" + bytes(56) + b"\1",
        b"\0\5" + b"hello" + bytes(121),
        b"\0\0" + bytes(62),
        b"\0\x3f" + bytes(62),
        b"\xff\xff" + bytes(62),
    ],
)
def test_a_plaintext_that_is_padded_otherwise_is_none_of_ours(plain: bytes) -> None:
    key, binding = DataKey(SecretBytes(bytearray(32)), bytes(16), 1), b"binding"
    with key.field_key(associated(binding, "secret")) as own:
        hidden = encrypt(own, bytes(12), bytearray(plain), associated(binding, "secret"))
    assert open_field(key, binding, "secret", b"TDF1\1" + bytes(12) + hidden) is None


# The hosts


@given(st.text(max_size=60) | st.from_regex(r"(https|wss|ftp)://[A-Za-z0-9.\-:@\[\]/]{0,40}"))
def test_an_origin_is_written_in_one_form_or_refused(url: str) -> None:
    try:
        origin = canonical_origin(url)
    except SecretRefused as problem:
        assert problem.sentence.isprintable()
        return
    assert is_canonical(origin)
    assert canonical_origin(origin) == origin


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.Binance.com", "https://api.binance.com:443"),
        ("wss://ws-api.binance.com/ws-api/v3", "wss://ws-api.binance.com:443"),
        ("http://127.0.0.1:8000/x?y#z", "http://127.0.0.1:8000"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]:443"),
        ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
    ],
)
def test_an_address_becomes_the_origin_that_is_bound(url: str, origin: str) -> None:
    assert canonical_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    ["https://api.binance.com@evil.example", "https://a..b", "https://", "https://a:0", "https://a:65536", "ftp://a"],
)
def test_an_address_that_hides_its_host_is_no_origin(url: str) -> None:
    with pytest.raises(SecretRefused, match="no address a key can be bound to"):
        canonical_origin(url)
