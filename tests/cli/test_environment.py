"""Keys in the environment: taken out, bound to what their names say, and never guessed at."""

from __future__ import annotations

import pytest

from connectors.model.connection import Hosts, KeyKind
from connectors.model.ids import Mode
from support.command import Command
from tui.cli.environment import EnvironmentRefused, kind_of, take_environment_keys

PEM_ED25519 = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----"""
PEM_RSA = "-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEA\n-----END PRIVATE KEY-----"


def test_everything_secret_is_gone_from_the_environment_and_everything_else_stays() -> None:
    environ = {
        "PATH": "/bin",
        "TRADEDESK_PASSPHRASE": "correct horse",
        "BINANCE_API_KEY": "k1",
        "BINANCE_SECRET_KEY": "s1",
        "BINANCE_TESTNET_API_KEY": "k2",
        "BINANCE_TESTNET_API_SECRET": "s2",
        "BITGET_API_KEY": "k3",
        "BITGET_API_SECRET": "s3",
        "BITGET_API_PASSPHRASE": "p3",
        "BINANCE_TESTNET_URL": "https://testnet.binance.vision/",
        "TRADEDESK_VENUE": "demo",
    }
    taken = take_environment_keys(environ)
    assert set(environ) == {"PATH", "BINANCE_TESTNET_URL", "TRADEDESK_VENUE"}
    assert taken.passphrase == bytearray(b"correct horse")
    told = {(key.venue, key.mode): (key.api_key, bytes(key.secret), key.passphrase) for key in taken.keys}
    assert told == {
        ("binance", Mode.LIVE): ("k1", b"s1", None),
        ("binance", Mode.TESTNET): ("k2", b"s2", None),
        ("bitget", Mode.LIVE): ("k3", b"s3", bytearray(b"p3")),
    }
    testnet = next(key for key in taken.keys if key.mode is Mode.TESTNET)
    assert testnet.names == ("BINANCE_TESTNET_API_KEY", "BINANCE_TESTNET_API_SECRET")
    assert testnet.hosts == Hosts(("https://testnet.binance.vision",))
    assert "k1" not in repr(taken)
    assert "s1" not in repr(taken)
    assert "correct" not in repr(taken)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        (
            {"BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "canary1", "BINANCE_SECRET_KEY": "canary2"},
            ("BINANCE_API_SECRET", "BINANCE_SECRET_KEY"),
        ),
        (
            {"BINANCE_TESTNET": "1", "BINANCE_API_KEY": "canary1", "BINANCE_TESTNET_API_KEY": "canary2"},
            ("BINANCE_API_KEY", "BINANCE_TESTNET_API_KEY"),
        ),
        (
            {"BINANCE_LIVE_API_KEY": "canary1", "BINANCE_API_KEY": "canary2"},
            ("BINANCE_API_KEY", "BINANCE_LIVE_API_KEY"),
        ),
        (
            {
                "BINANCE_API_KEY": "canary1",
                "BINANCE_API_SECRET": "s",
                "BINANCE_TESTNET_API_KEY": "canary1",
                "BINANCE_TESTNET_API_SECRET": "s",
            },
            ("BINANCE_API_KEY", "BINANCE_TESTNET_API_KEY"),
        ),
    ],
)
def test_two_names_that_disagree_are_an_error_that_names_both(environ: dict[str, str], names: tuple[str, str]) -> None:
    with pytest.raises(EnvironmentRefused) as refused:
        take_environment_keys(environ)
    assert all(name in str(refused.value) for name in names)
    assert "canary" not in str(refused.value)
    assert "canary" not in str(environ), "what was refused is taken out all the same"


def test_a_switch_that_is_neither_yes_nor_no_is_an_error() -> None:
    with pytest.raises(EnvironmentRefused, match="BINANCE_TESTNET is 'maybe', wanted 1 or 0"):
        take_environment_keys({"BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "s", "BINANCE_TESTNET": "maybe"})


def test_the_switch_makes_the_plain_names_testnet_keys() -> None:
    environ = {"BINANCE_TESTNET": "true", "BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "s"}
    (key,) = take_environment_keys(environ).keys
    assert key.mode is Mode.TESTNET


def test_two_names_that_agree_are_one_key() -> None:
    environ = {"BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "s", "BINANCE_SECRET_KEY": "s"}
    (key,) = take_environment_keys(environ).keys
    assert key.names == ("BINANCE_API_KEY", "BINANCE_API_SECRET", "BINANCE_SECRET_KEY")


def test_half_a_key_is_none_and_it_is_said_which_name_is_missing() -> None:
    taken = take_environment_keys({"BINANCE_DEMO_API_KEY": "k", "RECV_WINDOW": "5000"})
    assert taken.keys == ()
    assert "BINANCE_DEMO_API_KEY without BINANCE_DEMO_API_SECRET" in taken.notes[0]
    assert taken.notes[1].startswith("RECV_WINDOW is set and not used")


def test_the_embedded_exchange_has_no_key_in_the_environment() -> None:
    assert take_environment_keys({"BINANCE_SIM_API_KEY": "k", "BINANCE_SIM_API_SECRET": "s"}).keys == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a" * 64, KeyKind.HMAC),
        (PEM_ED25519, KeyKind.ED25519),
        (PEM_RSA, KeyKind.RSA),
        (PEM_RSA.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"), KeyKind.RSA),
        ("-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----", KeyKind.ED25519),
    ],
)
def test_a_secret_says_by_its_form_what_it_signs_with(text: str, kind: KeyKind) -> None:
    assert kind_of(text.encode()) is kind


def test_a_pem_on_one_line_gets_its_lines_back() -> None:
    environ = {"BINANCE_API_KEY": "k", "BINANCE_PRIVATE_KEY": PEM_ED25519.replace("\n", "\\n")}
    (key,) = take_environment_keys(environ).keys
    assert (bytes(key.secret).decode(), key.kind) == (PEM_ED25519, KeyKind.ED25519)


def test_a_command_with_names_that_disagree_ends_with_code_2_and_help_does_not(tradedesk: Command) -> None:
    names = {"BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "canary1", "BINANCE_SECRET_KEY": "canary2"}
    tradedesk.environ.update(names)
    said = tradedesk("ticker", "BTCUSDT")
    assert said.code == 2
    assert said.err == "BINANCE_API_SECRET and BINANCE_SECRET_KEY are both set and disagree. Unset one of them.\n"
    assert tradedesk("--help").code == 0
