"""venues add, list, show, edit, key, enable, disable, test, remove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tui.cli.options import AsJson

app = typer.Typer(help="Register exchanges, with a key or without: a connection without one shows market data.")

_Label = Annotated[str, typer.Argument(help="Label of the connection.", show_default=False)]
_RestUrl = Annotated[str, typer.Option("--rest-url", help="Origin of another REST host.", show_default=False)]
_StreamUrl = Annotated[str, typer.Option("--stream-url", help="Origin of its streams.", show_default=False)]
_WsApiUrl = Annotated[str, typer.Option("--ws-api-url", help="Its WebSocket API.", show_default=False)]
_SignsWith = Annotated[
    str,
    typer.Option(
        "--signs-with", metavar="KIND", help="hmac, rsa or ed25519; a key file says it itself.", show_default=False
    ),
]
_SecretFd = Annotated[
    int | None,
    typer.Option(
        "--secret-fd",
        metavar="N",
        help="Descriptor to read the secret from; without --api-key-fd its first line is the API key.",
        show_default=False,
    ),
]
_ApiKeyFd = Annotated[
    int | None,
    typer.Option("--api-key-fd", metavar="N", help="Descriptor to read the API key from.", show_default=False),
]
_KeyPassphraseFd = Annotated[
    int | None,
    typer.Option(
        "--key-passphrase-fd",
        metavar="N",
        help="Descriptor to read what opens an encrypted key file, or the key's third part, from.",
        show_default=False,
    ),
]
_KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FILE", help="Private key as PEM, or a venue's JSON.", show_default=False),
]
_FromEnv = Annotated[
    bool, typer.Option("--from-env", help="Take it from the environment, such as BINANCE_TESTNET_API_KEY.")
]
_Live = Annotated[bool, typer.Option("--confirm-live", help="A key that trades real money is meant.")]
_Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="RIGHT",
        help="withdrawal, transfer or unknown-rights: keep the key although it has it. May be repeated.",
        show_default=False,
    ),
]
_AcceptLabel = Annotated[
    str, typer.Option("--accept-label", metavar="LABEL", help="The label, once more, for --accept.", show_default=False)
]
_AcceptHost = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-host",
        metavar="HOST",
        help="A host this release does not know, to which a live key may go. May be repeated.",
        show_default=False,
    ),
]
_Off = Annotated[bool, typer.Option("--off", help="Keep it switched off, also when its test fails.")]


@app.command()
def add(
    venue: Annotated[str, typer.Argument(help="Venue, such as binance.", show_default=False)],
    *,
    label: Annotated[str, typer.Option("--label", help="What you call it.", show_default=False)],
    mode: Annotated[str, typer.Option("--mode", help="live, testnet or demo.", show_default=False)],
    rest_url: _RestUrl = "",
    stream_url: _StreamUrl = "",
    ws_api_url: _WsApiUrl = "",
    signs_with: _SignsWith = "",
    secret_fd: _SecretFd = None,
    api_key_fd: _ApiKeyFd = None,
    key_passphrase_fd: _KeyPassphraseFd = None,
    key_file: _KeyFile = None,
    from_env: _FromEnv = False,
    no_key: Annotated[bool, typer.Option("--no-key", help="Market data only; nothing is asked.")] = False,
    confirm_live: _Live = False,
    accept: _Accept = None,
    accept_label: _AcceptLabel = "",
    accept_host: _AcceptHost = None,
    off: _Off = False,
    as_json: AsJson = False,
) -> None:
    """Register a connection. At a terminal its key is asked for, hidden; it is tried before it is kept."""
    from tui.cli import key_parts, run, venues_asked, venues_consent, venues_keys

    asked = venues_asked.Asked(venue, label, mode, rest_url, stream_url, ws_api_url)
    doors = key_parts.Doors.named(
        signs_with, secret_fd, api_key_fd, key_passphrase_fd, key_file, from_env=from_env, no_key=no_key
    )
    consent = venues_consent.Consent.read(
        live=confirm_live, accept=accept or (), accept_label=accept_label, off=off, hosts=accept_host or ()
    )
    run.run("venues add", venues_keys.add(asked, doors, consent, as_json=as_json))


@app.command()
def key(
    label: _Label,
    *,
    signs_with: _SignsWith = "",
    secret_fd: _SecretFd = None,
    api_key_fd: _ApiKeyFd = None,
    key_passphrase_fd: _KeyPassphraseFd = None,
    key_file: _KeyFile = None,
    from_env: _FromEnv = False,
    confirm_live: _Live = False,
    accept: _Accept = None,
    accept_label: _AcceptLabel = "",
    accept_host: _AcceptHost = None,
    off: _Off = False,
    as_json: AsJson = False,
) -> None:
    """Give a connection another key; what was accepted about the old one is asked again."""
    from tui.cli import key_parts, run, venues_consent, venues_keys

    doors = key_parts.Doors.named(
        signs_with, secret_fd, api_key_fd, key_passphrase_fd, key_file, from_env=from_env, no_key=False
    )
    consent = venues_consent.Consent.read(
        live=confirm_live, accept=accept or (), accept_label=accept_label, off=off, hosts=accept_host or ()
    )
    run.run("venues key", venues_keys.key(label, doors, consent, as_json=as_json))


@app.command(name="list")
def list_all(as_json: AsJson = False) -> None:
    """Registered connections, their rights and their states."""
    from tui.cli import run, venues_answers

    run.run("venues list", venues_answers.list_all(as_json=as_json))


@app.command()
def show(label: _Label, as_json: AsJson = False) -> None:
    """Everything about one connection, but never its key."""
    from tui.cli import run, venues_answers

    run.run("venues show", venues_answers.show(label, as_json=as_json))


@app.command()
def edit(
    label: _Label,
    *,
    new_label: Annotated[str, typer.Option("--label", help="What you call it now.", show_default=False)] = "",
    rest_url: _RestUrl = "",
    stream_url: _StreamUrl = "",
    ws_api_url: _WsApiUrl = "",
    own_hosts: Annotated[bool, typer.Option("--own-hosts", help="Back to the venue's own hosts.")] = False,
    accept: _Accept = None,
    accept_label: _AcceptLabel = "",
    accept_host: _AcceptHost = None,
    as_json: AsJson = False,
) -> None:
    """Change label, hosts, or what is accepted about the key. Venue and mode are another connection."""
    from tui.cli import run, venues_answers, venues_consent

    consent = venues_consent.Consent.read(accept=accept or (), accept_label=accept_label, hosts=accept_host or ())
    edited = venues_answers.Edited(
        new_label, rest_url, stream_url, ws_api_url, own_hosts, consent.accept, consent.accept_label, consent.hosts
    )
    run.run("venues edit", venues_answers.edit(label, edited, as_json=as_json))


@app.command()
def enable(label: _Label, as_json: AsJson = False) -> None:
    """Switch a connection on."""
    from tui.cli import run, venues_answers

    run.run("venues enable", venues_answers.switch(label, on=True, as_json=as_json))


@app.command()
def disable(label: _Label, as_json: AsJson = False) -> None:
    """Switch a connection off; its key stays in the vault."""
    from tui.cli import run, venues_answers

    run.run("venues disable", venues_answers.switch(label, on=False, as_json=as_json))


@app.command()
def policy(
    label: _Label,
    panic: Annotated[
        str | None, typer.Option("--panic", metavar="cancel|flatten", help="What a panic does.", show_default=False)
    ] = None,
    while_covered: Annotated[
        bool | None,
        typer.Option("--while-covered/--not-while-covered", help="Flatten on a covered desk too.", show_default=False),
    ] = None,
    on_disconnect: Annotated[
        str | None,
        typer.Option(
            "--on-disconnect",
            metavar="leave|cancel_all",
            help="What becomes of its orders when the last desk is lost.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change what an account does in a panic and when the last desk is lost. Changes are recorded."""
    from tui.cli import run, venues_policy

    run.run("venues policy", venues_policy.policy(label, panic, while_covered, on_disconnect, as_json=as_json))


@app.command()
def test(label: _Label, as_json: AsJson = False) -> None:
    """Connect as at start and say what each step found. Sends no order."""
    from tui.cli import run, venues_answers

    run.run("venues test", venues_answers.test(label, as_json=as_json))


@app.command()
def remove(
    label: _Label,
    yes: Annotated[bool, typer.Option("--yes", help="It is meant: nothing is asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a connection and its key; its orders and fills stay in the archive."""
    from tui.cli import run, venues_answers

    run.run("venues remove", venues_answers.remove(label, yes=yes, as_json=as_json))
