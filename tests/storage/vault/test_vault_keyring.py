"""The system's keyring: which one is taken, what it is given, and that nobody else's code runs (T4)."""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.errors import SlotRefused, VaultError, VaultLocked
from storage.vault.keyring import SERVICE, SystemKeyring, find
from storage.vault.unlocking import ByKeyring
from support.vaults import Desk, by, secret

ROOT = Path(__file__).resolve().parents[3]
PLAIN = """
import keyring.backend
class Keyring(keyring.backend.KeyringBackend):
    priority = 20
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): pass
"""
LOOK = """
import json, sys
ran = []
watched = {"null.py", "fail.py", "chainer.py", "plain_text.py", "core.py"}
def watch(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.rsplit("/", 1)[-1] in watched:
        ran.append((frame.f_code.co_filename.rsplit("/", 1)[-1], frame.f_code.co_name))
sys.setprofile(watch)
from connectors.errors import SlotRefused
from storage.vault.keyring import find
from storage.vault.slots_door import KeyringHeld
found = find()
try:
    KeyringHeld(find).require()
    refused = ""
except SlotRefused as problem:
    refused = str(problem)
first = list(ran)
import keyring
try:
    chosen = type(keyring.get_keyring()).__module__
except Exception as problem:
    chosen = type(problem).__name__
sys.setprofile(None)
print(json.dumps({"found": found, "refused": refused, "ran": first, "chosen": chosen, "ran_then": ran[len(first):]}))
"""


