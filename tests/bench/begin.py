"""A worker that begins on an archive and ends at once; prints what that took. A process of its own, for its memory."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.rig import resident_mb
from connectors import registry
from connectors.clock import SystemClock
from connectors.market.shared import SharedMarket
from connectors.worker.worker import Worker
from storage.archive import open_archive


async def begin(archive: Path) -> dict[str, float]:
    """Seconds from the archive's opening to a picture that a client could have, and MB resident before and after."""
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        worker = Worker(SystemClock(), registry.create, SharedMarket, Path(folder) / "rescue.log")
        before = resident_mb(os.getpid())
        start, spent = time.perf_counter(), time.process_time()
        await worker.start(lambda: open_archive(archive))
        shown = worker.picture()
        took, spent = time.perf_counter() - start, time.process_time() - spent
        gc.collect()
        found = {
            "seconds": took,
            "processor": spent,
            "before_mb": before,
            "after_mb": resident_mb(os.getpid()),
            "known": len(worker.executor.state.orders),
            "working": len(worker.executor.state.live),
            "shown": len(shown.orders),
        }
        await worker.stop()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(begin(Path(sys.argv[1])))))
