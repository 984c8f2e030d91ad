"""An unlock connects on the worker's loop: nothing is left to be loaded there, which would hold up an order.

Counted in a process of its own, since a module is loaded once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LOOK = """
import asyncio, json, sys, threading
from pathlib import Path
from connectors.model.connection import KeyKind
from connectors.model.ids import Mode
from connectors.model.secret import SecretBytes
from connectors.worker import api
from connectors.worker.keys.signing import binding_for
from connectors.worker.secrets import OpenVault
from worker.house import a_worker
from worker.owner import Owner, away, nowhere, typed
from dataclasses import replace

class Finder:
    watching = False
    found = []
    def find_spec(self, name, path=None, target=None):
        if Finder.watching and threading.current_thread() is threading.main_thread():
            Finder.found.append(name)
        return None

async def main():
    home = Path(sys.argv[1])
    async with a_worker(home, make_connector=away) as house:
        await Owner(await house.join("socket")).create()
        row = replace(nowhere("keyed", active=True), keyed=True, key_kind=KeyKind.HMAC)
        await house.worker.keeper.ask(lambda archive: archive.connections.add(row))
        fields = {name: SecretBytes(bytearray(b"S" * 64)) for name in ("api_key", "secret")}
        await house.worker.keys.room.ask(lambda vault: vault.keys.put(binding_for(row), fields))
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        Finder.watching = True
        opened = await owner.hand(OpenVault(typed()))
        assert isinstance(opened, api.VaultOpened), opened
        live = house.worker.roster.find(row.account)
        while live.connector is None:
            await asyncio.sleep(0)
        Finder.watching = False

sys.meta_path.insert(0, Finder())
asyncio.run(main())
print(json.dumps(Finder.found))
"""


def test_nothing_is_loaded_on_the_loop_while_an_unlock_connects(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
