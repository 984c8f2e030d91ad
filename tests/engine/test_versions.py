from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.engine.versions import Versions


@given(st.lists(st.tuples(st.integers(0, 40), st.integers()), max_size=300))
def test_every_version_keeps_what_it_had_while_newer_ones_move_on(puts: list[tuple[int, int]]) -> None:
    newest: Versions[int, int] = Versions()
    plain: dict[int, int] = {}
    kept = []
    for key, value in puts:
        newest = newest.put(key, value)
        plain = {**plain, key: value}
        kept.append((newest, plain))
    for version, expected in kept:
        assert dict(version) == expected
        assert len(version) == len(expected)
        assert all(key in version for key in expected)
