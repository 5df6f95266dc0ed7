"""What the kernel is asked to refuse the limited process. Linux; standard library only.

Each wall says whether it stands: an old kernel or another machine may not know it.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522

# What is refused by number: opening or using a connection, looking into or ending
# other processes; and starting programs, where the work needs none.
_REFUSED_CALLS = {
    "x86_64": {"others": (41, 42, 62, 101, 310, 311, 425), "programs": (59, 322)},
    "aarch64": {"others": (198, 203, 129, 117, 270, 271, 425), "programs": (221, 281)},
}
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Landlock: the three calls have the same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_EVERYTHING = (1 << 13) - 1
# Programs, their libraries and fonts: no file of the portal is among them.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def without_network() -> bool:
    """Move into a network of nobody; False where the system does not allow it."""
    libc = _libc()
    if os.geteuid() == 0:
        return libc.unshare(_CLONE_NEWNET) == 0
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # The new user namespace came with every right inside it: lay them down.
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    return libc.capset(header, bytes(24)) == 0


def gain_nothing() -> None:
    """Never gain a right again, by whatever program is started."""
    _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def own_folder_only(folder: Path, *, programs: bool) -> bool:
    """Leave one folder to read and write, and the system's own files to read.

    The portal's keys and settings are out of reach then, whoever the user is. False
    where the kernel has no Landlock. What was loaded before stays loaded.
    """
    libc = _libc()
    rules = libc.syscall(_CREATE_RULESET, struct.pack("Q", _EVERYTHING), 8, 0)
    if rules < 0:
        return False
    reading = _READ | _LIST | (_EXECUTE if programs else 0)
    allowed = {str(folder): _EVERYTHING & ~_EXECUTE, "/dev/null": _READ | _WRITE}
    allowed |= dict.fromkeys((*_SYSTEM, sys.prefix, sys.base_prefix), reading)
    for path, rights in allowed.items():
        if os.path.exists(path):
            _allow(libc, rules, path, rights)
    return libc.syscall(_RESTRICT_SELF, rules, 0) == 0


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    number = os.open(path, os.O_PATH)
    if not os.path.isdir(path):
        rights &= _EXECUTE | _WRITE | _READ
    libc.syscall(
        _ADD_RULE, rules, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, number), 0
    )
    os.close(number)


def refuse_calls(*, programs: bool) -> bool:
    """Have the kernel refuse the calls above; False on a machine it is not known for.

    The filter is a list of instructions of the kernel's own little language: load the
    architecture, load the number of the call, and compare it with each refused one.
    """
    machine = platform.machine()
    if machine not in _REFUSED_CALLS:
        return False
    calls = _REFUSED_CALLS[machine]
    refused = calls["others"] + (() if programs else calls["programs"])
    load, equal, answer = 0x20, 0x15, 0x06
    no = 0x00050000 | errno.EPERM
    code = [(load, 0, 0, 4), (equal, 1, 0, _ARCHITECTURES[machine]), (answer, 0, 0, no)]
    code.append((load, 0, 0, 0))
    for place, number in enumerate(refused):
        code.append((equal, len(refused) - place, 0, number))
    code += [(answer, 0, 0, 0x7FFF0000), (answer, 0, 0, no)]
    lines = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *line) for line in code)
    )
    program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(lines))
    prctl = _libc().prctl
    held = ctypes.create_string_buffer(program)
    return prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, held, 0, 0) == 0
