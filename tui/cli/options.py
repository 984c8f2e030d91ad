"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Symbol = Annotated[str, typer.Argument(help="Symbol at the venue, such as BTCUSDT.", show_default=False)]
Venue = Annotated[
    str | None,
    typer.Option(
        "--venue", metavar="LABEL", help="Connection; without it TRADEDESK_VENUE, else demo.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON; field names are stable.")]

Arm = Annotated[
    str | None,
    typer.Option("--arm", metavar="LABEL", help="For the typed label, where real money trades.", show_default=False),
]

PASSPHRASE_FD = "--passphrase-fd"  # noqa: S105  # its name
"""Where the vault's passphrase comes from: of every command that may meet a locked vault."""
