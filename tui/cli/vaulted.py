"""The one option of every command that may meet a locked vault: where its passphrase comes from.

It is put beside a command's own options, so that no command has to know of it.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from tui.cli.options import PASSPHRASE_FD


def takes_passphrase(group: typer.Typer, *, but: tuple[str, ...] = ()) -> None:
    """Let every command of a group take the vault's passphrase.

    Args:
        group: Its commands.
        but: Names of those that never need an open vault.
    """
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        if name not in but:
            command.cls = Vaulted


class Vaulted(TyperCommand):
    """A command with ``--passphrase-fd``."""

    def __init__(self, *args: Any, **named: Any) -> None:  # the library's own signature, handed on
        super().__init__(*args, **named)
        self.params.append(_option())


def _option() -> Any:
    probe = typer.Typer(add_completion=False)

    @probe.command()
    def one(
        passphrase_fd: Annotated[
            int | None,
            typer.Option(
                PASSPHRASE_FD,
                metavar="N",
                help="Descriptor to read the vault's passphrase from.",
                callback=_read,
                expose_value=False,
                show_default=False,
            ),
        ] = None,
    ) -> None:
        """Only its option is wanted."""

    return typer.main.get_command(probe).params[0]


def _read(context: typer.Context, number: int | None) -> None:
    if number is not None:
        from tui.cli import given

        given.take_descriptor(number)
        context.call_on_close(given.forget)
