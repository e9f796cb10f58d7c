"""Attacks on the machine: each is an answer to an exercise that tries something else.

An attack succeeds when it returns something that it could not know, or when the world around it has changed. The
names in capitals are the facts of the first cell (`World.facts`). None of this code is ever run here: its text is.
"""

import inspect
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

from world import CANARIES


class Attempt(NamedTuple):
    """name: as in the table. holds: the tier down to which it is stopped; D for the limits, which every tier has.

    source: of the cell with the answer.
    """

    name: str
    holds: str
    source: str


ATTEMPTS: list[Attempt] = []


def text_of(function: Callable[..., Any]) -> str:
    """The text of a function, without its decorators."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("def "))
    return "\n".join(lines[first:])


def attempt(name: str, holds: str = "B") -> Callable[[Callable[..., Any]], None]:
    return lambda function: ATTEMPTS.append(Attempt(name, holds, text_of(function)))


for what, path in CANARIES.items():
    ATTEMPTS.append(Attempt(f"read {what}", "B", f'def f(x):\n    return open(f"{{ROOT}}/{path}").read()'))

# Files


@attempt("read the environment, its own and of other processes")
def f(x):
    import glob, os, re

    found = [repr(dict(os.environ))]
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            found.append(open(path, errors="replace").read())
        except OSError:
            pass
    return re.findall("canary-[0-9a-f]*", " ".join(found))[:3]


@attempt("read another process's memory through /proc")
def f(x):
    with open(f"/proc/{VICTIM}/mem", "rb") as memory:
        memory.seek(ADDRESS)
        return memory.read(39).decode()


@attempt("list a folder outside")
def f(x):
    import os

    return os.listdir(f"{ROOT}/submitted")


@attempt("stat a file outside", holds="A")
def f(x):
    import os

    return int(os.stat(f"{ROOT}/gradebook.db").st_mtime)


@attempt("overwrite a file outside")
def f(x):
    open(f"{ROOT}/gradebook.db", "w").write("mine")


@attempt("append to a file outside")
def f(x):
    open(f"{ROOT}/gradebook.db", "a").write("mine")


@attempt("truncate a file outside")
def f(x):
    import os

    os.truncate(f"{ROOT}/gradebook.db", 0)


@attempt("make a file in a folder that everybody may write to")
def f(x):
    open(f"{ROOT}/shared/mine", "w").close()


@attempt("make a folder outside")
def f(x):
    import os

    os.mkdir(f"{ROOT}/shared/mine")


@attempt("make a link outside")
def f(x):
    import os

    os.symlink("/etc/passwd", f"{ROOT}/shared/mine")


@attempt("remove a file outside")
def f(x):
    import os

    os.unlink(f"{ROOT}/hidden_packs/unit/f.pack")


@attempt("rename a file outside")
def f(x):
    import os

    os.rename(f"{ROOT}/gradebook.db", f"{ROOT}/shared/mine")


@attempt("change the rights of a file outside")
def f(x):
    import os

    os.chmod(f"{ROOT}/course.secret", 0o666)


@attempt("change the times of a file outside")
def f(x):
    import os

    os.utime(f"{ROOT}/gradebook.db", (1, 1))


@attempt("read a file through a link in its own folder")
def f(x):
    import os

    os.symlink(f"{ROOT}/course.secret", "link")
    return open("link").read()


@attempt("a file of more than 64 MB", holds="D")
def f(x):
    import os

    with open("big", "wb") as file:
        for _ in range(70):
            file.write(bytes(2**20))
    return GRANTED if os.path.getsize("big") > 64 * 2**20 else None


@attempt("fill the disk with many files", holds="A")
def f(x):
    for number in range(10):
        with open(f"big{number}", "wb") as file:
            file.write(bytes(30 * 2**20))
    return GRANTED


@attempt("open a thousand files", holds="D")
def f(x):
    files = [open("/dev/null") for _ in range(1000)]
    return GRANTED


# Network


@attempt("connect to a TCP port of the machine")
def f(x):
    import socket

    socket.create_connection(TCP, timeout=2).close()


@attempt("listen on a TCP port")
def f(x):
    import socket

    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return GRANTED


@attempt("send a UDP packet")
def f(x):
    import socket

    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", UDP)


@attempt("connect to a unix socket")
def f(x):
    import socket

    socket.socket(socket.AF_UNIX).connect(f"{ROOT}/shared/socket")


@attempt("connect to an abstract socket")
def f(x):
    import socket

    socket.socket(socket.AF_UNIX).connect(ABSTRACT)


# Other processes


@attempt("signal another process")
def f(x):
    import os, signal

    os.kill(VICTIM, signal.SIGUSR1)


@attempt("end every process it may")
def f(x):
    import os, signal

    os.kill(VICTIM, signal.SIGTERM)
    os.kill(os.getppid(), 0)
    return GRANTED


@attempt("trace another process")
def f(x):
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return GRANTED if libc.ptrace(0x4206, VICTIM, None, None) == 0 else ctypes.get_errno()


@attempt("read another process's memory with process_vm_readv")
def f(x):
    import ctypes

    class Part(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    text = ctypes.create_string_buffer(60)
    here, there = Part(ctypes.addressof(text), 60), Part(ADDRESS, 60)
    libc = ctypes.CDLL(None)
    libc.process_vm_readv(VICTIM, ctypes.byref(here), ctypes.c_ulong(1), ctypes.byref(there), ctypes.c_ulong(1), 0)
    return text.value.decode()


@attempt("change another process's limits")
def f(x):
    import resource

    resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (17, 4096))


@attempt("change another process's priority")
def f(x):
    import os

    os.setpriority(os.PRIO_PROCESS, VICTIM, 19)


@attempt("tie another process to one processor")
def f(x):
    import os

    os.sched_setaffinity(VICTIM, {0})


@attempt("have the kernel signal another process (F_SETOWN)")
def f(x):
    import fcntl, os, socket

    a, b = socket.socketpair()
    fcntl.fcntl(a, fcntl.F_SETOWN, VICTIM)
    fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    b.send(b"!")


# Processes of its own


@attempt("run another program")
def f(x):
    import subprocess

    return GRANTED if subprocess.run(["/bin/true"]).returncode == 0 else None


@attempt("replace itself by another program")
def f(x):
    import os

    os.execv("/bin/touch", ["/bin/touch", f"{ROOT}/shared/mine"])


@attempt("start a process")
def f(x):
    import os

    if os.fork() == 0:
        os._exit(0)
    os.wait()
    return GRANTED


@attempt("leave a daemon behind")
def f(x):
    import os, time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    return GRANTED


@attempt("start processes without end")
def f(x):
    import os, time

    started = 0
    for _ in range(60):
        if os.fork() == 0:
            time.sleep(1000)
            os._exit(0)
        started += 1
    return GRANTED if started == 60 else started


@attempt("start threads without end", holds="D")
def f(x):
    import threading

    threading.stack_size(32768)
    stop = threading.Event()
    started = 0
    try:
        for _ in range(5000):
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        pass
    stop.set()
    return GRANTED if started == 5000 else started


# The kernel


@attempt("make a new user namespace")
def f(x):
    import ctypes

    return GRANTED if ctypes.CDLL(None).unshare(0x10000000) == 0 else None


@attempt("share memory by SysV")
def f(x):
    import ctypes

    return GRANTED if ctypes.CDLL(None).shmget(0, ctypes.c_size_t(4096), 0o1600) >= 0 else None


@attempt("hide memory in a memfd")
def f(x):
    import os

    os.memfd_create("mine")
    return GRANTED


@attempt("io_uring")
def f(x):
    import ctypes

    fields = ctypes.create_string_buffer(120)
    return GRANTED if ctypes.CDLL(None).syscall(NUMBERS["io_uring_setup"], 4, fields) >= 0 else None


@attempt("keep a key in the kernel")
def f(x):
    import ctypes

    made = ctypes.CDLL(None).syscall(NUMBERS["add_key"], b"user", b"mine", b"x", ctypes.c_size_t(1), -3)
    return GRANTED if made >= 0 else None


@attempt("load a BPF program or map")
def f(x):
    import ctypes, struct

    fields = struct.pack("IIII", 2, 4, 4, 1) + bytes(112)
    return GRANTED if ctypes.CDLL(None).syscall(NUMBERS["bpf"], 0, fields, 72) >= 0 else None


@attempt("handle page faults itself (userfaultfd)")
def f(x):
    import ctypes

    return GRANTED if ctypes.CDLL(None).syscall(NUMBERS["userfaultfd"], 0) >= 0 else None


@attempt("mount a file system")
def f(x):
    import ctypes, os

    os.mkdir("place")
    done = ctypes.CDLL(None).mount(b"none", b"place", b"tmpfs", ctypes.c_ulong(0), None)
    if done == 0:
        ctypes.CDLL(None).umount2(b"place", 2)
    return GRANTED if done == 0 else None


@attempt("outlive its grader (PR_SET_PDEATHSIG)")
def f(x):
    import ctypes

    return GRANTED if ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0 else None


@attempt("lift its own limits", holds="D")
def f(x):
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return GRANTED


@attempt("become root")
def f(x):
    import os

    os.setresuid(0, 0, 0)
    return GRANTED
