"""What holds a secret shows none, and nothing that is logged, journalled or sent to everybody can hold one (T7c)."""

from __future__ import annotations

import ast
import copy
import dataclasses
import json
import pickle
import types
import typing
from collections.abc import Iterator
from enum import Enum
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from architecture.checkers.source import sources
from connectors.model.secret import SecretBytes, Unspeakable
from connectors.wire.signers import Ed25519Signer, HmacSigner, RsaSigner
from connectors.worker import api, secrets

CANARY = "canary0123456789"
FRAMES = (*typing.get_args(secrets.SecretFrame), secrets.RecoveryMade, secrets.Typed, secrets.KeyText)
UNSPOKEN = (bytearray, bytes, memoryview, SecretBytes, Unspeakable)
"""Types that only an out-of-band frame may have."""
HASHES = {api.CheckAnchors, api.RetainAudit}
"""Their bytes are hashes and marks of the audit chain, which stand in the archive for all to read."""


def pem(key: object) -> bytes:
    written: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]  # of either kind
    return written


@pytest.fixture(scope="module")
def signers() -> list[object]:
    return [
        HmacSigner(CANARY, CANARY.encode()),
        RsaSigner(CANARY, pem(generate_private_key(65537, 2048))),
        Ed25519Signer(CANARY, pem(Ed25519PrivateKey.generate())),
    ]


def test_t7c_a_signer_leaves_by_no_door(signers: list[object]) -> None:
    around = dataclasses.make_dataclass("Around", ["held"])
    for signer in signers:
        assert CANARY not in f"{signer!r} {signer} {around(signer)}"
        for door in (
            pickle.dumps,
            copy.copy,
            copy.deepcopy,
            msgspec.json.encode,
            msgspec.msgpack.encode,
            json.dumps,
            lambda it: dataclasses.asdict(around(it)),
        ):
            with pytest.raises(TypeError):
                door(signer)


# Frames


FIXED: dict[object, object] = {bytearray: bytearray(CANARY, "ascii"), bytes: CANARY.encode(), str: "a label"}


def values_of(kind: object, *, shown: bool = True) -> st.SearchStrategy[object]:
    """Values of a type, with the canary in every buffer and in every text that is not to be shown."""
    arguments = typing.get_args(kind)
    if kind in FIXED:
        return st.builds(copy.copy, st.just(CANARY if kind is str and not shown else FIXED[kind]))
    if typing.get_origin(kind) is tuple:
        each = [values_of(part, shown=shown) for part in arguments if part is not Ellipsis]
        return st.tuples(*each)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return st.one_of(*(values_of(part, shown=shown) for part in arguments))
    if kind in FRAMES:
        hints = typing.get_type_hints(kind)
        named = {at.name: values_of(hints[at.name], shown=at.repr) for at in dataclasses.fields(kind)}  # type: ignore[arg-type]  # a dataclass
        return st.builds(kind, **named)  # type: ignore[arg-type]  # a class
    return st.from_type(typing.cast("type[object]", kind))


@pytest.mark.parametrize("frame", FRAMES, ids=lambda kind: kind.__name__)
def test_t7c_a_frame_shows_nothing_of_what_was_typed(frame: type) -> None:
    @given(values_of(frame))
    def shows_nothing(value: object) -> None:
        assert CANARY not in f"{value!r} {value}"
        held = [part for part in buffers_of(value) if part]
        if isinstance(value, secrets.SecretFrame):
            secrets.wipe(value)
            assert not any(any(part) for part in held)

    shows_nothing()


def buffers_of(value: object) -> Iterator[bytearray]:
    """Every buffer inside a frame."""
    if isinstance(value, bytearray):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from buffers_of(part)
    elif dataclasses.is_dataclass(value):
        for at in dataclasses.fields(value):
            yield from buffers_of(getattr(value, at.name))


def test_t7c_every_buffer_of_a_frame_is_left_out_of_its_repr() -> None:
    shown = [
        f"{kind.__name__}.{at.name}"
        for kind in FRAMES
        for at in dataclasses.fields(kind)
        if at.repr
        and {typing.get_type_hints(kind)[at.name], *typing.get_args(typing.get_type_hints(kind)[at.name])}
        & {bytearray, bytes}
    ]
    assert shown == []


# What everybody hears


def parts(kind: object) -> Iterator[object]:
    """Every type a type is made of, through unions, containers and dataclasses."""
    seen: set[int] = set()
    waiting = [kind]
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += typing.get_args(found)
        if dataclasses.is_dataclass(found) and isinstance(found, type):
            waiting += typing.get_type_hints(found).values()


def contract() -> list[type]:
    """Commands, answers, events: what is journalled, held and given to every client."""
    unions = (api.Command, api.Result, api.PaneEvent, api.NumberedEvent, api.Event, api.Picture)
    return sorted({kind for union in unions for kind in typing.get_args(union) or (union,)}, key=lambda k: k.__name__)


@pytest.mark.parametrize("kind", contract(), ids=lambda kind: kind.__name__)
def test_t7c_no_command_answer_or_event_can_hold_a_secret(kind: type) -> None:
    spoken = {bytes} if kind in HASHES else set()
    held = [found for found in parts(kind) if found in FRAMES or (found in UNSPOKEN and found not in spoken)]
    assert held == []


def test_t7c_the_search_finds_a_secret_deep_inside() -> None:
    @dataclasses.dataclass
    class Inner:
        held: tuple[SecretBytes, ...] | None

    outer = dataclasses.make_dataclass("Outer", [("inner", dict[str, Inner]), ("state", Enum), ("id", UUID)])
    Inner.__annotations__ = {"held": tuple[SecretBytes, ...] | None}
    assert SecretBytes in set(parts(outer))


def test_t7c_frames_are_written_in_one_place_only() -> None:
    encoders = {
        source.path
        for source in sources("connectors/worker", "tui")
        if any(isinstance(node, ast.Attribute) and node.attr in {"msgpack", "json"} for node in source.nodes)
        and "SecretFrame" in source.text
    }
    assert encoders == {"connectors/worker/codec.py"}
    assert "msgspec.json" not in next(
        source.text for source in sources("connectors/worker") if source.path.endswith("codec.py")
    )
