"""Run a program as a user without privileges, where we have them: ``as_nobody.py PROGRAM ARGUMENT…``.

The kernel lets root see everything, so both who is looked at and who looks have to be an ordinary user. One right is
kept, to read files: this interpreter may lie in a folder of root's own. It opens no other process's secrets.
"""

from __future__ import annotations

import ctypes
import os
import sys

USER = 65534
_DAC_READ_SEARCH = 2
_SECURE_BITS, _AMBIENT, _AMBIENT_RAISE = 28, 47, 2
_KEEP_RIGHTS = 1 << 2
"""SECBIT_NO_SETUID_FIXUP: rights are what is said below, also for access(2), which else asks as if there were none."""
_CAPABILITY_VERSION = 0x20080522


def _become_nobody() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SECURE_BITS, _KEEP_RIGHTS, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    one = 1 << _DAC_READ_SEARCH
    if libc.capset(header, (ctypes.c_uint32 * 6)(one, one, one, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "capset")
    if libc.prctl(_AMBIENT, _AMBIENT_RAISE, _DAC_READ_SEARCH, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


if os.geteuid() == 0:
    _become_nobody()
os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606  # no shell is wanted
