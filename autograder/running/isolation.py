"""How well a student's process is walled off on this machine: which layers hold, and the tier they make.

The layers are tried live, never guessed from a version: `survey` starts a process behind the outer wall and lets it
try what each of them forbids.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import msgspec

import autograder
from autograder.child.confinement import Landlock, Plan
from autograder.running import syscalls

NOBODY = 65534
INSIDE = "/scratch"  # the working folder's place behind the outer wall
SCRATCH_BYTES = 256 * 1024 * 1024
NEWEST_ABI = 7
PROBE_SECONDS = 60.0
# What root keeps behind the outer wall: to hand the working folder to the child's user, to end it, to clean up.
CAPABILITIES = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER")

SYSTEM = (
    "/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /usr/share/fonts /usr/share/zoneinfo /etc/ld.so.cache "
    "/etc/localtime /etc/fonts /dev/null /dev/zero /dev/full /dev/random /dev/urandom"
).split()


class NotSafe(Exception):
    """Other people's code is not to be run here; the text says what is missing and what to do."""


class Layer(msgspec.Struct, frozen=True):
    """One layer. why: why it does not hold, '' when it does. stops: what it keeps a student's code from.

    mend: what would switch it on.
    """

    name: str
    why: str
    stops: str
    mend: str

    @property
    def holds(self) -> bool:
        return not self.why


class Isolation(msgspec.Struct, frozen=True):
    """What a survey found. tier: A to D. command: the outer wall, to be put before a command; none when empty."""

    tier: str
    layers: tuple[Layer, ...]
    plan: Plan
    command: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether other people's code may be run here."""
        return self.tier in ("A", "B")

    def must_be_safe(self) -> None:
        """Raises NotSafe on the tiers C and D."""
        if not self.safe:
            raise NotSafe(
                f"students' code is not walled off well enough on this machine ({self}). Run `autograder doctor` to "
                "see what is missing and what would mend it, or say --unsafe to run code that you trust."
            )

    def __str__(self) -> str:
        off = [layer.name for layer in self.layers if not layer.holds]
        return f"isolation: tier {self.tier}" + (f", without {', '.join(off)}" if off else ", all layers hold")


KNOWN = {
    "namespaces": (
        "sees no other file, process, network or user of this machine at all",
        "install bubblewrap (apt install bubblewrap), on a machine that allows user namespaces or as root",
    ),
    "landlock": (
        "opens no file but Python's and its own, reaches no TCP port, signals and traces nobody",
        "a Linux kernel from 5.13 (better 6.12) with Landlock among its security modules (lsm=landlock,…)",
    ),
    "seccomp": (
        "starts no process, opens no socket, asks the kernel for nothing but the everyday",
        "install libseccomp (apt install libseccomp2)",
    ),
    "user": ("has another user's rights than the grader", "run as root without no_new_privs, or as yourself"),
    "no new privileges": ("gains nothing from programs that change the user", "a Linux kernel from 3.5"),
    "undumpable": ("cannot read the memory of the process it comes from", "a Linux kernel with prctl"),
    "limits": ("takes no more memory, time, file size, files or threads than it may", "Linux"),
    "reaping": ("leaves no process behind", "a Linux kernel from 3.4"),
}
INNER = frozenset(KNOWN) - {"namespaces"}


@functools.cache
def survey(*, namespaces: bool = True, newest_abi: int = NEWEST_ABI, filtered: bool = True) -> Isolation:
    """Tries the layers on this machine, in a tenth of a second. Some can be left out, to see what holds without."""
    command = _outer_wall() if namespaces else []
    off = {} if command else {"namespaces": "it is switched off" if not namespaces else "bubblewrap is not installed"}
    plan = _plan(newest_abi, filtered, walled=bool(command))
    report = _probe(plan, command)
    if command and report.get("namespaces"):
        off, command = {"namespaces": report["namespaces"]}, []
        plan = _plan(newest_abi, filtered, walled=False)
        report = _probe(plan, command)
    if report.get("user"):
        off["user"] = report["user"]
        plan = msgspec.structs.replace(plan, user=None)
        report = _probe(plan, command)
    report |= off
    layers = tuple(Layer(name, report[name], *KNOWN[name]) for name in KNOWN if name in report)
    return Isolation(_tier(report), layers, plan, tuple(command))


