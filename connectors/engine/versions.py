"""A map whose every change is a new map that shares nearly all of the old one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_RECENT = 64
"""Changes kept beside the shared base: copying so few costs less than a microsecond, and merging them is rare."""


class Versions(Mapping[K, V]):
    """An immutable map for state that grows: orders, fills.

    A plain dict copied at each step would make the thousandth order slower than the first. Keys are never removed.
    """

    __slots__ = ("_base", "_recent", "_size")

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        self._base: dict[K, V] = dict(items)
        self._recent: dict[K, V] = {}
        self._size = len(self._base)

    def __getitem__(self, key: K) -> V:
        return self._recent[key] if key in self._recent else self._base[key]

    def __contains__(self, key: object) -> bool:
        return key in self._recent or key in self._base

    def __iter__(self) -> Iterator[K]:
        yield from self._base
        for key in self._recent:
            if key not in self._base:
                yield key

    def __len__(self) -> int:
        return self._size

    def put(self, key: K, value: V) -> Versions[K, V]:
        """The map with ``key`` set to ``value``; this one stays as it is."""
        newer: Versions[K, V] = Versions.__new__(Versions)
        newer._size = self._size + (key not in self)
        if len(self._recent) < _RECENT:
            newer._base = self._base
            newer._recent = {**self._recent, key: value}
        else:
            newer._base = {**self._base, **self._recent, key: value}
            newer._recent = {}
        return newer

    def put_all(self, items: Mapping[K, V]) -> Versions[K, V]:
        """The map with many keys set at once: one copy, where as many single ones would make hundreds."""
        return Versions({**self._base, **self._recent, **items}.items())
