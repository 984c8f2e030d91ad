"""Recorded endpoint fixtures beside the checkout: method, path, signed or not, and the venue's answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from support.shared import shared_path

_BINANCE = ("fixtures", "jkorf", "Binance.Net", "Binance.Net.UnitTests")


@dataclass(frozen=True)
class Endpoint:
    """One endpoint's fixture."""

    method: str
    path: str
    signed: bool
    answer: bytes


def endpoint(*parts: str) -> Endpoint:
    """Read a fixture such as ``endpoint("Spot", "Trading", "GetOrder")``."""
    text = _read("Endpoints", *parts)
    method, path, signed, answer = text.split("\n", 3)
    return Endpoint(method.strip(), path.strip(), signed.strip() == "true", answer.encode())


def pushed(*parts: str) -> bytes:
    """The frame that a subscription's fixture says the venue pushes."""
    text = _read("Subscriptions", *parts)
    frame = re.split(r"(?m)^= ?\n?", text, maxsplit=1)[1]
    return json.dumps(json.loads(frame)).encode()


def spoken(*parts: str) -> bytes:
    """The ``result`` of a WebSocket API answer that a fixture says the venue gives."""
    frame = json.loads(re.split(r"(?m)^= ?\n?", _read("Socket", *parts), maxsplit=1)[1])
    return json.dumps(frame["result"]).encode()


def names(*parts: str) -> list[str]:
    """The fixtures of a folder such as ``names("Endpoints", "Spot", "Trading")``, without their ending."""
    return sorted(file.stem for file in shared_path(*_BINANCE, *parts).glob("*.txt"))


def _read(*parts: str) -> str:
    return Path(f"{shared_path(*_BINANCE).joinpath(*parts)}.txt").read_text(encoding="utf-8-sig").replace("\r\n", "\n")
