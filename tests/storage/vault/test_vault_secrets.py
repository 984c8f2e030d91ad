"""Bytes that must not be spoken, and are overwritten."""

from __future__ import annotations

import copy
import dataclasses
import hmac
import json
import pickle
from collections.abc import Callable

import msgspec
import pytest

from connectors.model.secret import SecretBytes
from storage.vault.datakey import DataKey
from storage.vault.recovery import new_recovery_key, write_recovery_key
from support.vaults import Desk, secret


@dataclasses.dataclass
class Around:
    held: object


@pytest.mark.parametrize("make", [lambda: secret("canary"), lambda: DataKey(secret("k" * 32), bytes(16), 1)])
def test_t7c_a_secret_leaves_by_no_door(make: Callable[[], object]) -> None:
    held = make()
    assert {repr(held), str(held), f"{held}", f"{held:>9}", f"{Around(held)}".split("=")[1][:-1]} == {"<secret>"}
    for door in (
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        json.dumps,
        hash,
        lambda it: it == it,  # noqa: PLR0124  # comparing at all is what must fail
        lambda it: it in [object()],
        lambda it: dataclasses.asdict(Around(it)),
        lambda it: [*it],
        vars,
    ):
        with pytest.raises(TypeError):
            door(held)


def test_a_closed_secret_is_overwritten_and_gone() -> None:
    buffer = bytearray(b"canary")
    with SecretBytes(buffer) as held:
        assert bytes(held.buffer) == b"canary"
        assert len(held) == 6
    assert buffer == bytes(6)
    assert not held
    with pytest.raises(ValueError, match="closed"):
        assert held.buffer
    with pytest.raises(TypeError, match="bytearray"):
        SecretBytes(b"canary")  # type: ignore[arg-type]  # the mistake that is refused


def test_covering_and_locking_overwrite_the_data_key() -> None:
    for leave in ("cover", "lock"):
        vault = Desk().made(connections=1)
        key = vault._session.key()  # noqa: SLF001  # what becomes of it is the point
        buffers = [key.dek.buffer, key._seal.buffer, key._data.buffer]  # noqa: SLF001
        assert all(any(buffer) for buffer in buffers)
        getattr(vault, leave)()
        assert not any(any(buffer) for buffer in buffers)


def test_a_new_recovery_key_is_never_the_one_before() -> None:
    first, second = new_recovery_key(), new_recovery_key()
    assert not hmac.compare_digest(first.buffer, second.buffer)
    assert write_recovery_key(first).count("-") == 9
