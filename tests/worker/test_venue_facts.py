"""What a venue declares reaches whoever chooses one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors import registry
from connectors.errors import Refused
from connectors.model.capabilities import Amend, Support
from connectors.model.ids import Mode
from connectors.model.order import TimeInForce
from connectors.worker import api
from connectors.worker.codec import Kind, decode, encode
from connectors.worker.venue_facts import facts


def test_binance_is_told_as_it_declares_itself() -> None:
    told = facts(registry.capabilities("binance"))
    assert (told.venue, told.products[0].value) == ("binance", "spot")
    assert {Mode.LIVE, Mode.TESTNET, Mode.DEMO} <= set(told.modes)
    by_name = {each.name: each for each in told.abilities}
    assert by_name["post-only"].support is Support.NATIVE
    assert by_name["OCO"].support is Support.NATIVE
    assert by_name["amend"] == api.Ability("amend", Support.NATIVE, "size down only")
    assert by_name["GTD"].support is by_name["short"].support is Support.MISSING


def test_what_is_emulated_or_missing_is_told_so() -> None:
    declared = replace(
        registry.capabilities("binance"),
        amend=Amend.CANCEL_REPLACE,
        times_in_force={TimeInForce.GTD: Support.EMULATED},
    )
    by_name = {each.name: each for each in facts(declared).abilities}
    assert by_name["amend"] == api.Ability("amend", Support.EMULATED, "loses the queue")
    assert by_name["GTD"].support is Support.EMULATED
    assert by_name["GTC"].support is Support.MISSING


def test_a_venue_that_is_not_registered_declares_nothing() -> None:
    with pytest.raises(Refused, match="no venue 'acme'"):
        registry.capabilities("acme")


def test_the_list_crosses_the_link_whole() -> None:
    listed = api.VenueList(tuple(facts(registry.capabilities(venue)) for venue in registry.venues()))
    assert decode(encode(Kind.REPLY, 7, listed)[4:]).value == listed
