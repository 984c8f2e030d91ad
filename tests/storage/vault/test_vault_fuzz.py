"""No blob, however it was bent, crashes the parser, opens wrongly or makes it take memory (T3a)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import VaultDamaged, VaultError
from connectors.model.secret import SecretBytes
from storage.vault import kdf
from storage.vault.anchor import Anchor, AuditHead, encode_anchor, parse_anchor
from storage.vault.binding import Accepted, Bound
from storage.vault.codec import MAX_U63, checksum
from storage.vault.contents import Contents, Item, Row, parse_contents
from storage.vault.datakey import DataKey
from storage.vault.field import MAX_SECRET, envelope, open_field
from storage.vault.header import Header, parse_header
from storage.vault.parameters import MAX_MEMORY_KIB, MAX_WORK, NO_COST, Cost
from storage.vault.slot import Slot, SlotKind, SlotPrefix, parse_slot
from storage.vault.store import Stored, StoredItem
from support.vault_tampering import full
from support.vaults import API_KEY, SECRET, Desk, MemoryAnchors, MemoryStore, bound, by

TWICE = settings(max_examples=2 * settings.default.max_examples if settings.default else 60)
"""Twice the profile's: 10,000 in a soak."""
SHARED = settings(TWICE, max_examples=TWICE.max_examples if TWICE.max_examples >= 10_000 else TWICE.max_examples // 5)
"""10,000 for each blob in a soak, and otherwise a share of what they have together."""

WHOLE = full()
ids = st.binary(min_size=16, max_size=16)
hashes = st.binary(min_size=32, max_size=32)
counts = st.integers(1, MAX_U63)
times = st.integers(0, MAX_U63)
u32s = st.integers(0, 2**32 - 1)
words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
origins = st.builds(
    "{}://{}:{}".format,
    st.sampled_from(["https", "wss", "http", "ws"]),
    st.sampled_from(["api.binance.com", "127.0.0.1", "[::1]", "xn--bcher-kva.example"]),
    st.integers(1, 65_535),
)
roles = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
bounds = st.builds(
    Bound,
    ids,
    words,
    words,
    words,
    words,
    st.builds(Accepted, st.integers(0, 7)),
    st.dictionaries(roles, origins, min_size=1, max_size=4).map(lambda found: tuple(sorted(found.items()))),
)
headers = st.builds(Header, ids, u32s, counts, times, times, hashes)


@st.composite
def slots(draw: st.DrawFn, header: Header | None = None) -> Slot:
    kind = draw(st.sampled_from(SlotKind))
    cost = draw(st.builds(Cost, u32s, u32s, st.integers(0, 255))) if kind is SlotKind.PASSPHRASE else NO_COST
    vault_id, epoch = (header.vault_id, header.epoch) if header else (draw(ids), draw(u32s))
    prefix = SlotPrefix(kind, vault_id, draw(ids), epoch, draw(times), draw(ids), cost)
    return Slot(prefix, draw(hashes), draw(st.binary(min_size=12, max_size=12)), draw(hashes) + draw(ids), draw(ids))


@st.composite
def contents(draw: st.DrawFn) -> Contents:
    header = draw(headers)
    made = draw(st.lists(slots(header), max_size=3, unique_by=(lambda slot: slot.kind, lambda slot: slot.slot_id)))
    envelopes = st.builds(
        lambda blocks, start: b"TDF1\1" + start[:12] + bytes(64 * blocks + 16), st.integers(1, 3), hashes
    )
    kept = st.dictionaries(st.sampled_from(["api_key", "passphrase", "secret"]), envelopes, min_size=1)
    generations = st.integers(1, header.generation)
    rows = draw(
        st.lists(st.builds(Row, bounds, generations, kept), max_size=3, unique_by=lambda r: r.bound.connection_id)
    )
    names = st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True)
    items = draw(st.lists(st.builds(Item, names, generations, envelopes), max_size=3, unique_by=lambda item: item.name))
    return Contents(
        header,
        tuple(sorted(made, key=lambda slot: slot.slot_id)),
        tuple(sorted(rows, key=lambda row: row.bound.connection_id)),
        tuple(sorted(items, key=lambda item: item.name)),
    )


