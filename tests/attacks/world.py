"""What there is to steal or to break: canaries like those of a real course, servers, and a process to attack.

Everything belongs to the grader's user. `changed` and `leaked` say whether an attack got anywhere.
"""

import contextlib
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Self

from autograder.running import syscalls

TOKEN = f"canary-{uuid.uuid4().hex}"
AGE = 123456789  # of every canary: what `stat` would show
GRANTED = "the kernel granted it"  # what an attack returns when a system call that must fail does not
os.environ["COURSE_TOKEN"] = TOKEN  # a secret of the grader's
NUMBERS = "io_uring_setup add_key bpf userfaultfd perf_event_open mount".split()

CANARIES = {
    "a solution": "solutions/unit/f.py",
    "a hidden pack": "hidden_packs/unit/f.pack",
    "the course's secret": "course.secret",
    "another student's submission": "submitted/bob/unit/unit.ipynb",
    "gradebook.db": "gradebook.db",
}

VICTIM = f"""
import ctypes, os, signal, sys, time
text = ctypes.create_string_buffer(b"canary-" + {TOKEN[7:]!r}.encode())
log = open(sys.argv[1], "a", buffering=1)
for number in (signal.SIGUSR1, signal.SIGIO, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: log.write(f"signal {{number}}\\n"))
print(ctypes.addressof(text), flush=True)
while True:
    time.sleep(60)
"""


class World:
    """A context manager. root: the folder of the canaries, which others may enter, as under /srv or /home."""

    def __enter__(self) -> Self:
        self.root = Path(tempfile.mkdtemp(prefix="world-"))
        self.root.chmod(0o755)
        for path in CANARIES.values():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(TOKEN)
            os.utime(file, (AGE, AGE))
        (self.root / "course.secret").chmod(0o600)
        (self.root / "submitted" / TOKEN).mkdir()
        (self.root / "shared").mkdir()
        (self.root / "shared").chmod(0o777)
        self.heard: list[str] = []
        self.sockets = [self._listen(*each) for each in self._addresses()]
        self.log = self.root / "victim.log"
        self.log.touch()
        self.victim = self._victim()
        self.before = self.state()
        return self

    def __exit__(self, *_: object) -> None:
        self.victim.kill()
        self.victim.communicate()
        for each in self.sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            each.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def _addresses(self) -> list[tuple[int, int, Any]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(self.root / "shared" / "socket")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.root.name}"),
        ]

    def _listen(self, family: int, kind: int, address: Any) -> socket.socket:
        server = socket.socket(family, kind)
        server.bind(address)
        name = f"{address}"

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    if kind == socket.SOCK_STREAM:
                        server.accept()[0].close()
                    elif not server.recvfrom(100):
                        return
                    self.heard.append(name)

        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=serve, daemon=True).start()
        if family == socket.AF_UNIX and not name.startswith("\0"):
            Path(name).chmod(0o777)
        return server

    def _victim(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", VICTIM, str(self.log)]
        started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert started.stdout
        self.address = int(started.stdout.readline())
        return started

    def facts(self) -> str:
        """What an attacker knows or guesses, as the first cell of their notebook."""
        tcp, udp, *_ = (each.getsockname() for each in self.sockets)
        known = {
            "ROOT": str(self.root),
            "VICTIM": self.victim.pid,
            "ADDRESS": self.address,
            "TCP": tcp,
            "UDP": udp,
            "ABSTRACT": f"\0{self.root.name}",
            "GRANTED": GRANTED,
            "NUMBERS": {name: syscalls.number(name) for name in NUMBERS},
        }
        return "\n".join(f"{name} = {value!r}" for name, value in known.items())

    def state(self) -> dict[str, Any]:
        """All that an attack could change."""
        files = {
            str(path.relative_to(self.root)): (path.lstat().st_mode, path.lstat().st_mtime, path.lstat().st_size)
            for path in sorted(self.root.rglob("*"))
        }
        if self.victim.poll() is not None:
            return {"victim": "dead"}
        pid = self.victim.pid
        return {
            "files": files,
            "heard": list(self.heard),
            "victim's signals": self.log.read_text(),
            "victim's priority": os.getpriority(os.PRIO_PROCESS, pid),
            "victim's processors": os.sched_getaffinity(pid),
            "victim's limits": resource.prlimit(pid, resource.RLIMIT_NOFILE),
        }

    def changed(self) -> list[str]:
        time.sleep(0.02)  # what was sent may still be on its way
        now = self.state()
        return [name for name, value in self.before.items() if now.get(name) != value]

    @staticmethod
    def leaked(shown: str) -> list[str]:
        """What came back of what must not."""
        return [name for name in (TOKEN, str(AGE), GRANTED) if name in shown]
