"""The commands, as Typer sees them. Nothing here imports what a command needs to run."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import tui
from tui.cli import (
    account,
    archive,
    audit,
    doctor,
    market,
    order,
    panic,
    processes,
    reconcile,
    risk,
    vault,
    vaulted,
    venues,
    watch,
)

app = typer.Typer(
    name="tradedesk",
    help="A trading desk for crypto exchanges in a terminal. Without a command it opens the desk.",
    epilog=(
        "Exit codes: 0 done, 1 refused or failed, 2 usage or configuration, 3 venue unreachable, 4 outcome unknown,"
        " 5 archive failed, 20 vault locked, 21 wrong passphrase, 22 to 27 vault or files not as they should be, 130"
        " interrupted."
    ),
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tradedesk {tui.__version__}")
        raise typer.Exit


@app.callback()
def _desk_without_a_command(
    context: typer.Context,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        processes.desk()


app.command()(processes.desk)
app.command()(processes.demo)
app.command()(market.ticker)
app.command()(market.book)
app.command()(market.candles)
app.command()(market.trades)
app.command()(market.instruments)
app.add_typer(watch.app, name="watch")
app.command()(account.balances)
app.command()(account.positions)
app.command()(account.orders)
app.command()(account.fills)
app.command()(account.stats)
app.add_typer(order.app, name="order")
app.command()(reconcile.reconcile)
app.add_typer(reconcile.app, name="ledger")
app.add_typer(risk.app, name="risk")
app.command()(panic.panic)
app.command()(risk.halt)
app.command()(risk.reduce)
app.command()(risk.resume)
app.add_typer(venues.app, name="venues")
app.add_typer(vault.app, name="vault")
app.add_typer(audit.app, name="audit")
app.command()(archive.backup)
app.command()(archive.restore)
app.command()(archive.export)
app.command()(doctor.doctor)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(
    processes.simulator
)
app.command(hidden=True)(processes.worker)

for _group in (
    watch.app,
    order.app,
    reconcile.app,
    risk.app,
    venues.app,
    vault.app,
    audit.app,
    vault.slot_app,
    vault.keyring_app,
):
    vaulted.takes_passphrase(_group)
vaulted.takes_passphrase(app, but=("desk", "demo", "simulator", "worker", "doctor", "backup", "restore"))


def command_for(words: Sequence[str]) -> Any:
    """The command line as far as these words need it: all of it takes as long to build as a command takes to load.

    Args:
        words: The command line without the program's name.
    """
    first = words[0] if words else processes.desk.__name__
    narrow = copy.copy(app)
    narrow.registered_groups = [group for group in app.registered_groups if group.name == first]
    narrow.registered_commands = [command for command in app.registered_commands if _word_of(command) == first]
    return typer.main.get_command(narrow if narrow.registered_groups or narrow.registered_commands else app)


def _word_of(command: Any) -> str:
    return command.name or str(command.callback.__name__)
