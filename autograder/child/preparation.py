"""What a zygote does before its first child: imports, the shell, and a rehearsal, all of which children inherit."""

import ctypes
import gc
import importlib
import os
import re
import socket
import sys
from pathlib import Path
from typing import Any

from autograder.child import cells
from autograder.child.frames import SENT, Asked, Batch, Call, CellToRun, Job, encode
from autograder.child.shell import CellShell

# NumPy loads some of its parts on first use: in each child anew, 20 ms for numpy.random alone.
HEAVY = ("numpy", "numpy.random", "numpy.linalg", "numpy.fft")

# Nothing that calls a BLAS. TIMES: Python's own measure of a warm function is eight calls.
REHEARSAL = """import numpy as np
def f(z, w, n):
    h = np.maximum(np.exp(-z) + np.where(z > 0, 1.0, 0.0), 0)
    h = h + np.random.default_rng(n).normal(size=h.shape)
    z += 1
    return {"h": (h - h.mean(axis=0)) / h.sum(), "t": (h.T, float(n), np.tanh(h[0, 0]), w)}
"""
TIMES = 16

LARGE_PAGE = 1 << 21
COLLAPSE = 25  # madvise's MADV_COLLAPSE, since Linux 6.1


def freeze() -> None:
    """Takes all there is out of garbage collection: a child's first one would copy every page (52 ms, not 3)."""
    gc.collect()
    gc.freeze()
    _into_large_pages()


def _into_large_pages() -> None:
    """What lies in large pages is quicker to fork and to give back. Older kernels refuse, and all stays as it is."""
    madvise = ctypes.CDLL(None).madvise
    for start, end in re.findall(r"(\w+)-(\w+) rw-p 00000000 00:00 0 ", Path("/proc/self/maps").read_text()):
        first, last = -(-int(start, 16) // LARGE_PAGE) * LARGE_PAGE, int(end, 16) // LARGE_PAGE * LARGE_PAGE
        if first < last:
            madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), COLLAPSE)


def prepare() -> Any:
    """Imports what notebooks use, makes the shell, and puts a silent `check` in place."""
    for module in HEAVY:
        importlib.import_module(module)
    import autograder

    autograder.check = lambda *_, **__: None
    checkout = os.environ.pop("PYTHONPATH", "")
    sys.path[:] = [place for place in sys.path if place != checkout]
    shell = CellShell.instance()
    _rehearse(shell)
    gc.disable()
    freeze()
    return shell


def _rehearse(shell: Any) -> None:
    """One job of our own, in this process: what loads or settles on first use does so here, not in each child.

    Python rewrites a function's code while it is called for the first times; in a child each page of that is copied.
    """
    array = bytes(8 * 12)
    inputs = ["d", [["z", ["a", "<f8", [3, 4], 0]], ["w", ["l", [1.0, 2]]], ["n", 3]]]
    sources = [REHEARSAL.encode(), b"1"]
    job = Job(False, [CellToRun("notebook", "", name, "") for name in ("first", "last")], [Asked("f", "")])
    batch = Batch([Call(0, 0, inputs, [], [SENT])] * TIMES)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(encode(job, sources) + encode(batch, [array] * TIMES))
        ours.shutdown(socket.SHUT_WR)
        cells.work(shell, theirs.fileno(), [], bytearray(1))
    shell.reset(new_session=True)
    sys.modules["numpy"].random.seed(0)  # a child goes on from here
