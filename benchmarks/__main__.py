"""Runs measurements in turn and writes benchmarks/RESULTS.md: all of them, or those that are named."""

import datetime
import importlib
import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path

# One BLAS thread, as the commands have it; before NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

MEASUREMENTS = ("selfcheck", "grading", "rivals", "scaling", "layers", "report", "verify")
RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = (
    "# Results\n\nWritten by `make bench`. Machines are shared and noisy: what is compared\n"
    "runs in turn within one run, and medians and ratios count.\n"
)


def main() -> None:
    names = sys.argv[1:] or MEASUREMENTS
    if unknown := set(names) - set(MEASUREMENTS):
        sys.exit(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    sections = _sections(RESULTS.read_text()) if sys.argv[1:] and RESULTS.exists() else {}
    for name in names:
        measured = importlib.import_module(f"benchmarks.{name}").measure()
        print(measured, flush=True)
        sections |= {title: f"{text.rstrip()}\n\n{_made()}\n" for title, text in _sections(measured).items()}
        RESULTS.write_text("\n".join([HEAD, *sections.values()]))


def _sections(text: str) -> dict[str, str]:
    """Title → text, in order, of all below headings of the second level."""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.partition("\n")[0]: part for part in parts}


def _made() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pytest", "nbgrader", "chainrule"))
    machine = f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores"
    load = os.getloadavg()[1]
    return f"*{datetime.date.today()}, Python {platform.python_version()}, {machine}, load {load:.1f}; {packages}.*"


if __name__ == "__main__":
    main()
