"""nbgrader's real commands, without paying two seconds of import for each: a process forks for every one of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

PROCESS = """
import json, os, sys, tempfile, traceback
from nbgrader.apps.nbgraderapp import main
import nbgrader.apps

for line in sys.stdin:
    arguments, folder = json.loads(line)
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os.chdir(folder)
            sys.argv = ["nbgrader", *arguments]
            status = 0
            try:
                main()
            except SystemExit as end:
                status = end.code or 0
            except BaseException:
                traceback.print_exc()
                status = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        print(json.dumps([status, said.read().decode("utf-8", "replace")]), flush=True)
"""


class Said(NamedTuple):
    """How a command ended, and its stdout and stderr in order."""

    returncode: int
    text: str


class Commands:
    """`commands("list", folder=…)` runs `nbgrader list` there. home: where Jupyter's own settings are looked for."""

    def __init__(self, home: Path) -> None:
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "NBGRADER"))},
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # nbgrader calls alembic by its name
        }
        self._process: Any = None

    def __call__(self, *arguments: str, folder: Path) -> Said:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROCESS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self._environment,
            )
        print(json.dumps([arguments, str(folder)]), file=self._process.stdin, flush=True)
        return Said(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(timeout=60)
            self._process.stdout.close()
