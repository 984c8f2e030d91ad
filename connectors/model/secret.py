"""Bytes that must not be spoken: held in a buffer of our own, overwritten on closing (SECURITY-SPEC §7).

This shortens how long a secret lies in memory. Copies made by libraries, the allocator and swap are out of reach.
"""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn, Self


class Unspeakable:
    """Refuses every way in which an object usually leaves: text, pickle, copy, comparison, hash, iteration."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"

    def __str__(self) -> str:
        return "<secret>"

    def __format__(self, spec: str) -> str:
        return "<secret>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> NoReturn:
        raise TypeError("a secret is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a secret is not copied")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a secret is compared by hmac.compare_digest, never by ==")

    def __hash__(self) -> NoReturn:
        raise TypeError("a secret is not hashed")

    def __iter__(self) -> NoReturn:
        raise TypeError("a secret is not iterated")


def overwrite(buffer: bytearray) -> None:
    """Fill a buffer with zeros, in place."""
    buffer[:] = bytes(len(buffer))


class SecretBytes(Unspeakable):
    """One secret in a buffer that is overwritten when it is closed.

    Args:
        buffer: Taken over, not copied: closing overwrites it.
    """

    __slots__ = ("_buffer", "_closed")

    def __init__(self, buffer: bytearray) -> None:
        if not isinstance(buffer, bytearray):
            raise TypeError("a secret is handed over in a bytearray, which can be overwritten")
        self._buffer = buffer
        self._closed = False

    def __len__(self) -> int:
        return len(self._buffer)

    def __bool__(self) -> bool:
        return not self._closed

    @property
    def buffer(self) -> bytearray:
        """The bytes themselves: use them at once, keep no copy.

        Raises:
            ValueError: It was closed.
        """
        if self._closed:
            raise ValueError("the secret is closed")
        return self._buffer

    def close(self) -> None:
        """Overwrite the bytes; may be called twice."""
        overwrite(self._buffer)
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