def _tier(report: dict[str, str]) -> str:
    holds = {name for name, why in report.items() if not why}
    if set(report) & INNER <= holds:
        return "A" if "namespaces" in holds else "B"
    return "C" if holds & {"landlock", "seccomp"} else "D"


def _plan(newest_abi: int, filtered: bool, walled: bool) -> Plan:
    landlock = _landlock(newest_abi)
    root = os.geteuid() == 0
    # Signals are left to those that Landlock keeps among a student's own processes.
    program = _filter(signals=landlock is not None and landlock.abi >= 6) if filtered else b""
    return Plan(
        readable=readable(),
        user=NOBODY if root else None,
        landlock=landlock,
        filter=program,
        # The kernel counts what a user runs: in a namespace only what runs there, else also the grader's own.
        processes=512 if root or walled else 4096,
    )


def _landlock(newest_abi: int) -> Landlock | None:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    try:
        create, add, restrict = (
            syscalls.number(f"landlock_{name}") for name in ("create_ruleset", "add_rule", "restrict_self")
        )
    except (ImportError, OSError, RuntimeError):
        return None
    abi = min(newest_abi, libc.syscall(create, None, ctypes.c_size_t(0), 1))  # with the flag 1 it tells its version
    return Landlock(abi, create, add, restrict) if abi > 0 else None


def _filter(signals: bool) -> bytes:
    try:
        return syscalls.program(signals)
    except (ImportError, OSError, RuntimeError):
        return b""


def readable() -> list[str]:
    """Python, its packages, this one, and what they need of the system: no home, no course."""
    homes = {sys.prefix, sys.base_prefix, str(Path(sys.base_prefix).resolve())}
    inside = [f"{home}/{name}" for home in homes for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    ours = str(Path(autograder.__file__).parent)
    there = {Path(path) for path in (*inside, *packages, ours, *SYSTEM) if Path(path).exists()}
    return sorted(str(path) for path in there if there.isdisjoint(path.parents))


def _outer_wall() -> list[str]:
    """bubblewrap's command: namespaces, and of the file system only what is to be read."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return []
    command = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--new-session", "--as-pid-1"]
    if os.geteuid() == 0:
        command += ["--cap-drop", "ALL", *(word for each in CAPABILITIES for word in ("--cap-add", each))]
    else:
        command += ["--unshare-user"]
    paths = [path for path in readable() if not path.startswith("/dev/")]
    # Said one by one, since bubblewrap makes the folders above a path for itself alone.
    for folder in sorted({folder for path in paths for folder in Path(path).parents} - {Path("/")}):
        command += ["--dir", str(folder)]
    for path in paths:
        command += ["--ro-bind", path, path]
    command += ["--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH_BYTES), "--tmpfs", INSIDE]
    return [*command, "--chdir", INSIDE, "--"]


def environment(home: str) -> dict[str, str]:
    """What a zygote, and so every child, sees of the environment: nothing of the grader's own."""
    place = Path(autograder.__file__).parents[1]
    # A checkout that is not installed; the zygote takes it off its path again, as `solutions` lies there too.
    checkout = {} if place.name.endswith("-packages") else {"PYTHONPATH": str(place)}
    return checkout | {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # glibc gives memory back at once and asks for it again: each page of it costs a fault, and each time.
        "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 27),
        "MALLOC_TOP_PAD_": str(1 << 20),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": home,
    }


def python(*arguments: str) -> list[str]:
    """The interpreter, with no folder of its user's or of where it is started on its path."""
    return [sys.executable, "-s", "-P", *arguments]


def _probe(plan: Plan, command: list[str]) -> dict[str, str]:
    with contextlib.ExitStack() as end:
        # Behind the outer wall there is a folder in memory, of which nothing is left when this process is killed.
        scratch = "/" if command else end.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))
        place = INSIDE if command else scratch
        if not command:
            Path(scratch).chmod(0o711)
        done = subprocess.run(
            [*command, *python("-m", "autograder.child.probe", place)],
            input=msgspec.msgpack.encode(plan),
            capture_output=True,
            env=environment(place),
            cwd=scratch,
            timeout=PROBE_SECONDS,
            check=False,
        )
    try:
        return msgspec.json.decode(done.stdout, type=dict[str, str])
    except msgspec.MsgspecError:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = said[-1] if said else f"its process ended with {done.returncode}"
        return {"namespaces": why} if command else dict.fromkeys(KNOWN, why)
