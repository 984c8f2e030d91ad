"""The vault of one worker: opened, covered, locked; noticed when the machine was asleep."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from connectors.errors import TradedeskError, VaultLocked
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, VaultState
from connectors.ports.clock import Clock
from connectors.ports.vault import Given, Opened, SealSeen, SleepWatch, Vault, VaultSource
from connectors.worker import api
from connectors.worker.house import House
from connectors.worker.keys import signing
from connectors.worker.keys.covered import require_allowed
from connectors.worker.keys.holder import KeyHolder
from connectors.worker.keys.paper import Papers
from connectors.worker.keys.strongroom import Strongroom
from connectors.worker.log import logger
from connectors.worker.roster import Roster
from connectors.worker.signers import Signers

LOOK_S = 1.0
"""How often the clocks are compared."""

ASLEEP = "The machine was asleep, so the desk was covered."


class KeyDesk:
    """Everything of the worker that has to do with keys at rest.

    Args:
        house: The worker's parts.
        roster: The connections.
        signers: The signers in use.
        publish: Gives an event to every client that is attached.
        settle: Waits for requests under way, as the worker's end does.
        source: Where the vault comes from; None: this worker keeps none.
    """

    def __init__(
        self,
        house: House,
        roster: Roster,
        signers: Signers,
        publish: Callable[[api.NumberedEvent], None],
        settle: Callable[[], Awaitable[None]],
        source: VaultSource | None,
    ) -> None:
        self.room = Strongroom(house.clock, publish, self._warn, source)
        self.holder = KeyHolder(house, roster, signers, self.room)
        self.papers = Papers(house.clock)
        self.changes = asyncio.Lock()
        """Held by whoever changes a registration with its key, or which signers there are: one at a time."""
        self.seals: dict[Hashable, SealSeen] = {}
        """The difference last seen, by link."""
        self.on_slept: Callable[[], None] = lambda: None
        """Told when the machine was asleep, before anything else is said or done."""
        self._clock: Clock = house.clock
        self._spawn = house.supervisor.spawn
        self._settle = settle
        self._house = house
        self._watch: SleepWatch | None = source.watch if source is not None else None

    @property
    def state(self) -> VaultState:
        """How far the vault is open."""
        return self.room.state

    async def start(self) -> None:
        """Look at the vault, which is locked.

        Raises:
            ArchiveFailed: The file could not be read.
        """
        await self.room.start()

    def begin(self) -> None:
        """The connections are known: where the system's keyring opens the vault, it does so now; look for sleeps."""
        if self._watch is not None:
            self._spawn("sleep-watch", self._keep_looking())
        if any(slot.by is OpenedBy.KEYRING for slot in self.room.facts.slots):
            self._spawn("keyring", self._open_by_keyring())

    async def _open_by_keyring(self) -> None:
        try:
            await self.open(Given(OpenedBy.KEYRING, SecretBytes(bytearray())), accept_older=False)
        except TradedeskError as problem:
            self._warn(f"The system's keyring did not open the vault. {problem.sentence}")

    async def open(self, given: Given, *, accept_older: bool) -> Opened:
        """Unlock or uncover.

        Raises:
            Throttled: Too soon after wrong secrets.
            TradedeskError: What the vault refuses.
        """
        rows = self.holder.rows()

        def unlock(vault: Vault) -> tuple[Opened, tuple[signing.Made, ...]]:
            opened = vault.open(given, accept_older=accept_older)
            return opened, signing.make_all(vault.keys, rows)

        async with self.changes:
            opened, made = await self.room.open(given, unlock)
            self._require_open_still()
            logger().info("vault_opened", by=opened.slot.by.value, keys=len(made))
            await self.holder.take(made)
        self._tell(opened)
        return opened

    async def reseal(self, given: Given, seen: SealSeen) -> Opened:
        """Seal what was seen, and unlock. Raises as `open`."""
        rows = self.holder.rows()

        def accept(vault: Vault) -> tuple[Opened, tuple[signing.Made, ...]]:
            opened = vault.reseal(given, seen)
            return opened, signing.make_all(vault.keys, rows)

        async with self.changes:
            opened, made = await self.room.open(given, accept)
            logger().warning("vault_resealed", dropped=len(seen.broken))
            await self.holder.read_anew()
            self._require_open_still()
            await self.holder.take(made)
        self._tell(opened)
        return opened

    def _warn(self, sentence: str) -> None:
        self._house.executor.warn(api.AlertLevel.WARN, sentence)

    def _tell(self, opened: Opened) -> None:
        if opened.notice and opened.notice != self.room.notice:
            self._warn(opened.notice)

    def _require_open_still(self) -> None:
        if self.state is not VaultState.OPEN:
            raise VaultLocked("The vault was locked or covered again while it was being opened. Type it again.")

    def cover(self, reason: str) -> None:
        """Refuse from now on what shows or risks money; the data key is gone as soon as its thread is free."""
        if self.room.cover(reason):
            self.papers.forget_all()
            self.holder.tails_changed()
        self._spawn("cover", self.covered())

    async def covered(self) -> None:
        """Wait until the data key of a covered vault is gone, and what was made with it meanwhile."""
        await self.room.covered()
        if self.state is not VaultState.OPEN:
            self.papers.forget_all()

    async def lock(self) -> None:
        """Drop the data key and every signer: nothing new begins, what is under way ends or becomes UNKNOWN."""
        self.papers.forget_all()
        if not await self.room.lock():
            return
        if self.state is not VaultState.OPEN:
            self.papers.forget_all()
        await self._settle()
        async with self.changes:
            if self.state is not VaultState.OPEN:
                await self.holder.drop()

    def look(self) -> None:
        """Compare the clocks, and cover after a sleep: before anything else is said or done."""
        watch = self._watch
        if watch is not None and watch.slept(self._clock.running_ns(), self._clock.monotonic_ns()):
            logger().warning("was_asleep")
            if self.state is VaultState.OPEN:
                self.cover(ASLEEP)
            self.on_slept()

    def require_uncovered(self, command: object) -> None:
        """See that the desk does this now.

        Raises:
            VaultLocked: It is covered, and the command shows or risks money.
        """
        self.look()
        if self.state is VaultState.COVERED:
            require_allowed(command)

    def left(self, link: Hashable) -> None:
        """A client is gone: what was kept for it alone goes too."""
        self.papers.forget(link)
        self.seals.pop(link, None)

    async def close(self) -> None:
        """Drop the data key and end the vault's thread."""
        self.papers.forget_all()
        await self.room.close()

    async def _keep_looking(self) -> None:
        while True:
            await self._clock.sleep(LOOK_S)
            self.look()
            self.papers.expire()