longest = st.binary(min_size=1, max_size=4).map(lambda start: (start * MAX_SECRET)[:MAX_SECRET])


@TWICE
@given(headers, slots(), contents(), hashes)
def test_t3a_what_is_written_is_read_back_and_written_the_same(
    header: Header, slot: Slot, vault: Contents, seal: bytes
) -> None:
    assert parse_header(header.encode()) == header
    assert parse_slot(slot.encode(), slot.slot_id) == slot
    stored = vault.stored(seal)
    assert parse_contents(stored) == vault
    again = parse_contents(stored)
    assert again is not None
    assert again.stored(seal) == stored


@TWICE
@given(bounds, bounds, ids, u32s, counts, counts)
def test_two_bindings_are_the_same_bytes_only_for_the_same_facts(
    one: Bound, two: Bound, vault_id: bytes, epoch: int, first: int, second: int
) -> None:
    same = (one, first) == (two, second)
    assert (one.encode(vault_id, epoch, first) == two.encode(vault_id, epoch, second)) is same


@TWICE
@given(st.binary(min_size=1, max_size=200) | longest, bounds, st.data())
def test_a_field_opens_for_its_own_binding_and_name_alone(value: bytes, facts: Bound, data: st.DataObject) -> None:
    key = DataKey(SecretBytes(bytearray(32)), bytes(16), 1)
    binding = facts.encode(bytes(16), 1, 1)
    body = envelope(key, binding, "secret", SecretBytes(bytearray(value)), bytes(12))
    opened = open_field(key, binding, "secret", body)
    assert opened is not None
    assert opened.buffer == value
    assert len(body) == 17 + -(-(len(value) + 2) // 64) * 64 + 16
    assert open_field(key, binding, "api_key", body) is None
    assert open_field(key, facts.encode(bytes(16), 1, 2), "secret", body) is None
    assert open_field(DataKey(SecretBytes(bytearray(b"x" * 32)), bytes(16), 1), binding, "secret", body) is None
    bent = bytearray(body)
    bent[data.draw(st.integers(5, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    assert open_field(key, binding, "secret", bytes(bent)) is None


# Bent vaults


@pytest.fixture(scope="module", autouse=True)
def bounded_argon2() -> Iterator[None]:
    """Argon2 that fails the test when it is asked for more than the ceiling, and runs only what is cheap."""
    real = kdf.Argon2id  # type: ignore[attr-defined]  # what the module uses

    def bounded(*, salt: bytes, length: int, iterations: int, lanes: int, memory_cost: int) -> object:
        assert memory_cost <= MAX_MEMORY_KIB
        assert memory_cost * iterations <= MAX_WORK
        cheap = memory_cost * iterations <= 256
        return real(
            salt=salt,
            length=length,
            iterations=iterations if cheap else 1,
            lanes=lanes if cheap else 1,
            memory_cost=memory_cost if cheap else 8,
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kdf, "Argon2id", bounded)
        yield


Put = Callable[[bytes], Stored]


def blobs(stored: Stored) -> Iterator[tuple[bytes, Put]]:
    """Every blob of a vault, and how to put another in its place."""
    assert stored.header is not None
    assert stored.seal is not None
    yield stored.header, lambda body: replace(stored, header=body)
    yield stored.seal, lambda body: replace(stored, seal=body)
    for name, kept in stored.slots.items():
        yield kept, lambda body, name=name: replace(stored, slots={**stored.slots, name: body})  # type: ignore[misc]
    for name, row in stored.rows.items():
        for field, kept in row.fields.items():

            def put(body: bytes, name: str = name, field: str = field) -> Stored:
                row = stored.rows[name]
                changed = replace(row, fields={**row.fields, field: body})
                return replace(stored, rows={**stored.rows, name: changed})

            yield kept, put
    for name, item in stored.items.items():

        def put_item(body: bytes, name: str = name, generation: int = item.generation) -> Stored:
            return replace(stored, items={**stored.items, name: StoredItem(generation, body)})

        yield item.body, put_item


BLOBS = list(blobs(WHOLE))


@st.composite
def bent(draw: st.DrawFn, place: int) -> Stored:
    """A vault of which this blob was cut, stretched, flipped, replaced or taken from another place."""
    body, put = BLOBS[place]
    kind = draw(st.sampled_from(["cut", "stretch", "flip", "noise", "swap"]))
    at = draw(st.integers(0, len(body) - 1))
    if kind == "cut":
        body = body[:at]
    elif kind == "stretch":
        body = body[:at] + draw(st.binary(min_size=1, max_size=100)) + body[at:]
    elif kind == "flip":
        body = body[:at] + bytes([body[at] ^ draw(st.integers(1, 255))]) + body[at + 1 :]
    elif kind == "noise":
        body = draw(st.binary(max_size=300))
    else:
        body = draw(st.sampled_from(BLOBS))[0]
    if draw(st.booleans()) and len(body) > 8:
        body = body[:-8] + checksum(body[:-8])
    return put(body)


@pytest.mark.parametrize("place", range(len(BLOBS)))
@SHARED
@given(st.data(), st.booleans())
def test_t3a_a_bent_vault_is_refused_with_a_typed_error_and_never_opens_wrongly(
    place: int, data: st.DataObject, known: bool
) -> None:
    vault = data.draw(bent(place))
    anchor = MemoryAnchors(Anchor(bytes(16), 1, bytes(32))) if known else MemoryAnchors()
    opened = Desk(MemoryStore(vault), anchor).vault()
    try:
        opened.unlock(by())
    except VaultError as problem:
        assert len(problem.sentence) < 700  # every sentence can be shown
        assert problem.sentence.isprintable()
        assert API_KEY not in problem.sentence
        return
    assert vault == WHOLE
    assert [facts.label for facts in opened.credentials.all()] == ["desk 1", "desk 2", "desk 3"]
    with opened.credentials.field(bound(1).connection_id, "secret") as held:
        assert held.buffer.decode() == f"{SECRET}-1"


columns = st.fixed_dictionaries(
    {},
    optional={
        "venue": st.text(max_size=300),
        "mode": st.sampled_from(["live", "testnet", "LIVE", ""]),
        "label": st.text(max_size=300),
        "auth_kind": st.text(max_size=20),
        "origins": st.text(max_size=50) | st.sampled_from(['[["rest","https://a:1"]]', "[]", "[[]]", "[1e999]"]),
        "flags": st.integers(-(2**63), 2**63 - 1),
        "generation": st.integers(-(2**63), 2**63 - 1),
    },
)


@TWICE
@given(st.sampled_from(sorted(WHOLE.rows)), columns)
def test_t3b_a_bound_column_of_any_other_value_is_refused(name: str, changed: dict[str, object]) -> None:
    row = replace(WHOLE.rows[name], **changed)  # type: ignore[arg-type]  # columns of mixed types
    vault = Desk(MemoryStore(replace(WHOLE, rows={**WHOLE.rows, name: row})), MemoryAnchors()).vault()
    if row == WHOLE.rows[name]:
        assert vault.unlock(by()).slot.label == "main"
        return
    with pytest.raises(VaultError) as caught:
        vault.unlock(by())
    assert caught.value.sentence.isprintable()


@TWICE
@given(st.binary(max_size=400), st.binary(max_size=90))
def test_t3a_noise_is_damage_or_another_format(noise: bytes, other: bytes) -> None:
    for parse in (parse_header, lambda body: parse_slot(body, bytes(16))):
        with pytest.raises(VaultError):
            parse(noise)
    stored = Stored(noise, other, {bytes(16).hex(): other})
    with pytest.raises(VaultError):
        parse_contents(stored)


# The anchor


@TWICE
@given(ids, counts, hashes, times, hashes, st.data())
def test_an_anchor_reads_back_and_a_bent_one_is_damage(
    vault_id: bytes, generation: int, seal: bytes, seq: int, head: bytes, data: st.DataObject
) -> None:
    anchor = Anchor(vault_id, generation, seal, AuditHead(seq, head))
    text = encode_anchor(anchor)
    assert parse_anchor(text) == anchor
    at = data.draw(st.integers(0, len(text) - 1))
    bent_text = data.draw(st.sampled_from([text[:at], text + b" ", text[:at] + b"\xff" + text[at + 1 :], b"", b"{}"]))
    with pytest.raises(VaultDamaged, match="anchor"):
        parse_anchor(bent_text)
