"""How promptly the kernel wakes this process: an order passes four threads, and each wakes from sleep once.

On a machine whose cores are all busy, a thread that wakes waits for the one that runs to use up its slice: some
milliseconds, four times. Linux lets a thread ask for a shorter slice of its own, which is no larger share of the
processor and needs no right: it is woken sooner, and interrupted sooner (kernel documentation, "EEVDF scheduler";
sched_setattr(2): ``sched_runtime`` of SCHED_OTHER, since 6.12). Older kernels ignore the wish, other systems have none.
"""

from __future__ import annotations

import ctypes
import os
import sys

SLICE_NS = 100_000
"""The least that Linux grants."""

_SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
"""Number of the system call: few C libraries have a function for it."""


class _Attributes(ctypes.Structure):
    """``struct sched_attr``, as it was first."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("sched_policy", ctypes.c_uint32),
        ("sched_flags", ctypes.c_uint64),
        ("sched_nice", ctypes.c_int32),
        ("sched_priority", ctypes.c_uint32),
        ("sched_runtime", ctypes.c_uint64),
        ("sched_deadline", ctypes.c_uint64),
        ("sched_period", ctypes.c_uint64),
    )


def ask_for_short_slices() -> bool:
    """Ask for this thread and those it will start; the nice value stays. Whether the system took it."""
    if sys.platform != "linux":
        return False
    number = _SET_ATTRIBUTES.get(os.uname().machine)
    if number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    wish = _Attributes(ctypes.sizeof(_Attributes), os.SCHED_OTHER, 0, nice, 0, SLICE_NS, 0, 0)
    return bool(ctypes.CDLL(None).syscall(number, 0, ctypes.byref(wish), 0) == 0)