@dataclass
class FakeBackend:
    """One of the five, as a dictionary."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    viable: bool = True
    raises: Exception | None = None
    waits: Callable[[], object] = lambda: None

    def _go(self) -> None:
        self.waits()
        if self.raises is not None:
            raise self.raises

    def get_password(self, service: str, username: str) -> str | None:
        self._go()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._go()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._go()
        del self.kept[service, username]


# T4: whose code runs


def configured(folder: Path, backend: str, how: str) -> dict[str, str]:
    """An environment in which the library would choose this backend."""
    (folder / "spies").mkdir()
    (folder / "spies" / "plain_text.py").write_text(PLAIN, encoding="utf-8")
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "XDG_CONFIG_HOME": str(folder / "config")}
    path = [str(ROOT)]
    if how == "environment":
        environment["PYTHON_KEYRING_BACKEND"] = backend
        path.append(str(folder / "spies"))
    else:
        (folder / "config" / "python_keyring").mkdir(parents=True)
        text = f"[backend]\ndefault-keyring={backend}\nkeyring-path={folder / 'spies'}\n"
        (folder / "config" / "python_keyring" / "keyringrc.cfg").write_text(text, encoding="utf-8")
    return {**environment, "PYTHONPATH": os.pathsep.join(path)}


@pytest.mark.parametrize("how", ["environment", "file"])
@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "plain_text.Keyring",
    ],
)
def test_t4_a_configured_backend_is_refused_and_none_of_its_code_runs(backend: str, how: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=configured(tmp_path, backend, how),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = json.loads(done.stdout)
    keyring, name, why = said["found"]
    assert (keyring, name) == (None, "")
    assert why == "This system offers no keyring to this login, as is usual over SSH. Use the passphrase."
    assert said["refused"].startswith("The system's keyring cannot be used.")
    # The library's own front imports one of them and reads no configuration before it is asked to choose.
    loaded = [["fail.py", "<module>"], ["fail.py", "Keyring"], ["core.py", "<module>"]]
    assert [each for each in said["ran"] if each not in loaded] == []
    # What would have happened had the library been asked: the configuration was read, and obeyed.
    assert said["chosen"] == backend.rpartition(".")[0]
    assert ["core.py", "load_env"] in said["ran_then"]


def test_t4_a_variable_that_would_turn_the_keyring_elsewhere_is_named() -> None:
    keyring, name, why = find({"KEYRING_PROPERTY_PREFERRED_COLLECTION": "/session"})
    assert (keyring, name) == (None, "")
    assert why.startswith("KEYRING_PROPERTY_PREFERRED_COLLECTION is set")


@pytest.mark.parametrize(
    ("module", "backend", "name"),
    [
        ("macOS", "Keyring", "macOS Keychain"),
        ("Windows", "WinVaultKeyring", "Windows Credential Manager"),
        ("SecretService", "Keyring", "Secret Service"),
        ("libsecret", "Keyring", "Secret Service (libsecret)"),
        ("kwallet", "DBusKeyring", "KWallet"),
    ],
)
def test_each_of_the_five_is_taken_by_its_class(
    module: str, backend: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = FakeBackend()

    class Kind:
        viable = True

        def __new__(cls) -> FakeBackend:  # type: ignore[misc]  # what the class makes is watched
            return made

    monkeypatch.setattr(importlib.import_module(f"keyring.backends.{module}"), backend, Kind)
    keyring, found, why = find({})
    assert (found, why) == (name, "")
    assert keyring is not None
    keyring.put("a/b", secret("k" * 32))
    assert made.kept == {(SERVICE, "a/b"): base64.b64encode(b"k" * 32).decode()}


def test_without_the_library_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring.backends.macOS", None)
    keyring, name, why = find({})
    assert (keyring, name) == (None, "")
    assert "pip install 'tradedesk[keyring]'" in why


def test_the_library_is_never_asked_to_choose() -> None:
    asking = [
        path.name
        for folder in ("storage", "connectors", "tui")
        for path in (ROOT / folder).rglob("*.py")
        if "get_keyring" in path.read_text(encoding="utf-8") or "import keyring" in path.read_text(encoding="utf-8")
    ]
    assert asking == []


# What is kept


def test_a_keyring_slot_opens_the_vault_and_its_item_goes_with_it() -> None:
    desk, backend = Desk(), FakeBackend()
    keyring = SystemKeyring(backend, "Test")
    vault = desk.made()
    slot = vault.slots.add_keyring(by(), keyring)
    ((service, account),) = backend.kept
    assert service == "tradedesk-vault"
    assert account.endswith(f"/{slot.slot_id.hex()}")
    assert len(base64.b64decode(backend.kept[service, account], validate=True)) == 32
    assert desk.vault().unlock(ByKeyring(keyring)).slot == slot
    vault.slots.remove(by(), slot.slot_id, keyring)
    assert backend.kept == {}
    keyring.delete(account)


@pytest.mark.parametrize("text", ["", "no base64!", "a" * 43, "ü"])
def test_what_is_none_of_ours_is_as_good_as_nothing(text: str) -> None:
    desk, backend = Desk(), FakeBackend()
    keyring = SystemKeyring(backend, "Test")
    desk.made().slots.add_keyring(by(), keyring)
    backend.kept = dict.fromkeys(backend.kept, text)
    with pytest.raises(VaultError, match="does not hold this vault's key"):
        desk.vault().unlock(ByKeyring(keyring))


# When it fails


class LockedError(Exception):
    """What a library might raise, with a text that is not ours to show."""


@pytest.mark.parametrize("problem", [LockedError("canary"), OSError("canary"), RuntimeError("canary")])
def test_a_keyring_that_fails_is_told_in_one_sentence_without_its_own_words(problem: Exception) -> None:
    keyring = SystemKeyring(FakeBackend(raises=problem), "Test", (LockedError,))
    calls: list[tuple[Callable[[], object], type[VaultError]]] = [
        (lambda: keyring.get("a"), VaultLocked),
        (lambda: keyring.put("a", secret("k")), SlotRefused),
        (lambda: keyring.delete("a"), SlotRefused),
    ]
    for call, kind in calls:
        with pytest.raises(kind, match=rf"\(Test\).*it said {type(problem).__name__}") as caught:
            call()
        assert "canary" not in str(caught.value)
        assert caught.value.__context__ is None


def test_a_keyring_that_waits_for_its_user_is_not_waited_for_for_ever() -> None:
    go_on = threading.Event()
    backend = FakeBackend(waits=go_on.wait)
    keyring = SystemKeyring(backend, "Test", answer_s=0)
    with pytest.raises(VaultLocked, match="did not answer within 0 s"):
        keyring.get("a")
    with pytest.raises(VaultLocked, match="has not answered an earlier question yet"):
        keyring.get("a")
    go_on.set()
    assert keyring._asking is not None  # noqa: SLF001  # so that no thread is left behind
    keyring._asking.join(10)  # noqa: SLF001
    assert SystemKeyring(backend, "Test").get("a") is None


def test_adding_a_slot_to_a_keyring_that_fails_changes_nothing() -> None:
    desk = Desk()
    vault = desk.made()
    with pytest.raises(SlotRefused, match="did not keep the key"):
        vault.slots.add_keyring(by(), SystemKeyring(FakeBackend(raises=OSError()), "Test"))
    assert len(desk.opened().slots.all()) == 1
