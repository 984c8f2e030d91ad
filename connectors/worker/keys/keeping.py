"""Connections with a key: tried, kept, changed, removed; the registration first, then its key, and undone together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.errors import Refused, VaultLocked
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Mode
from connectors.model.secret import SecretBytes, overwrite
from connectors.model.vault import VaultState
from connectors.ports.credentials import Signer
from connectors.ports.vault import Keys
from connectors.worker import api
from connectors.worker.keys import signing
from connectors.worker.keys.both import both, written
from connectors.worker.keys.trial import Trial, judged, require_accepted, require_typed, try_out
from connectors.worker.log import logger
from connectors.worker.secrets import KeepKey, KeyText, TryKey

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

_NEEDS_OPEN = "The vault must be open for this. Run: tradedesk vault unlock"
_NO_VAULT = "There is no vault yet, and keys are kept nowhere else. Make one: tradedesk vault create"


def require_open(worker: Worker) -> None:
    """See that the vault is open.

    Raises:
        VaultLocked: It is not.
    """
    state = worker.keys.state
    if state is not VaultState.OPEN:
        raise VaultLocked(_NO_VAULT if state is VaultState.NONE else _NEEDS_OPEN)


async def try_key(worker: Worker, frame: TryKey) -> api.KeyTried:
    """Connect with a key that is not kept, or with the kept one."""
    if frame.key is None:
        row, trial = await try_kept(worker, frame.connection.account)
    else:
        row = _keyed(frame.connection, frame.key)
        _check(row, None)
        require_typed(row, frame.hosts_typed)
        signer = _signer(row, frame.key)
        if worker.keys.state is VaultState.OPEN:
            await _require_one_mode(worker, row, frame.key)
        trial = await _tried(worker, row, signer)
    warnings, needs = judged(row, trial.rights)
    return api.KeyTried(trial.steps, trial.rights, warnings, tuple(need for need in needs if need not in row.accepted))


async def try_kept(worker: Worker, account: AccountId) -> tuple[Connection, Trial]:
    """Connect anew as a registration says, with the key it has; also one that is switched off, while the vault is open.

    Raises:
        VaultLocked: Its key is locked up.
        Refused: There is no such connection, or it cannot be used.
    """
    row = _registered(worker, account)
    signer = worker.signers.signer(account)
    if signer is None and not row.active and row.key_kind is not None:
        require_open(worker)
        made = await worker.keys.room.ask(lambda vault: signing.make_for(vault.keys, row, sign=True))
        signer = made.signer
        if signer is None:
            raise Refused(made.problem)
    elif row.active:
        row = worker.roster.get(account).connection
    return row, await _tried(worker, row, signer)


async def keep_key(worker: Worker, frame: KeepKey) -> api.KeyKept:
    """Register a keyed connection, or give a registered one another key.

    Raises:
        VaultLocked: The vault is not open.
        CredentialRefused: A field of the key is missing or has the wrong form.
        AcceptanceNeeded: It may withdraw, or that is not known, and it was not accepted.
        Refused: The registration does not fit, the label is taken, or the key failed its test.
        SecretRefused: The key is kept under another mode.
    """
    require_open(worker)
    before = worker.roster.find(frame.connection.account)
    row = _keyed(frame.connection, frame.key)
    _check(row, before.connection if before is not None else None)
    require_typed(row, frame.hosts_typed)
    key = signing.plain(row, frame.key)
    try:
        return await _kept(worker, row, before.connection if before is not None else None, key)
    finally:
        overwrite(key.secret)


async def _kept(worker: Worker, row: Connection, before: Connection | None, key: KeyText) -> api.KeyKept:
    signer = signing.given_signer(row, key)
    binding = signing.binding_for(row)
    twin = await _require_one_mode(worker, row, key)
    trial = await _tried(worker, row, signer)
    warnings, needs = judged(row, trial.rights)
    if twin:
        warnings = (*warnings, f"{twin} has this key too: both show the same orders and positions, each of them twice.")
    if not trial.passed and row.active:
        name, _, sentence = trial.steps[-1]
        raise Refused(
            f"{row.label}: the test failed at {name}, so the key was not kept. {sentence}"
            " Mend that, or keep the connection switched off."
        )
    require_accepted(row, needs)
    created_ns = before.created_ns if before is not None else row.created_ns or worker.clock.time_ns()
    row = replace(row, created_ns=created_ns)
    fields = signing.given_fields(key)
    async with worker.keys.changes:
        try:
            _require_unchanged(worker, row, before)
            flaw = await both(worker, row, before, lambda vault: vault.keys.put(binding, fields))
        finally:
            for secret in fields.values():
                secret.close()
        await worker.keys.holder.use(row, signing.Made(binding, key.api_key[-signing.TAIL :], signer))
    logger().info("key_kept", label=row.label, venue=row.venue, mode=row.mode.value, active=row.active)
    warnings = (*warnings, flaw) if flaw else warnings
    return api.KeyKept(worker.keys.holder.dressed(row), trial.steps, trial.rights, warnings)


def _require_unchanged(worker: Worker, row: Connection, before: Connection | None) -> None:
    """See that nobody has changed the registration while its key was tried."""
    live = worker.roster.find(row.account)
    now = live.connection if live is not None else None
    if (now is None) != (before is None) or (
        now and before and now != replace(before, last_connected_ns=now.last_connected_ns)
    ):
        raise Refused(
            f"{row.label} was changed by another client while its key was tried. Nothing was kept: try again."
        )


async def edit(worker: Worker, command: api.EditConnection) -> api.Done:
    """Change a registration; a keyed one is bound anew.

    Raises:
        VaultLocked: More than whether it is switched on changes, and the vault is not open.
        Refused: There is no such connection, or the change does not fit it.
    """
    async with worker.keys.changes:
        return await _edited(worker, command)


async def _edited(worker: Worker, command: api.EditConnection) -> api.Done:
    before = _registered(worker, command.account)
    if before.embedded:
        raise Refused(f"{before.label} is the embedded exchange: there is nothing to change about it.")
    row = replace(
        before,
        label=before.label if command.label is None else command.label,
        hosts=before.hosts if command.hosts is None else command.hosts,
        active=before.active if command.active is None else command.active,
        accepted=before.accepted if command.accepted is None else tuple(sorted(set(command.accepted))),
    )
    # Hosts that are typed are sealed also where the row has them: it may have got them behind the seal.
    bound = command.hosts is not None or (row.label, row.accepted) != (before.label, before.accepted)
    _check(row, before)
    if not row.keyed or row.key_kind is None:
        worker.house.make_connector(row, None, worker.clock)
        await written(worker, row)
        live = await worker.roster.renew(row)
        worker.roster.told(live.connection.account)
        return api.Done()
    if bound:
        require_open(worker)
        if command.hosts is not None:
            require_typed(row, command.hosts_typed)
        else:
            await _require_as_sealed(worker, before)
        await _bound_anew(worker, row, before)
    else:
        await written(worker, row)
    await _in_use(worker, row)
    return api.Done()


async def remove(worker: Worker, account: AccountId) -> api.Done:
    """Forget a connection: its key first, so that no key is left without one.

    Raises:
        VaultLocked: It has a key, and the vault is not open.
        Refused: There is no such connection.
    """
    async with worker.keys.changes:
        _registered(worker, account)
        if await _holds_key(worker, account):
            require_open(worker)
            await worker.keys.room.ask(lambda vault: vault.keys.forget(account))
        worker.keys.holder.forget(account)
        await worker.roster.remove(account)
    return api.Done()


def _registered(worker: Worker, account: AccountId) -> Connection:
    live = worker.roster.find(account)
    if live is None:
        raise Refused("There is no such connection here. `tradedesk venues list` shows those there are.")
    return live.connection


def _signer(row: Connection, given: KeyText) -> Signer:
    """A signer from what was given, of which nothing else is left."""
    key = signing.plain(row, given)
    try:
        return signing.given_signer(row, key)
    finally:
        overwrite(key.secret)


def _keyed(connection: Connection, key: KeyText) -> Connection:
    accepted = tuple(sorted(set(connection.accepted)))
    return replace(connection, keyed=True, key_kind=key.kind, accepted=accepted, key_tail="", epoch_hint="")


def _check(row: Connection, before: Connection | None) -> None:
    """Hold a registration against what one may be, and against what it was."""
    if row.embedded or row.mode is Mode.SIM:
        raise Refused("The simulated exchange mints a key for each run; no other is kept for it.")
    if row.mode is Mode.PAPER and row.keyed:
        raise Refused(f"{row.label}: a paper connection fills orders here and takes no key.")
    if not row.label.strip() or row.label != row.label.strip() or not row.label.isprintable():
        raise Refused("A label has letters, digits and signs that can be shown, and no blank at either end.")
    if before is not None and (before.venue, before.mode, before.embedded) != (row.venue, row.mode, row.embedded):
        raise Refused(
            f"{before.label} is {before.venue} in mode {before.mode}, and that cannot change: its orders and fills"
            " belong to it. Add another connection."
        )


async def _tried(worker: Worker, row: Connection, signer: Signer | None) -> Trial:
    return await try_out(worker.house.make_connector(row, signer, worker.clock), worker.clock)


async def _holds_key(worker: Worker, account: AccountId) -> bool:
    """Whether a row has a key under the seal; its marks are not sealed, so they are not asked."""
    stored = await worker.keeper.ask(lambda archive: archive.connections.all())
    if any(row.account == account and row.key_kind is not None for row in stored):
        return True
    if worker.keys.state is not VaultState.OPEN:
        return False
    return await worker.keys.room.ask(lambda vault: signing.sealed_of(vault.keys, account)) is not None


async def _require_one_mode(worker: Worker, row: Connection, key: KeyText) -> str:
    """See that the vault would keep a key for this mode, before anything of it is sent; who else has it, if anyone."""
    binding = signing.binding_for(row)

    def look(keys: Keys) -> str:
        with SecretBytes(bytearray(key.api_key, "utf-8")) as api_key:
            return keys.require_one_mode(binding, api_key)

    return await worker.keys.room.ask(lambda vault: look(vault.keys))


async def _require_as_sealed(worker: Worker, row: Connection) -> None:
    """See that binding a row anew seals nothing that nobody typed."""
    sealed = await worker.keys.room.ask(lambda vault: signing.sealed_of(vault.keys, row.account))
    if sentence := signing.fault(row, sealed):
        raise Refused(sentence)


async def _bound_anew(worker: Worker, row: Connection, before: Connection) -> None:
    binding = signing.binding_for(row)
    flaw = await both(worker, row, before, lambda vault: vault.keys.rebind(binding))
    if flaw:
        worker.executor.warn(api.AlertLevel.WARN, flaw, row.account)


async def _in_use(worker: Worker, row: Connection) -> None:
    """Let the connection be what its registration now says."""
    room, holder = worker.keys.room, worker.keys.holder
    if worker.keys.state is not VaultState.OPEN:
        if not row.active:
            worker.signers.drop(row.account)
        await worker.roster.renew(row)
        return
    await holder.use(row, await room.ask(lambda vault: signing.make_for(vault.keys, row, sign=row.active)))
