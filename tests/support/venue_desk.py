"""Connections, venues and tests of keys for the venues screen: what a worker would tell of them."""

from __future__ import annotations

from uuid import UUID

from textual import events
from textual.pilot import Pilot

from connectors.model.capabilities import Support
from connectors.model.connection import Connection, ConnectionStatus, Hosts, KeyKind, LinkState
from connectors.model.ids import AccountId, Mode, Product
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import KeepKey
from support.desk_stage import START, Stage

NOW_NS = int(START.timestamp()) * 1_000_000_000
DAY_NS = 86_400_000_000_000
MAIN, SCALP, PUBLIC = (AccountId(UUID(int=number)) for number in (101, 102, 103))
API_KEY = "hF8s" + "Zq7LxW2v" * 7 + "tQ2p"
SECRET = "S3cr3tCanary" + "0aB1cD2eF3gH4" * 4

_ABILITIES = (
    ("market", Support.NATIVE, ""),
    ("limit", Support.NATIVE, ""),
    ("post-only", Support.NATIVE, ""),
    ("stop", Support.NATIVE, ""),
    ("stop-limit", Support.NATIVE, ""),
    ("take-profit", Support.NATIVE, ""),
    ("trailing", Support.NATIVE, ""),
    ("GTC", Support.NATIVE, ""),
    ("IOC", Support.NATIVE, ""),
    ("FOK", Support.NATIVE, ""),
    ("GTD", Support.EMULATED, ""),
    ("OCO", Support.NATIVE, ""),
    ("iceberg", Support.NATIVE, ""),
    ("amend", Support.NATIVE, "size down only"),
    ("replace", Support.EMULATED, "loses the queue"),
    ("short", Support.MISSING, ""),
    ("leverage", Support.MISSING, ""),
)
BINANCE = api.VenueFacts(
    "binance",
    (Product.SPOT,),
    (Mode.LIVE, Mode.TESTNET, Mode.DEMO, Mode.PAPER, Mode.SIM),
    tuple(api.Ability(name, support, note) for name, support, note in _ABILITIES),
)
VENUES = api.VenueList((BINANCE,))
STEPS = (
    ("connect", True, "The venue answers."),
    ("clock", True, "The venue's clock is 38 ms ahead of this machine's."),
    ("instruments", True, "1,342 instruments."),
    ("account", True, "The key can read the account: 3 assets."),
)
_BAD_SIGNATURE = "The venue refused the signature: the secret does not belong to this API key."
NO_IP_LIST = "This key works from every address: it has no IP list."
OPEN = VaultFacts(
    VaultState.OPEN,
    (
        SlotFacts("1f3a" * 8, OpenedBy.PASSPHRASE, "main", 1_893_000_000_000),
        SlotFacts("9b07" * 8, OpenedBy.RECOVERY, "paper", 1_893_000_000_000),
    ),
)
LOCKED = VaultFacts(VaultState.LOCKED, OPEN.slots)


def rights(withdraw: bool | None = False, *, trade: bool | None = True, ip_restricted: bool | None = True) -> KeyRights:
    """Rights of a key as its venue tells them."""
    return KeyRights(trade, withdraw, False, ip_restricted, "/sapi/v1/account/apiRestrictions", NOW_NS)


def tried(*needs: Acceptance, withdraw: bool | None = False, warnings: tuple[str, ...] = ()) -> api.KeyTried:
    """A key that passed every step."""
    return api.KeyTried(STEPS, rights(withdraw), warnings, needs)


def refused(sentence: str = _BAD_SIGNATURE) -> api.KeyTried:
    """A key that did not."""
    return api.KeyTried((*STEPS[:3], ("account", False, sentence)), None)


