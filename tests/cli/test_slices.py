"""The wish for short slices reaches the kernel, and changes nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_ASK = """
import ctypes, os
from tui.slices import SLICE_NS, ask_for_short_slices
nice = os.getpriority(os.PRIO_PROCESS, 0)
took = ask_for_short_slices()
attributes = (ctypes.c_uint64 * 6)()
got = ctypes.CDLL(None).syscall(315, 0, ctypes.byref(attributes), 48, 0)
print(took, got, attributes[3] == SLICE_NS, os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0) == nice)
"""


def _asked(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int(minor)


@pytest.mark.skipif(sys.platform != "linux" or os.uname().machine != "x86_64", reason="numbers of another system")
@pytest.mark.skipif(sys.platform == "linux" and _kernel() < (6, 12), reason="this kernel ignores the wish")
def test_the_kernel_is_asked_for_the_least_slice_and_nothing_else_changes() -> None:
    assert _asked(_ASK) == "True 0 True 0 True"


def test_a_system_without_the_call_goes_on_without_it() -> None:
    elsewhere = (
        "import os, types; os.uname = lambda: types.SimpleNamespace(machine='toaster')\n"
        "from tui.slices import ask_for_short_slices\n"
    )
    assert _asked(elsewhere + "print(ask_for_short_slices())") == "False"
