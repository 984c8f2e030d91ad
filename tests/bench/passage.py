"""The way of an order with nothing on it: a key, two processes, one fsync, one request. The floor of key to bytes.

What this takes no desk can save: the terminal, the two wake-ups, the disk, and what the machine and its host do
meanwhile. Nothing is drawn, judged, signed or written down but 4 KiB.
"""

from __future__ import annotations

import asyncio
import os
import pty
import socket
import sys
import termios
import time
import tty
from pathlib import Path

from bench.started import module

KEYS = 300
_PAUSE_S = 0.1
_COMMAND = b"c" * 200
_REQUEST = b"r" * 400
_PAGE = b"p" * 4096
_STAMP = 20
"""Digits of a wall time in ns."""
MS = 1_000_000


def _desk(path: str) -> None:
    """Hand each key on."""
    with socket.socket(socket.AF_UNIX) as worker:
        worker.connect(path)
        while os.read(0, 1):
            worker.sendall(_COMMAND)


def _worker(path: str, disk: str, port: str) -> None:
    """Make 4 KiB safe for each command, send the request, say when it was handed to the socket."""
    with (
        socket.socket(socket.AF_UNIX) as listener,
        open(disk, "wb", buffering=0) as file,  # noqa: PTH123  # a file descriptor is what is wanted
        socket.create_connection(("127.0.0.1", int(port))) as venue,
    ):
        listener.bind(path)
        listener.listen()
        os.write(1, b"bound\n")
        desk, _ = listener.accept()
        os.write(1, b"ready\n")
        with desk:
            while desk.recv(len(_COMMAND), socket.MSG_WAITALL):
                file.write(_PAGE)
                os.fsync(file.fileno())
                venue.sendall(_REQUEST)
                os.write(1, b"%0*d" % (_STAMP, time.time_ns()))


async def walk(folder: Path) -> list[float]:
    """From a key to the moment its request is handed to the socket, in ms; the disk is that of ``folder``."""
    path, (master, slave) = str(folder / "passage.sock"), pty.openpty()
    tty.setraw(slave, termios.TCSANOW)
    spans = []
    with socket.create_server(("127.0.0.1", 0)) as venue:
        words = ("worker", path, str(folder / "passage"), str(venue.getsockname()[1]))
        with module("bench.passage", *words) as worker:
            asked, _ = venue.accept()
            assert worker.stdout is not None
            worker.stdout.readline()
            with asked, module("bench.passage", "desk", path, stdin=slave):
                os.close(slave)
                worker.stdout.readline()
                for _ in range(KEYS):
                    await asyncio.sleep(_PAUSE_S)
                    pressed = time.time_ns()
                    os.write(master, b"b")
                    sent = int(await asyncio.to_thread(worker.stdout.read, _STAMP))
                    spans.append((sent - pressed) / MS)
                    asked.recv(len(_REQUEST), socket.MSG_WAITALL)
    os.close(master)
    return spans


if __name__ == "__main__":
    if sys.argv[1] == "desk":
        _desk(*sys.argv[2:])
    else:
        _worker(*sys.argv[2:])
