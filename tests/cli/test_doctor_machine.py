"""What doctor makes of this process and this machine: environment, openness, ciphers, clock."""

from __future__ import annotations

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf import argon2

from support.clock import FakeClock
from tui.cli import environment
from tui.cli.checks import machine
from tui.cli.checks.finding import Finding, Level, tried


def held(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Finding:
    """What is said of an environment."""
    environment.hold(environ)
    try:
        return tried("environment", lambda: machine.names(environ))
    finally:
        environment.hold({})


def test_names_in_the_environment_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    clash = held(monkeypatch, BINANCE_API_KEY="k", BINANCE_API_SECRET="canary1", BINANCE_SECRET_KEY="canary2")
    assert (clash.level, clash.remedy) == (Level.FAIL, "Unset one of them.")
    half = held(monkeypatch, BINANCE_API_KEY="canary1")
    assert half.level is Level.WARN
    assert "Unset them, or set what is missing." in half.remedy
    proxy = held(monkeypatch, HTTPS_PROXY="http://user:canary@proxy")
    assert proxy.level is Level.WARN
    assert "not used" in proxy.sentence
    assert proxy.remedy
    whole = held(monkeypatch, BINANCE_API_KEY="canary1", BINANCE_API_SECRET="canary2")
    assert (whole.level, "binance live" in whole.sentence) == (Level.OK, True)
    assert "canary" not in clash.whole + half.whole + proxy.whole + whole.whole


def test_a_process_that_can_be_read_is_named() -> None:
    assert machine.process({}, readable=True).level is Level.WARN
    assert "prctl" in machine.process({}, readable=True).remedy
    development = machine.process({"TRADEDESK_DEV": "1"}, readable=True)
    assert (development.level, development.remedy) == (Level.WARN, "Unset TRADEDESK_DEV where you trade.")
    assert machine.process({}, readable=False).level is Level.OK
    assert machine.process({}, readable=None).level is Level.OK


class _Absent:
    def __init__(self, **_named: object) -> None:
        raise UnsupportedAlgorithm("argon2id is not there")


class _Wrong:
    def __init__(self, **_named: object) -> None:
        pass

    def derive(self, _secret: bytes) -> bytes:
        return bytes(32)


@pytest.mark.parametrize("engine", [_Absent, _Wrong])
def test_a_build_without_argon2_or_with_a_wrong_one_fails(monkeypatch: pytest.MonkeyPatch, engine: type) -> None:
    monkeypatch.setattr(argon2, "Argon2id", engine)
    found = machine.ciphers()
    assert found.level is Level.FAIL
    assert "cryptography" in found.remedy


def test_this_build_has_argon2() -> None:
    assert machine.ciphers().level is Level.OK


def test_a_clock_that_follows_no_other_or_is_set_meanwhile_is_named(clock: FakeClock) -> None:
    assert machine.Watch(clock).look(synchronised=True).level is Level.OK
    assert machine.Watch(clock).look(synchronised=None).level is Level.OK
    alone = machine.Watch(clock).look(synchronised=False)
    assert (alone.level, "NTP" in alone.remedy) == (Level.WARN, True)


class _Moved(FakeClock):
    """A clock whose wall time is set by somebody."""

    def __init__(self, by_ns: int) -> None:
        super().__init__()
        self.by_ns = 0
        self.will_ns = by_ns

    def time_ns(self) -> int:
        return super().time_ns() + self.by_ns


def test_a_clock_that_is_set_while_we_look_is_named() -> None:
    moved = _Moved(-3_000_000_000)
    watch = machine.Watch(moved)
    moved.by_ns = moved.will_ns
    found = watch.look(synchronised=True)
    assert (found.level, "3,000 ms" in found.sentence) == (Level.WARN, True)
    assert found.remedy


def test_a_clock_before_this_release_fails() -> None:
    moved = _Moved(0)
    moved.by_ns = -moved.time_ns()
    found = machine.Watch(moved).look(synchronised=True)
    assert found.level is Level.FAIL
    assert "NTP" in found.remedy
