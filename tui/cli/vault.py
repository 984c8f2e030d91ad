"""The vault commands: create, status, unlock, lock, passphrase, recover, recovery, slots, rotate, reseal and more."""

from __future__ import annotations

from typing import Annotated

import typer

from tui.cli.options import AsJson

app = typer.Typer(help="The vault that keeps the venues' keys: open it, lock it, and say who can open it.")
slot_app = typer.Typer(help="Who can open the vault.")
keyring_app = typer.Typer(help="Let the system's keyring open the vault at start.")
app.add_typer(slot_app, name="slot")
app.add_typer(keyring_app, name="keyring")

_Older = Annotated[
    bool,
    typer.Option("--accept-older", help="Take an older copy of the vault for the newest from now on."),
]
_New = Annotated[
    int | None,
    typer.Option(
        "--new-passphrase-fd", metavar="N", help="Descriptor to read the new passphrase from.", show_default=False
    ),
]
_Recovery = Annotated[
    int | None,
    typer.Option("--recovery-fd", metavar="N", help="Descriptor to read the recovery key from.", show_default=False),
]
_SlotOption = Annotated[
    str, typer.Option("--slot", metavar="ID", help="Which passphrase it replaces.", show_default=False)
]


@app.command()
def status(as_json: AsJson = False) -> None:
    """How far the vault is open."""
    from tui.cli import run, vault_answers

    run.run("vault status", vault_answers.status(as_json=as_json))


@app.command()
def create(as_json: AsJson = False) -> None:
    """Make the vault before the first key does, and offer a recovery key."""
    from tui.cli import run, vault_answers

    run.run("vault create", vault_answers.create(as_json=as_json))


@app.command()
def unlock(
    recovery_fd: _Recovery = None,
    keyring: Annotated[bool, typer.Option("--keyring", help="Open it by the system's keyring.")] = False,
    accept_older: _Older = False,
    as_json: AsJson = False,
) -> None:
    """Open the vault; the connections with keys that are switched on then connect."""
    from tui.cli import run, vault_answers

    run.run(
        "vault unlock",
        vault_answers.unlock(recovery_fd, keyring=keyring, accept_older=accept_older, as_json=as_json),
    )


@app.command()
def lock(
    hard: Annotated[
        bool, typer.Option("--hard", help="Also let go of what signs: connections with keys close.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cover the desk and drop the vault's key; orders at the venues are still followed."""
    from tui.cli import run, vault_answers

    run.run("vault lock", vault_answers.lock(hard=hard, as_json=as_json))


@app.command()
def slots(as_json: AsJson = False) -> None:
    """What opens the vault."""
    from tui.cli import run, vault_answers

    run.run("vault slots", vault_answers.slots(as_json=as_json))


@app.command()
def passphrase(new_passphrase_fd: _New = None, slot: _SlotOption = "", as_json: AsJson = False) -> None:
    """Change the passphrase. An old copy of the file still opens with the old one."""
    from tui.cli import run, vault_changes

    run.run("vault passphrase", vault_changes.change(new_passphrase_fd, slot, as_json=as_json))


@app.command()
def recover(
    recovery_fd: _Recovery = None,
    new_passphrase_fd: _New = None,
    slot: _SlotOption = "",
    accept_older: _Older = False,
    as_json: AsJson = False,
) -> None:
    """Open the vault by its recovery key and set a new passphrase."""
    from tui.cli import run, vault_changes

    run.run(
        "vault recover",
        vault_changes.recover(recovery_fd, new_passphrase_fd, slot, accept_older=accept_older, as_json=as_json),
    )


@app.command()
def recovery() -> None:
    """Make a recovery key; shown once, at a terminal, to be written on paper."""
    from tui.cli import run, vault_changes

    run.run("vault recovery", vault_changes.recovery())


@slot_app.command(name="add")
def slot_add(
    label: Annotated[str, typer.Option("--label", help="What you call it.")] = "second",
    new_passphrase_fd: _New = None,
    as_json: AsJson = False,
) -> None:
    """Let a second passphrase open the vault."""
    from tui.cli import run, vault_changes

    run.run("vault slot add", vault_changes.add(label, new_passphrase_fd, as_json=as_json))


@slot_app.command(name="remove")
def slot_remove(
    slot: Annotated[str, typer.Argument(metavar="ID", help="As vault slots lists it.", show_default=False)],
    recovery_fd: _Recovery = None,
    as_json: AsJson = False,
) -> None:
    """Let one secret no longer open the vault; never the last one that a person has."""
    from tui.cli import run, vault_changes

    run.run("vault slot remove", vault_changes.remove(slot, recovery_fd, as_json=as_json))


@keyring_app.command(name="add")
def keyring_add(
    label: Annotated[str, typer.Option("--label", help="What you call it.")] = "login", as_json: AsJson = False
) -> None:
    """Let whoever is logged in here open the vault at start."""
    from tui.cli import run, vault_changes

    run.run("vault keyring add", vault_changes.add_keyring(label, as_json=as_json))


@app.command()
def rotate(
    other_passphrase_fd: Annotated[
        list[int] | None,
        typer.Option(
            "--other-passphrase-fd",
            metavar="N",
            help="Descriptor to read the vault's other passphrase from.",
            show_default=False,
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option("--drop", metavar="ID", help="A slot that ends here. May be repeated.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Renew the data key, every stored key and every slot."""
    from tui.cli import run, vault_renewal

    run.run("vault rotate", vault_renewal.rotate(other_passphrase_fd or [], drop or [], as_json=as_json))


@app.command()
def reseal(
    recovery_fd: _Recovery = None,
    accept: Annotated[
        str,
        typer.Option(
            "--accept", metavar="LABELS", help="Labels of what is kept, as this command lists them.", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """After someone else changed the vault: show what no longer opens, and keep the rest once that is accepted."""
    from tui.cli import run, vault_renewal

    run.run("vault reseal", vault_renewal.reseal(recovery_fd, accept, as_json=as_json))
