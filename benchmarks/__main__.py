"""Runs every measurement in turn and writes benchmarks/RESULTS.md."""

import datetime
import os
import platform
from importlib.metadata import version
from pathlib import Path

# One BLAS thread, as the commands have it; before NumPy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from benchmarks import grading, layers, report, selfcheck, verify


def main() -> None:
    sections = [selfcheck.measure(), grading.measure(), layers.measure(), report.measure(), verify.measure()]
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pytest", "chainrule"))
    head = (
        "# Results\n\n"
        f"Measured on {datetime.date.today()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()} on {platform.machine()}; {packages}. Written by `make bench`.\n"
        "Machines are shared and noisy: what is compared runs in turn within one run, and medians and ratios count.\n"
    )
    text = "\n".join([head, *sections])
    (Path(__file__).parent / "RESULTS.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
