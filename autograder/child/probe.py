"""Tries every layer of a plan, alone, in a process of its own: a layer counts when what it forbids is refused.

Run as `python -s -P -m autograder.child.probe SCRATCH`, with a `Plan` on stdin, behind the outer wall when there is
one. Writes an object to stdout: layer → '' or why it does not hold.
"""

import os
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from autograder.child import confinement
from autograder.child.confinement import Plan, prctl
from autograder.child.orders import to_begin


class NotHeld(Exception):
    """What the layer is to forbid was not refused."""


def refused(what: str, attempt: Callable[[], object]) -> None:
    """Raises NotHeld when an attempt succeeds, or fails for another reason than the layer."""
    try:
        attempt()
    except PermissionError:
        return
    except OSError as problem:
        raise NotHeld(f"{what}: {problem.strerror}") from None
    raise NotHeld(f"{what} was not refused")


def namespaces(plan: Plan, place: str) -> None:
    if os.getpid() != 1:
        raise NotHeld("it is not the first process of a process namespace")
    if [name for _, name in socket.if_nameindex()] not in ([], ["lo"]):
        raise NotHeld("it sees the machine's network")
    if Path("/etc/passwd").exists():
        raise NotHeld("it sees the machine's files")


def user(plan: Plan, place: str) -> None:
    assert plan.user is not None
    confinement.become(plan.user)
    refused("becoming root again", lambda: os.setuid(0))
    for folder, mend in ((place, "set TMPDIR to one"), (os.path.dirname(os.__file__), "install Python in one")):
        if not os.access(folder, os.X_OK):
            raise NotHeld(f"{folder} is in a folder that no other user may enter: {mend} that everybody may")


def no_new_privileges(plan: Plan, place: str) -> None:
    prctl(confinement.SET_NO_NEW_PRIVS, 1)
    if prctl(confinement.GET_NO_NEW_PRIVS) != 1:
        raise NotHeld("the kernel does not keep it")


def undumpable(plan: Plan, place: str) -> None:
    prctl(confinement.SET_DUMPABLE, 0)
    if prctl(confinement.GET_DUMPABLE) != 0:
        raise NotHeld("the kernel does not keep it")


def limits(plan: Plan, place: str) -> None:
    confinement.limit(plan, 1 << 33, 60)
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > confinement.OPEN_FILES:
        raise NotHeld("a limit that was set is not the one that holds")


def landlock(plan: Plan, place: str) -> None:
    ruleset = confinement.rules(plan, place)
    if plan.landlock is None or ruleset is None:
        raise NotHeld("the kernel has none, or it is switched off")
    prctl(confinement.SET_NO_NEW_PRIVS, 1)
    confinement.restrict(plan.landlock, ruleset)
    refused("reading a folder outside", lambda: os.listdir("/"))
    refused("making a folder outside", lambda: os.mkdir("/never-made"))
    if plan.landlock.abi >= 4:
        refused("a TCP connection", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1))
    if plan.landlock.abi >= 6:
        refused("a signal to another process", lambda: os.kill(os.getppid(), 0))


def seccomp(plan: Plan, place: str) -> None:
    if not plan.filter:
        raise NotHeld("libseccomp is not installed, or it is switched off")
    prctl(confinement.SET_NO_NEW_PRIVS, 1)
    confinement.install(plan.filter)
    refused("a socket", socket.socket)
    refused("changing a priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, 19))


def reaping(plan: Plan, place: str) -> None:
    prctl(confinement.SET_CHILD_SUBREAPER, 1)
    if (first := os.fork()) == 0:
        os._exit(0 if os.fork() else 7)
    os.waitpid(first, 0)
    try:
        _, status = os.wait()
    except ChildProcessError:
        raise NotHeld("an orphan was not handed over") from None
    if os.waitstatus_to_exitcode(status) != 7:
        raise NotHeld("an orphan was not handed over")


LAYERS = {
    "limits": limits,
    "reaping": reaping,
    "no new privileges": no_new_privileges,
    "undumpable": undumpable,
    "user": user,
    "landlock": landlock,
    "seccomp": seccomp,
}


def tried(layer: Callable[[Plan, str], None], plan: Plan, place: str) -> str:
    """'' when a layer holds in a process that is forked for it, else why it does not."""
    ours, theirs = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            layer(plan, place)
        except (OSError, NotHeld) as problem:
            os.write(theirs, str(problem).encode() or b"it was refused")
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as said:
        reason = said.read().decode()
    _, status = os.waitpid(pid, 0)
    return reason or ("" if status == 0 else f"its process ended with {os.waitstatus_to_exitcode(status)}")


def main() -> None:
    place = sys.argv[1]
    plan = to_begin.decode(sys.stdin.buffer.read())
    report = {}
    try:
        namespaces(plan, place)
        report["namespaces"] = ""
    except (NotHeld, OSError) as problem:
        report["namespaces"] = str(problem)
    wanted = {name: layer for name, layer in LAYERS.items() if name != "user" or plan.user is not None}
    report |= {name: tried(layer, plan, place) for name, layer in wanted.items()}
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
