"""What a key may do decides whether it is kept: what is not known of a live one is never read as "no"."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from connectors.errors import AcceptanceNeeded
from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights, unknown
from connectors.worker.keys.trial import judged, require_accepted, rights_sentence
from support.simulator import _ACCOUNT as ACCOUNT

SAFE = KeyRights(trade=True, withdraw=False, transfer=False, ip_restricted=True, source="/rights", time_ns=1)


def connection(mode: Mode = Mode.LIVE, kind: KeyKind = KeyKind.ED25519, *accepted: Acceptance) -> Connection:
    return Connection(ACCOUNT, "binance", "main", mode, keyed=True, key_kind=kind, accepted=accepted)


def test_a_live_key_that_only_trades_from_listed_addresses_needs_nothing_and_is_not_warned_of() -> None:
    assert judged(connection(), SAFE) == ((), ())


@pytest.mark.parametrize("withdraw", [True, None])
@pytest.mark.parametrize("others", list(product([True, False, None], repeat=3)))
def test_a_live_key_that_may_withdraw_or_of_which_it_is_not_known_is_refused_until_that_is_accepted(
    withdraw: bool | None, others: tuple[bool | None, bool | None, bool | None]
) -> None:
    trade, transfer, ip_restricted = others
    rights = KeyRights(trade, withdraw, transfer, ip_restricted, "/rights", 1)
    needed = Acceptance.WITHDRAWAL if withdraw else Acceptance.UNKNOWN_RIGHTS
    _, needs = judged(connection(), rights)
    assert needs == (needed,)
    for accepted in ((), tuple(other for other in Acceptance if other is not needed)):
        with pytest.raises(AcceptanceNeeded) as caught:
            require_accepted(replace(connection(), accepted=accepted), needs)
        assert caught.value.acceptance == needed.value
    require_accepted(replace(connection(), accepted=(needed,)), needs)


def test_a_live_key_nobody_could_ask_about_is_unknown() -> None:
    assert judged(connection(), None)[1] == (Acceptance.UNKNOWN_RIGHTS,)
    assert judged(connection(), unknown("404", 1))[1] == (Acceptance.UNKNOWN_RIGHTS,)


@pytest.mark.parametrize("mode", [Mode.TESTNET, Mode.DEMO, Mode.SIM])
def test_where_there_is_no_real_money_nothing_needs_to_be_accepted(mode: Mode) -> None:
    assert judged(connection(mode), unknown("not told", 1)) == ((), ())
    assert "no real money" in rights_sentence(mode, unknown("not told", 1))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"ip_restricted": False}, "list of addresses"),
        ({"ip_restricted": None}, "list of addresses"),
        ({"transfer": True}, "move funds"),
        ({"transfer": None}, "move funds"),
        ({"trade": False}, "may not trade"),
    ],
)
def test_what_a_live_key_should_not_have_is_warned_of(changed: dict[str, bool | None], word: str) -> None:
    warnings, _ = judged(connection(), replace(SAFE, **changed))  # type: ignore[arg-type]  # flags by name
    assert len(warnings) == 1
    assert word in warnings[0]


def test_a_shared_secret_on_a_live_account_is_warned_of() -> None:
    (warning,), _ = judged(connection(Mode.LIVE, KeyKind.HMAC), SAFE)
    assert "Ed25519" in warning


def test_rights_are_told_in_a_sentence() -> None:
    assert rights_sentence(Mode.LIVE, SAFE) == "The key may read, trade; it works from listed addresses only."
    loose = replace(SAFE, withdraw=True, transfer=True, ip_restricted=False)
    assert "withdraw, transfer; it works from every address" in rights_sentence(Mode.LIVE, loose)
    assert "not known (404)" in rights_sentence(Mode.LIVE, unknown("404", 1))