def connection(account: AccountId, label: str, mode: Mode, **more: object) -> Connection:
    """A registered connection with an Ed25519 key."""
    facts: dict[str, object] = {
        "keyed": True,
        "key_kind": KeyKind.ED25519,
        "key_tail": "tQ2p",
        "last_connected_ns": NOW_NS - DAY_NS,
        **more,
    }
    return Connection(account, "binance", label, mode, **facts)  # type: ignore[arg-type]  # fields by name


def status(of: Connection, state: LinkState, key_rights: KeyRights | None = None, reason: str = "") -> ConnectionStatus:
    """The state of one."""
    return ConnectionStatus(
        of.account, of.label, of.venue, of.mode, state, NOW_NS, rights=key_rights, reason=reason, since_ns=NOW_NS
    )


def tell(stage: Stage, of: Connection, state: LinkState, key_rights: KeyRights | None = None, reason: str = "") -> None:
    """Let the worker tell of a connection."""
    stage.link.tell(api.ConnectionChanged(status(of, state, key_rights, reason), of))


def three(stage: Stage) -> None:
    """Beside the simulated market: a live key, a testnet key, and public data that is switched off."""
    main = connection(MAIN, "main", Mode.LIVE)
    scalp = connection(
        SCALP, "scalp2", Mode.TESTNET, key_kind=KeyKind.HMAC, hosts=Hosts(rest=("https://127.0.0.1:9443",))
    )
    public = connection(PUBLIC, "public", Mode.LIVE, keyed=False, key_kind=None, key_tail="", active=False)
    tell(stage, main, LinkState.LIVE, rights(ip_restricted=False))
    tell(stage, scalp, LinkState.RECONNECTING, rights(withdraw=None, trade=None), "no answer in 10 s")
    tell(stage, public, LinkState.OFF)


def vault(stage: Stage, facts: VaultFacts) -> None:
    """Let the worker tell how far the vault is open."""
    stage.link.tell(api.VaultChanged(facts))


def prepare(stage: Stage) -> None:
    """Let the link tell of venues."""
    stage.link.answers[api.GetVenues] = VENUES


# --- by key -----------------------------------------------------------------------------------------------------------


async def begin(stage: Stage, pilot: Pilot[int], facts: VaultFacts = OPEN) -> None:
    """Stand on the venues screen with this vault, the form open."""
    prepare(stage)
    await stage.until(pilot, lambda: stage.desk.session.joined)
    vault(stage, facts)
    await stage.press(pilot, "f6", "a")
    await stage.until(pilot, lambda: stage.desk.venues.form is not None)
    await stage.settle(pilot)


def put(stage: Stage, text: str) -> None:
    """Paste into the field under the hand."""
    stage.desk.keyboard.takes_paste(events.Paste(text))


async def fill(stage: Stage, pilot: Pilot[int], label: str = "scalp2", *, right: int = 1, secret: str = SECRET) -> None:
    """Fill the form in by key: TESTNET unless the hand goes further right, HMAC."""
    await stage.press(pilot, "tab", *["right"] * right, "tab")
    put(stage, label)
    await stage.press(pilot, "tab", "right", "tab")
    put(stage, f"  {API_KEY}\n")
    await stage.press(pilot, "tab")
    put(stage, f" {secret} \n")
    await stage.settle(pilot)


async def word(stage: Stage, pilot: Pilot[int], text: str) -> None:
    """Type a word on the typed line, and enter."""
    await stage.until(pilot, lambda: stage.desk.rooms.typing)
    stage.desk.venues.typed.value = text
    await stage.press(pilot, "enter")
    await stage.settle(pilot)


def keeps(stage: Stage) -> list[KeepKey]:
    """Frames that asked to keep a key."""
    return [frame for frame in stage.link.handed if isinstance(frame, KeepKey)]


def kept(stage: Stage) -> None:
    """Let the worker keep what it is handed."""
    scalp = connection(SCALP, "scalp2", Mode.TESTNET)
    stage.link.secret_answers[KeepKey] = [api.KeyKept(scalp, STEPS, rights())]
