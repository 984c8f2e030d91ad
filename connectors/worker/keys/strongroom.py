"""The vault's own thread, and how far it is open as the loop knows it.

Argon2 takes half a second: it holds up neither the loop nor the archive's thread, in which orders are committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from connectors.errors import Refused, TradedeskError, WrongPassphrase
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.ports.clock import Clock
from connectors.ports.vault import Given, Vault, VaultSource
from connectors.worker import api
from connectors.worker.keys.guesses import Guesses
from connectors.worker.log import logger

T = TypeVar("T")


class Strongroom:
    """Asks the vault in its thread, one question at a time, and tells everyone how far it is open.

    Args:
        clock: Time.
        publish: Gives an event to every client that is attached.
        warn: Tells a human what the system's keyring has failed to do.
        source: Where the vault comes from; None: this worker has none.
    """

    def __init__(
        self,
        clock: Clock,
        publish: Callable[[api.NumberedEvent], None],
        warn: Callable[[str], None],
        source: VaultSource | None = None,
    ) -> None:
        self._clock = clock
        self._publish = publish
        self._warn = warn
        self._notice = ""
        self._source = source
        self._vault: Vault | None = None
        self._thread = ThreadPoolExecutor(1, "vault")
        self._guesses = Guesses(clock)
        self._facts = VaultFacts()
        self._covers = 0
        self._turn = asyncio.Lock()

    @property
    def facts(self) -> VaultFacts:
        """What may be shown of the vault now."""
        return replace(self._facts, guess_wait_ms=self._guesses.wait_ms())

    @property
    def notice(self) -> str:
        """What the system's keyring failed to do in the last write, which was told; empty when nothing."""
        return self._notice

    @property
    def state(self) -> VaultState:
        """How far it is open, for every command that comes from now on."""
        return self._facts.state

    async def start(self) -> None:
        """Look whether there is a vault; it stays locked.

        Raises:
            ArchiveFailed: The file could not be read.
        """
        source = self._source
        if source is None:
            return

        def begin() -> tuple[Vault, VaultFacts]:
            vault = source.open()
            return vault, vault.facts()

        self._vault, self._facts = await self._run(begin)

    async def ask(self, question: Callable[[Vault], T], *, reason: str = "") -> T:
        """Ask or change something that leaves the vault as far open as it is; tells of slots that changed.

        Raises:
            TradedeskError: What the vault refuses.
        """
        async with self._turn:
            return await self._asked(question, opens=False, reason=reason)

    async def open(self, given: Given | None, question: Callable[[Vault], T], *, reason: str = "") -> T:
        """Do what opens the vault. See `guarded` for who may try.

        Args:
            given: What was typed; None where nothing was guessed at.
            question: Opens it.
            reason: Told with the new state.

        Raises:
            TradedeskError: What the vault refuses.
        """
        return await self._guarded(given, question, opens=True, reason=reason)

    async def guarded(self, given: Given, question: Callable[[Vault], T], *, reason: str = "") -> T:
        """Ask something that a typed secret is needed for: after three wrong ones it is not looked at for a while.

        Raises:
            Throttled: Too soon after a wrong secret; nothing was tried.
            TradedeskError: What the vault refuses.
        """
        return await self._guarded(given, question, opens=False, reason=reason)

    def cover(self, reason: str) -> bool:
        """Refuse from now on what shows or risks money, and drop the data key as soon as its thread is free.

        Returns:
            Whether it was open.
        """
        self._covers += 1
        if self.state is not VaultState.OPEN:
            return False
        self._facts = replace(self._facts, state=VaultState.COVERED)
        logger().info("vault_covered", reason=reason)
        self._publish(api.VaultChanged(self.facts, reason))
        return True

    async def covered(self) -> None:
        """Wait until the data key of a covered vault is gone."""
        vault = self._vault
        if vault is None:
            return

        def drop() -> VaultState:
            vault.cover()
            return vault.state

        if await self._run(drop) is VaultState.COVERED and self.state is VaultState.OPEN:
            self.cover("")  # it was being made or opened when it was to be covered

    async def lock(self, reason: str = "") -> bool:
        """Drop the data key; only who holds the signers knows when those may go.

        Returns:
            Whether there was anything to lock; also one that is just being opened.
        """
        vault = self._vault
        was_open = self.state in {VaultState.OPEN, VaultState.COVERED}
        if vault is None or not (was_open or self._turn.locked()):
            return False
        self._covers += 1
        if was_open:
            self._facts = replace(self._facts, state=VaultState.LOCKED)
        await self._run(vault.lock)
        if not was_open:
            return True
        logger().info("vault_locked")
        self._publish(api.VaultChanged(self.facts, reason))
        return True

    async def close(self) -> None:
        """Drop the data key, let go of the file, end the thread. May be called twice."""
        vault, self._vault = self._vault, None
        if vault is not None:
            await self._run(vault.close)
        self._thread.shutdown(wait=True)

    async def _guarded(self, given: Given | None, question: Callable[[Vault], T], *, opens: bool, reason: str) -> T:
        typed = given is not None and given.by is not OpenedBy.KEYRING
        async with self._turn:
            if typed:
                self._guesses.require_patience()
            try:
                answer = await self._asked(question, opens=opens, reason=reason)
            except WrongPassphrase:
                if typed and self._guesses.wrong():
                    self._publish(api.VaultChanged(self.facts))
                raise
            if typed:
                self._guesses.right()
            return answer

    async def _asked(self, question: Callable[[Vault], T], *, opens: bool, reason: str) -> T:
        vault = self._vault
        if vault is None:
            raise Refused("This worker keeps no vault, so it takes no keys.", operation="vault")
        covers = self._covers
        fault: TradedeskError | None = None

        def work() -> tuple[T | TradedeskError, VaultFacts | None, str]:
            try:
                answer: T | TradedeskError = question(vault)
            except TradedeskError as problem:
                answer = problem
            return answer, _looked(vault), vault.notice

        answer, facts, notice = await self._run(work)
        if isinstance(answer, TradedeskError):
            fault = answer
        if facts is not None:
            self._settle(facts, opened=opens and fault is None and covers == self._covers, reason=reason)
        self._tell(notice)
        if isinstance(answer, TradedeskError):
            raise answer
        return answer

    def _tell(self, notice: str) -> None:
        """Warn of what the keyring failed to do, whichever change it was for; a write without fault ends it."""
        before, self._notice = self._notice, notice
        if notice and notice != before:
            self._warn(notice)

    def _settle(self, facts: VaultFacts, *, opened: bool, reason: str) -> None:
        """Know what the thread found; only what was meant to open it opens it for the loop."""
        before, state = self._facts, self.state
        if opened or (state is VaultState.NONE and facts.state is not VaultState.NONE):
            state = facts.state  # one that was made is open, also where only its anchor could not be written
        elif state is not facts.state and facts.state is not VaultState.OPEN and state is not VaultState.COVERED:
            state = facts.state  # it was locked from within: its data key was renewed elsewhere
        self._facts = replace(facts, state=state)
        if self._facts != before:
            self._publish(api.VaultChanged(self.facts, reason))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _looked(vault: Vault) -> VaultFacts | None:
    """What may be shown of it; None where that cannot be read now, which is said by what was asked."""
    try:
        return vault.facts()
    except TradedeskError:
        return None
