"""Where a connection may go, by mode, key and host (REQUIREMENTS A5, P4)."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Refused
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, Mode, Product
from connectors.venues.binance.constants import KNOWN_HOSTS, PLACES
from connectors.venues.binance.places import bind
from connectors.wire.origins import guard, parse

HTTP = ("https", "http")
SOCKET = ("wss", "ws")


def connection(mode: Mode, hosts: Hosts = Hosts(), products: tuple[Product, ...] = (Product.SPOT,)) -> Connection:  # noqa: B008  # frozen
    return Connection(AccountId(UUID(int=1)), "binance", "b", mode, products, hosts)


def everywhere(host: str, tls: bool = True) -> Hosts:
    http, ws = ("https", "wss") if tls else ("http", "ws")
    return Hosts((f"{http}://{host}",), f"{ws}://{host}", f"{ws}://{host}/ws-api/v3")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://API.Binance.com", "https://api.binance.com:443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example:443"),
    ],
)
def test_an_origin_is_read_in_one_form(text: str, written: str) -> None:
    assert str(parse(text, HTTP)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.binance.com",
        "ftp://api.binance.com",
        "http://api.binance.com",
        "http://127.0.0.1.evil.example",
        "https://user@api.binance.com",
        "https://api.binance.com/?key=1",
        "https://api.binance.com:99999",
        "https://",
        "wss://stream.binance.com",
    ],
)
def test_what_is_no_safe_origin_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(Refused, match="https://"):
        parse(text, HTTP)


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.TESTNET, Mode.DEMO])
@pytest.mark.parametrize("keyed", [True, False])
def test_the_venues_own_hosts_fit_their_mode(mode: Mode, keyed: bool) -> None:
    bound = bind(connection(mode), keyed=keyed)
    assert (bound.ws_api is not None) is keyed
    assert bound.stream.path == "/stream"
    if mode is Mode.LIVE:
        public = {"data-api.binance.vision"}
        assert ({origin.host for origin in bound.rest} == public) is not keyed


def test_paper_reads_live_public_data_and_takes_no_key() -> None:
    assert bind(connection(Mode.PAPER), keyed=False).rest[0].host == "data-api.binance.vision"
    with pytest.raises(Refused, match="no key"):
        bind(connection(Mode.PAPER), keyed=True)


def test_the_simulator_needs_its_addresses_named() -> None:
    with pytest.raises(Refused, match="rest and stream and ws-api"):
        bind(connection(Mode.SIM), keyed=True)
    assert bind(connection(Mode.SIM, everywhere("127.0.0.1:9", tls=False)), keyed=True).ws_api is not None


def test_other_products_are_refused() -> None:
    with pytest.raises(Refused, match="spot"):
        bind(connection(Mode.LIVE, products=(Product.LINEAR,)), keyed=False)


@given(
    host=st.sampled_from([*KNOWN_HOSTS, "api.evil.example", "10.0.0.1", "binance.com"]),
    mode=st.sampled_from(list(Mode)),
    keyed=st.booleans(),
)
def test_no_host_serves_a_mode_it_does_not_belong_to(host: str, mode: Mode, keyed: bool) -> None:
    belongs = KNOWN_HOSTS.get(host, Mode.LIVE)
    fits = belongs is mode or (belongs is Mode.LIVE and mode is Mode.PAPER and not keyed)
    try:
        bind(connection(mode, everywhere(host)), keyed=keyed)
    except Refused as refused:
        assert not (fits and not (keyed and mode is Mode.PAPER)), refused
    else:
        assert fits


def test_a_key_of_a_live_connection_does_not_go_to_this_machine() -> None:
    here = everywhere("127.0.0.1:9", tls=False)
    with pytest.raises(Refused, match="this machine"):
        bind(connection(Mode.LIVE, here), keyed=True)
    assert bind(connection(Mode.LIVE, here), keyed=False).rest[0].loopback


def test_every_host_of_the_table_is_known_under_its_own_mode() -> None:
    for mode, places in PLACES.items():
        for text in (*places.rest, places.stream, places.ws_api):
            if text:
                origin = parse(text, (*HTTP, *SOCKET))
                guard(origin, mode, KNOWN_HOSTS, keyed=False, label="table")
                assert origin.host in KNOWN_HOSTS
