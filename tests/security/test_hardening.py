"""What a process of ours does first: nobody reads its memory, and no switch of the shell makes a library talk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage.settings import SettingsRefused, load_settings
from tui.hardening import development
from tui.spawn import child_environment

SWITCHES = {
    "SSLKEYLOGFILE": "/tmp/keys",  # noqa: S108  # never written
    "PYTHONASYNCIODEBUG": "1",
    "TEXTUAL": "devtools,debug",
    "TEXTUAL_LOG": "/tmp/log",  # noqa: S108
    "TEXTUAL_SOMETHING_NEW": "1",
}
TELL = """
import json, os, sys
before = set(sys.modules)
from tui.hardening import harden, readable_by_others
import faulthandler, resource
harden(os.environ)
print(json.dumps({
    "umask": os.umask(0), "core": resource.getrlimit(resource.RLIMIT_CORE), "readable": readable_by_others(),
    "names": sorted(os.environ), "faults": faulthandler.is_enabled(), "loaded": sorted(set(sys.modules) - before),
}))
"""


def told(**environ: str) -> dict[str, object]:
    """What a process is after it was hardened."""
    done = subprocess.run(
        [sys.executable, "-c", TELL], capture_output=True, check=True, env={"PATH": "/bin", **environ}
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_process_is_closed_before_it_does_anything() -> None:
    found = told(**SWITCHES, PYTHONDEVMODE="", KEPT="1")
    assert found["umask"] == 0o077
    assert found["core"] == [0, 0]
    assert found["faults"] is True
    names = found["names"]
    assert isinstance(names, list)
    assert set(names) - {"LC_CTYPE"} == {"PATH", "KEPT"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can close a process to its own user's programs")
def test_other_programs_of_the_user_cannot_read_it_unless_a_developer_asks() -> None:
    assert told()["readable"] is False
    assert told(TRADEDESK_DEV="0")["readable"] is False
    assert told(TRADEDESK_DEV="1")["readable"] is True


def test_hardening_comes_before_the_imports_of_the_desk() -> None:
    loaded = told()["loaded"]
    assert isinstance(loaded, list)
    ours = {name for name in loaded if name.startswith(("tui.", "storage", "connectors"))}
    assert ours <= {"tui.hardening", "tui.slices"}
    source = (Path(__file__).parents[2] / "tui" / "__main__.py").read_text()
    before, _, _ = source.partition("harden(os.environ)")
    imports = [line for line in before.splitlines() if line.lstrip().startswith(("import ", "from "))]
    assert imports == [
        "from __future__ import annotations",
        "import os",
        "import sys",
        "from tui.hardening import harden",
        "from tui.slices import ask_for_short_slices",
    ]


def test_openness_is_asked_for_by_one_word_only() -> None:
    assert development({"TRADEDESK_DEV": "1"})
    assert not development({"TRADEDESK_DEV": "yes"})
    assert not development({})


def test_what_opens_the_vault_is_no_setting_and_reaches_no_child(tmp_path: Path) -> None:
    environ = {"TRADEDESK_PASSPHRASE": "canary", "TRADEDESK_DEV": "1", "TRADEDESK_API_TOKEN": "canary"}
    with pytest.raises(SettingsRefused, match="TRADEDESK_API_TOKEN is set, which is no setting"):
        load_settings(tmp_path / "none.toml", environ)
    del environ["TRADEDESK_API_TOKEN"]
    assert load_settings(tmp_path / "none.toml", environ).venue == "demo"
    assert child_environment({**environ, "TRADEDESK_SOME_KEY": "canary"}) == {"TRADEDESK_DEV": "1"}


def test_a_settings_file_with_a_secret_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    for name in ("binance_api_key", "API_SECRET", "vault_passphrase", "password", "private_key", "auth_token"):
        file.write_text(f'{name} = "canary-value"\n')
        with pytest.raises(SettingsRefused, match="holds no secrets") as refused:
            load_settings(file, {})
        assert "canary-value" not in str(refused.value)
