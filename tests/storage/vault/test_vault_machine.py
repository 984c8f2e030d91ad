"""T5a: any order of operations, crashes and two processes: some held secret opens, and every field to what was put."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.errors import SecretRefused, SlotRefused, VaultLocked, VaultMoved
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from storage.vault.contents import parse_contents
from storage.vault.recovery import new_recovery_key
from storage.vault.slot import SlotKind
from storage.vault.unlocking import ByRecoveryKey, Opener
from storage.vault.vault import Vault
from support.vaults import Crash, Desk, MemoryAnchors, MemoryStore, bound, by, secret, text_of

PASSPHRASES = [f"passphrase number {number}" for number in range(4)]
processes = st.sampled_from([0, 1])
crashes = st.integers(0, 7)
"""Before which step of the write the process ends; 0 or beyond the last: it does not."""


@dataclass(frozen=True)
class Model:
    """What the vault must hold."""

    passphrases: frozenset[str]
    recovery: bytes | None = None
    secrets: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    item: str | None = None


class VaultMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store, self.anchors = MemoryStore(), MemoryAnchors()
        self.desk = Desk(self.store, self.anchors)
        self.model = Model(frozenset(PASSPHRASES[:1]))
        self.processes: list[Vault] = []
        self.generation = 0

    @initialize()
    def make(self) -> None:
        first = self.desk.vault()
        first.create(by(PASSPHRASES[0]))
        self.processes = [first, self.restarted()]
        self.generation = self.stored_generation()

    def restarted(self) -> Vault:
        vault = self.desk.vault()
        vault.unlock(by(min(self.model.passphrases)))
        return vault

    def stored_generation(self) -> int:
        contents = parse_contents(self.store.now)
        assert contents is not None
        return contents.header.generation

    def attempt(self, process: int, crash: int, act: Callable[[Vault], object], after: Model) -> None:
        """Let a process act, end it before a step, and see that the store holds the old or the new vault."""
        before, steps = self.store.now, 0

        def step(_: str) -> None:
            nonlocal steps
            steps += 1
            if steps == crash:
                raise Crash

        self.store.step = self.anchors.step = step
        try:
            act(self.processes[process])
        except Crash:
            ended = True
        except (VaultMoved, VaultLocked, SlotRefused, SecretRefused):
            assert self.store.now is before
            ended = False
        else:
            assert self.store.now is not before
            ended = False
        finally:
            self.store.step = self.anchors.step = lambda _: None
        if self.store.now is not before:
            self.model = after
            assert self.stored_generation() > self.generation
            self.generation = self.stored_generation()
        if ended:
            self.processes[process] = self.restarted()
        self.catch_up(process)

    def catch_up(self, process: int) -> None:
        """What a process does after it was told that another one has written."""
        vault = self.processes[process]
        try:
            vault.refresh()
        except VaultLocked:
            vault.unlock(by(min(self.model.passphrases)))

    @rule(process=processes, crash=crashes, number=st.integers(1, 3), value=st.text(max_size=80))
    def put(self, process: int, crash: int, number: int, value: str) -> None:
        secrets = {**self.model.secrets, number: value}
        labels = {**self.model.labels, number: f"desk {number}"}
        self.attempt(
            process,
            crash,
            lambda vault: vault.credentials.put(bound(number), {"secret": secret(value)}),
            replace(self.model, secrets=secrets, labels=labels),
        )

    @rule(process=processes, crash=crashes, number=st.integers(1, 3), label=st.sampled_from(["a", "b"]))
    def rebind(self, process: int, crash: int, number: int, label: str) -> None:
        self.attempt(
            process,
            crash,
            lambda vault: vault.credentials.rebind(bound(number, label=label)),
            replace(self.model, labels={**self.model.labels, number: label}),
        )

    @rule(process=processes, crash=crashes, number=st.integers(1, 3))
    def forget(self, process: int, crash: int, number: int) -> None:
        def without(kept: dict[int, str]) -> dict[int, str]:
            return {key: value for key, value in kept.items() if key != number}

        after = replace(self.model, secrets=without(self.model.secrets), labels=without(self.model.labels))

        def act(vault: Vault) -> None:
            vault.credentials.forget(bound(number).connection_id)
            if number not in self.model.secrets:
                raise SecretRefused("There was nothing to forget.")

        self.attempt(process, crash, act, after)

    @rule(process=processes, crash=crashes, value=st.text(min_size=1, max_size=40))
    def put_item(self, process: int, crash: int, value: str) -> None:
        self.attempt(
            process,
            crash,
            lambda vault: vault.credentials.put_item("note", secret(value)),
            replace(self.model, item=value),
        )

    @rule(process=processes, crash=crashes, new=st.sampled_from(PASSPHRASES))
    def change_passphrase(self, process: int, crash: int, new: str) -> None:
        old = max(self.model.passphrases)
        after = replace(self.model, passphrases=self.model.passphrases - {old} | {new})
        self.attempt(process, crash, lambda vault: vault.slots.change_passphrase(by(old), by(new)), after)

    @rule(process=processes, crash=crashes)
    def add_recovery(self, process: int, crash: int) -> None:
        key = new_recovery_key()
        after = replace(self.model, recovery=bytes(key.buffer))
        self.attempt(
            process, crash, lambda vault: vault.slots.add_recovery(by(max(self.model.passphrases)), key), after
        )

    @rule(process=processes, crash=crashes)
    def remove_recovery(self, process: int, crash: int) -> None:
        def act(vault: Vault) -> None:
            found = [slot.slot_id for slot in vault.slots.all() if slot.kind is SlotKind.RECOVERY]
            vault.slots.remove(by(max(self.model.passphrases)), found[0] if found else bytes(16))

        self.attempt(process, crash, act, replace(self.model, recovery=None))

    @rule(process=processes, crash=crashes)
    def rekey(self, process: int, crash: int) -> None:
        key = new_recovery_key()
        recovery = bytes(key.buffer) if self.model.recovery else None
        self.attempt(
            process,
            crash,
            lambda vault: vault.rekey(by(min(self.model.passphrases)), recovery=key),
            replace(self.model, recovery=recovery),
        )

    @rule(process=processes)
    def cover(self, process: int) -> None:
        vault = self.processes[process]
        vault.cover()
        assert vault.state is VaultState.COVERED
        vault.unlock(by(min(self.model.passphrases)))

    @invariant()
    def every_held_secret_opens_what_was_put(self) -> None:
        if not self.processes:
            return
        openers: list[Opener] = [by(passphrase) for passphrase in self.model.passphrases]
        if self.model.recovery:
            openers.append(ByRecoveryKey(SecretBytes(bytearray(self.model.recovery))))
        for opener in openers:
            vault = Desk(self.store, MemoryAnchors(self.anchors.now)).vault()
            vault.unlock(opener)
            assert {facts.label for facts in vault.credentials.all()} == set(self.model.labels.values())
            for number, value in self.model.secrets.items():
                assert text_of(vault.credentials.field(bound(number).connection_id, "secret")) == value
            item = vault.credentials.item("note")
            assert (text_of(item) if item is not None else None) == self.model.item


TestVaultMachine = VaultMachine.TestCase
