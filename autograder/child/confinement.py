"""Confinement: what a forked process gives up for good before it runs a student's code. One function per layer.

All that depends on the machine comes as data in a `Plan`: which files may be read, the numbers of the system calls
that have no function in libc, and the program of the system-call filter. It is made on the trusted side, since
libseccomp cannot be loaded inside a minimal file system.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

import msgspec

# prctl's options (linux/prctl.h).
SET_PDEATHSIG, GET_DUMPABLE, SET_DUMPABLE, SET_SECCOMP = 1, 3, 4, 22
SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS, GET_NO_NEW_PRIVS = 36, 38, 39
SECCOMP_MODE_FILTER = 2

# Landlock's rights over files, by the bit each has (linux/landlock.h); an ABI knows the first so many.
RIGHTS = {
    "execute": 0,
    "write_file": 1,
    "read_file": 2,
    "read_dir": 3,
    "remove_dir": 4,
    "remove_file": 5,
    "make_dir": 7,
    "make_reg": 8,
    "refer": 13,
    "truncate": 14,
}
KNOWN_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # from ABI 5 on: 16
OF_A_FILE = ("execute", "write_file", "read_file", "truncate")
READ = ("read_file", "read_dir")
WRITE = (*READ, "write_file", "remove_dir", "remove_file", "make_dir", "make_reg", "refer", "truncate")
TCP, SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals
BENEATH = 1

FILE_BYTES = 64 * 1024 * 1024
OPEN_FILES = 256


class Landlock(msgspec.Struct, frozen=True):
    """The ABI to use, and the numbers of its three system calls on this machine."""

    abi: int
    create: int
    add: int
    restrict: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is confined by; what is missing here was not to be had, and the tier says so.

    readable: files and folders it may read. user: the user and group to become. filter: the system-call filter,
    as the kernel takes it. processes: how many its user may have, threads included.
    """

    readable: list[str] = []
    user: int | None = None
    landlock: Landlock | None = None
    filter: bytes = b""
    processes: int = 4096


_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int = 0, pointer: object = None) -> int:
    """The system call of that name. Raises OSError."""
    return _checked(_libc.prctl(option, ctypes.c_ulong(value), pointer, None, None), f"prctl {option}")


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def confine(plan: Plan, ruleset: int | None, memory: int, seconds: int) -> None:
    """All but the change of user, in the only order that works. Raises OSError when a layer is refused.

    ruleset: from `rules`; it is closed. memory: bytes of address space. seconds: of computing.
    """
    limit(plan, memory, seconds)
    prctl(SET_DUMPABLE, 0)  # its /proc/self belongs to root now: nobody of the same user traces it
    prctl(SET_PDEATHSIG, signal.SIGKILL)
    prctl(SET_NO_NEW_PRIVS, 1)
    if plan.landlock and ruleset is not None:
        restrict(plan.landlock, ruleset)
        os.close(ruleset)
    if plan.filter:
        install(plan.filter)


def limit(plan: Plan, memory: int, seconds: int) -> None:
    """Limits that the kernel holds: soft and hard alike, so that nobody lifts them again."""
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),  # should the grader itself be gone
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, plan.processes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (allowed, allowed))


def become(user: int) -> None:
    """Root becomes a user without rights, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def rules(plan: Plan, writable: str) -> int | None:
    """A Landlock ruleset as a descriptor: read what the plan says, write below one folder, nothing else.

    None when the plan has no Landlock. Raises OSError.
    """
    if plan.landlock is None:
        return None
    abi = plan.landlock.abi
    handled = (1 << KNOWN_RIGHTS.get(abi, 16)) - 1
    # Older kernels refuse a structure that is longer than the one they know.
    fields = struct.pack("=QQQ", handled, TCP, SCOPES)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    made = _libc.syscall(plan.landlock.create, fields, ctypes.c_size_t(len(fields)), 0)
    ruleset = _checked(made, "landlock_create_ruleset")
    for path, rights in [*((path, READ) for path in plan.readable), ("/dev/null", WRITE), (writable, WRITE)]:
        allowed = sum(1 << RIGHTS[right] for right in rights if Path(path).is_dir() or right in OF_A_FILE)
        with contextlib.suppress(FileNotFoundError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", allowed & handled, place)
            _checked(_libc.syscall(plan.landlock.add, ruleset, BENEATH, rule, 0), f"landlock_add_rule {path}")
            os.close(place)
    return ruleset


def restrict(landlock: Landlock, ruleset: int) -> None:
    """From here on the rules hold, in this process and all it starts."""
    _checked(_libc.syscall(landlock.restrict, ruleset, 0), "landlock_restrict_self")


def install(program: bytes) -> None:
    """From here on only the system calls of the filter are answered."""
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: how many instructions of eight bytes, and where they are.
    fields = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
    prctl(SET_SECCOMP, SECCOMP_MODE_FILTER, fields)
