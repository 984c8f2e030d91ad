"""Fixtures and habits that every test has: fixed settings, injected time, seeded chance, a home of its own."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.aead_spy import watched
from support.clock import FakeClock
from support.command import WORKER_STARTS_S
from support.network import keep_on_loopback
from support.scaled_loop import ScaledLoop

# Read once, when textual is imported: an animation in flight would make two snapshots differ.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
# Terminals announce themselves here; a picture must not depend on the window the tests run in.
for _name in ("COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)

keep_on_loopback()

# Whoever runs the tests in a shell's background, or under nohup, hands down that these are ignored; and what we start
# would then ignore them too.
for _signal in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal is signal.SIGINT else signal.SIG_DFL)

_GARBAGE = 20_000
"""Objects made until garbage is looked for."""

_SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("dev", max_examples=30, deadline=None)
settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, print_blob=True, suppress_health_check=_SLOW_MACHINES
)
settings.register_profile(
    "soak", max_examples=5_000, deadline=None, print_blob=True, suppress_health_check=_SLOW_MACHINES
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Give a test marked ``scaled(speed)`` a loop that runs faster, every other test the ordinary one."""
    mark = item.get_closest_marker("scaled")
    if mark is None:
        return {"ordinary": asyncio.new_event_loop}
    return {"scaled": partial(ScaledLoop, *mark.args)}


def pytest_collection_finish() -> None:
    """Pass over what was imported when garbage is looked for: that was a fifth of the time of the desk's tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's own settings and keys: a test sees none it did not set."""
    for name in list(os.environ):
        if name.startswith(("TRADEDESK_", "BINANCE_", "BITGET_", "BYBIT_", "COINBASE_")) and name != "TRADEDESK_SHARED":
            monkeypatch.delenv(name)
    # On a machine that has other things to do, a worker is not dead because it takes longer than 10 s to begin.
    monkeypatch.setenv("TRADEDESK_WORKER_START_TIMEOUT_S", WORKER_STARTS_S)


@pytest.fixture(scope="session", autouse=True)
def _watched_cipher() -> Iterator[None]:
    """See over the whole suite that no key of the vault meets a nonce twice."""
    with watched():
        yield


@pytest.fixture
def short_tmp() -> Iterator[Path]:
    """A folder with a short path: a Unix socket's path ends at 107 bytes, and tmp_path alone can pass that."""
    folder = Path(tempfile.mkdtemp(prefix="td"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty TRADEDESK_HOME, named in the environment so that child processes find it too. Not yet created."""
    folder = short_tmp / "home"
    monkeypatch.setenv("TRADEDESK_HOME", str(folder))
    return folder


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at 2030-01-02 03:04:05 UTC until the test moves it."""
    return FakeClock()


@pytest.fixture
def rng() -> random.Random:
    """Chance, the same at every run."""
    return random.Random(20300102)
