"""The shared files are found beside the checkout or where TRADEDESK_SHARED points, and are missed by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.shared import shared_path, shared_root


def test_without_a_setting_the_folder_is_beside_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRADEDESK_SHARED", raising=False)
    checkout = Path(__file__).resolve().parents[2]
    assert shared_root() == checkout.parent / "shared"


def test_a_setting_names_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tapes").mkdir()
    monkeypatch.setenv("TRADEDESK_SHARED", str(tmp_path))
    assert shared_path("tapes") == tmp_path / "tapes"


def test_a_missing_file_skips_the_test_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEDESK_SHARED", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"tapes/none\.gz is absent"):
        shared_path("tapes", "none.gz")
