"""What doctor makes of the worker's answers: each that is bad is named, with what to do."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from connectors.model.connection import ConnectionStatus, LinkState
from connectors.model.ids import AccountId, Mode
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState
from connectors.worker import api
from tui.cli.checks import worker
from tui.cli.checks.finding import Level

STATUS = ConnectionStatus(AccountId(UUID(int=1)), "main", "binance", Mode.LIVE, LinkState.LIVE, 0, clock_offset_ms=3)
PASSPHRASE = SlotFacts("00" * 16, OpenedBy.PASSPHRASE, "main", 0)
RECOVERY = SlotFacts("11" * 16, OpenedBy.RECOVERY, "recovery", 0)


@pytest.mark.parametrize("kind", [api.FailureKind.VAULT_DAMAGED, api.FailureKind.VAULT_UNSUPPORTED])
def test_a_vault_that_cannot_be_read_fails_with_its_own_words(kind: api.FailureKind) -> None:
    found = worker.vault(
        api.Failure(kind, "The vault is damaged: the header. Restore a backup: tradedesk restore FILE")
    )
    assert (found.level, found.remedy) == (Level.FAIL, "Restore a backup: tradedesk restore FILE")


def test_an_answer_that_is_none_fails() -> None:
    found = worker.vault(api.Done())
    assert (found.level, found.remedy) == (Level.FAIL, "Close every desk and try again.")


@pytest.mark.parametrize("state", [VaultState.LOCKED, VaultState.OPEN, VaultState.COVERED])
def test_a_vault_is_well_when_it_can_be_recovered(state: VaultState) -> None:
    assert worker.vault(VaultFacts(state, (PASSPHRASE, RECOVERY))).level is Level.OK
    lost = worker.vault(VaultFacts(state, (PASSPHRASE,)))
    assert (lost.level, lost.remedy) == (Level.WARN, "Make one: tradedesk vault recovery")
    weak = worker.vault(VaultFacts(state, (replace(PASSPHRASE, weak=True), RECOVERY)))
    assert (weak.level, "tradedesk vault passphrase" in weak.remedy) == (Level.WARN, True)


def test_no_vault_is_well() -> None:
    assert worker.vault(VaultFacts()).level is Level.OK


@pytest.mark.parametrize("state", [LinkState.DOWN, LinkState.RECONNECTING, LinkState.REFUSED, LinkState.OFF])
def test_an_exchange_or_a_venue_that_is_not_reached_fails(state: LinkState) -> None:
    status = replace(STATUS, state=state, reason="The key was refused.")
    market = worker.simulated(status)
    assert (market.level, "The key was refused." in market.sentence) == (Level.FAIL, True)
    assert market.remedy
    found = worker.venue("main", status, None)
    assert found.level is Level.FAIL
    assert found.sentence == "The key was refused."
    assert found.remedy == "Try it by steps: tradedesk venues test main"


def test_a_venue_that_refuses_fails_and_a_locked_vault_is_said() -> None:
    down = worker.venue("main", STATUS, api.Failure(api.FailureKind.UNAVAILABLE, "api.binance.com cannot be reached."))
    assert (down.level, down.remedy) == (Level.FAIL, "Try it by steps: tradedesk venues test main")
    locked = worker.venue("main", None, api.Failure(api.FailureKind.VAULT_LOCKED, "The vault is locked."))
    assert (locked.level, locked.remedy) == (Level.WARN, "Open it: tradedesk vault unlock")
    assert worker.venue("main", STATUS, None).level is Level.OK


@pytest.mark.parametrize(
    ("offset_ms", "level"),
    [(0, Level.OK), (-250, Level.OK), (251, Level.WARN), (-2_001, Level.FAIL), (None, Level.WARN)],
)
def test_a_clock_that_is_off_is_judged_by_what_the_venue_accepts(offset_ms: int | None, level: Level) -> None:
    found = worker.clock("main", replace(STATUS, clock_offset_ms=offset_ms))
    assert found.level is level
    assert bool(found.remedy) is (level is not Level.OK)


def test_no_status_of_the_embedded_exchange_fails() -> None:
    assert worker.simulated(None).level is Level.FAIL
