"""What the venues screen says of a connection, of its key's rights and of the vault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.model.connection import Connection, Hosts, KeyKind, LinkState
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import VaultFacts, VaultState
from support import venue_desk
from support.venue_desk import DAY_NS, MAIN, NOW_NS, connection, rights, status, tried
from tui.commands.vault import VAULT
from tui.venues import facts
from tui.venues.facts import Row
from tui.venues.sheets import DeleteSheet, DetailSheet
from tui.venues.verdict import Verdict, words_for
from tui.widgets.line import text_of, width_of

KEYED = connection(MAIN, "main", Mode.LIVE)


def row(of: Connection = KEYED, state: LinkState = LinkState.LIVE, asked: KeyRights | None = None) -> Row:
    """A connection whose key has these rights."""
    return Row(of, status(of, state, rights() if asked is None else asked))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (rights(), "read trade"),
        (rights(trade=False), "read only"),
        (rights(trade=None), "read, trade unknown"),
        (rights(withdraw=True), "CAN WITHDRAW"),
        (rights(withdraw=None), "withdrawal right unknown"),
        (rights(withdraw=True, ip_restricted=False), "CAN WITHDRAW"),
        (rights(ip_restricted=False), "read trade, no IP list"),
    ],
)
def test_the_worst_a_key_may_do_is_what_the_list_says(asked: KeyRights, told: str) -> None:
    assert facts.rights_run(row(asked=asked))[0] == told


def test_rights_that_a_test_market_does_not_tell_are_no_warning() -> None:
    of = connection(MAIN, "main", Mode.TESTNET)
    assert facts.rights_run(row(of, asked=rights(withdraw=None)))[0] == "not told: test money"
    assert facts.rights_run(row(of, asked=rights(withdraw=True)))[0] == "CAN WITHDRAW"


def test_a_key_whose_rights_were_not_asked_is_not_called_safe() -> None:
    assert facts.rights_run(Row(KEYED))[0] == "not asked yet"
    assert facts.rights_run(Row(replace(KEYED, keyed=False, key_kind=None)))[0] == "no key"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (LinkState.LIVE, "● connected"),
        (LinkState.SLOW, "◐ slow"),
        (LinkState.CONNECTING, "↻ connecting"),
        (LinkState.RECONNECTING, "↻ reconnecting"),
        (LinkState.DOWN, "✗ down"),
        (LinkState.REFUSED, "✗ refused"),
        (LinkState.OFF, "○ off"),
    ],
)
def test_each_state_has_its_word(state: LinkState, told: str) -> None:
    assert facts.state_run(row(state=state), VaultState.OPEN)[0] == told


def test_a_locked_vault_is_said_to_be_in_the_way_and_a_switched_off_connection_to_be_off() -> None:
    assert facts.state_run(row(state=LinkState.OFF), VaultState.LOCKED)[0] == "○ vault locked"
    off = replace(KEYED, active=False)
    assert facts.state_run(row(off, LinkState.OFF), VaultState.LOCKED)[0] == "○ off"


@pytest.mark.parametrize(
    ("before_ns", "told"),
    [(None, "never"), (3_600_000_000_000, "13:03"), (DAY_NS, "yesterday"), (9 * DAY_NS, "23 Dec")],
)
def test_when_a_connection_was_last_used(before_ns: int | None, told: str) -> None:
    last_ns = None if before_ns is None else NOW_NS - before_ns
    assert facts.used_words(Row(replace(KEYED, last_connected_ns=last_ns)), NOW_NS) == told
    assert facts.used_words(row(), NOW_NS) == "now"


@pytest.mark.parametrize(
    ("state", "left_ns", "told"),
    [
        (VaultState.NONE, None, "no vault yet: the first key makes one"),
        (VaultState.LOCKED, None, "vault locked"),
        (VaultState.COVERED, None, "vault covered"),
        (VaultState.OPEN, None, "vault unlocked"),
        (VaultState.OPEN, 839_000_000_000, "vault unlocked, locks in 14 min"),
        (VaultState.OPEN, 1_000_000_000, "vault unlocked, locks in 1 min"),
    ],
)
def test_the_vault_in_a_line(state: VaultState, left_ns: int | None, told: str) -> None:
    assert facts.vault_words(VaultFacts(state), left_ns) == told


def test_who_can_open_the_vault_is_listed_and_a_missing_recovery_key_is_said() -> None:
    both = [text_of(line) for line in facts.slot_lines(venue_desk.OPEN)]
    assert [line.split()[0] for line in both[:2]] == ["passphrase", "recovery"]
    for command in VAULT:
        known = any(command.shown in line.split() for line in both) or command.shown in {"vl", "vu"}
        assert known, f"{command.id} is not told beside what it changes"
    alone = [text_of(line) for line in facts.slot_lines(VaultFacts(VaultState.OPEN, venue_desk.OPEN.slots[:1]))]
    assert any("No recovery key" in line for line in alone)
    locked = [text_of(line) for line in facts.slot_lines(venue_desk.LOCKED)]
    assert any("Not checked while it is locked" in line for line in locked)


@pytest.mark.parametrize("width", [37, 68, 80])
def test_what_a_venue_can_do_is_told_by_how_it_is_met_and_fits(width: int) -> None:
    lines = facts.ability_lines(venue_desk.BINANCE, width)
    assert all(width_of(line) <= width for line in lines)
    text = "\n".join(text_of(line) for line in lines)
    assert [name for name in ("native", "emulated", "missing") if name in text] == ["native", "emulated", "missing"]
    assert "replace (loses the queue)" in text
    assert text.index("missing") < text.index("leverage")


@pytest.mark.parametrize("width", [37, 68, 80])
def test_details_fit_and_foreign_text_is_made_harmless(width: int) -> None:
    evil = "[@click=app.quit]\x1b[31m\u202eboo"
    hostile = connection(MAIN, evil, Mode.LIVE, accepted=tuple(Acceptance))
    held = status(hostile, LinkState.REFUSED, replace(rights(withdraw=None), source=evil), evil)
    sheet = DetailSheet(Row(hostile, held), VaultState.OPEN, NOW_NS, Verdict((("connect", False, evil),)))
    lines = [sheet.heading(width), *sheet.lines(width)]
    text = "\n".join(text_of(line) for line in lines)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "it may withdraw" in text


def test_a_host_is_shown_whole_however_narrow_the_pane() -> None:
    host = "wss://a-very-long-name.of-a-test-server.example.com:9443/ws-api/v3"
    of = connection(MAIN, "main", Mode.TESTNET, hosts=Hosts(ws_api=host))
    lines = DetailSheet(Row(of), VaultState.OPEN, NOW_NS).lines(37)
    assert all(width_of(line) <= 37 for line in lines)
    assert host in "".join(line[-1][0] for line in lines if line)


@pytest.mark.parametrize("width", [37, 80])
def test_the_question_before_a_deletion_says_what_goes_and_what_stays(width: int) -> None:
    sheet = DeleteSheet(KEYED, 2, ["BTCUSDT"])
    text = " ".join(" ".join(text_of(line) for line in sheet.lines(width)).split())
    assert "its orders, fills and audit rows" in text
    assert "2 orders stay working at the venue" in text
    assert "revoke it there" in text
    assert "still held: BTCUSDT" in text
    assert all(width_of(line) <= width for line in sheet.lines(width))


# --- what a test has found -------------------------------------------------------------------------------------------


def test_a_test_passes_by_every_step_and_tells_the_first_that_failed() -> None:
    assert Verdict.of(tried()).passed
    failed = Verdict.of(venue_desk.refused("No."))
    assert not failed.passed
    assert failed.failure == "No."
    assert not Verdict(()).passed


def test_findings_are_marked_and_fit() -> None:
    lines = Verdict.of(tried(Acceptance.WITHDRAWAL, withdraw=True, warnings=(venue_desk.NO_IP_LIST,))).lines(37)
    text = [text_of(line) for line in lines]
    assert all(width_of(line) <= 37 for line in lines)
    assert text[0].startswith(" ✓ The venue answers")
    assert any(line.startswith(" ! This key works") for line in text)
    assert " ✗ CAN WITHDRAW: refused" in text


def test_a_right_to_withdraw_is_accepted_only_together_with_the_label() -> None:
    (word,) = words_for((Acceptance.WITHDRAWAL,), "scalp2", Mode.TESTNET)
    assert word.text == "ACCEPT scalp2"
    assert "may withdraw funds" in word.why


def test_unknown_rights_are_typed_once_and_live_is_the_last_word() -> None:
    unknown, live = words_for((Acceptance.UNKNOWN_RIGHTS,), "main", Mode.LIVE)
    assert (unknown.text, unknown.accepts) == ("ACCEPT", Acceptance.UNKNOWN_RIGHTS)
    assert (live.text, live.accepts) == ("LIVE", None)
    assert words_for((), "main", Mode.TESTNET) == ()


def test_kinds_of_keys_have_words() -> None:
    assert set(facts.KIND_WORDS) == {*KeyKind, None}


def test_the_embedded_exchange_is_never_said_to_have_been_used_never_after_it_traded() -> None:
    demo = replace(KEYED, embedded=True, last_connected_ns=None)
    down = status(demo, LinkState.DOWN)
    assert facts.used_words(Row(demo, down), NOW_NS) == "–", "nobody wrote down when it was connected"
    assert facts.used_words(Row(demo, down, used_ns=NOW_NS - 3_600_000_000_000), NOW_NS) == "13:03"
    assert facts.used_words(Row(KEYED, down, used_ns=NOW_NS - DAY_NS), NOW_NS) == "yesterday"
