"""Trains reference models: `python -m solutions.models [--check] [MODEL…]`, or `autograder train`."""

import argparse
import os
import sys

# Before torch is loaded: on a GPU, sums of one order need it.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

from . import NAMES, load


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="autograder train", description="The reference models, on a GPU when there is one."
    )
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help=f"all of them when none is named: {', '.join(NAMES)}"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a card is not reproduced")
    asked = parser.parse_args()
    unknown = [name for name in asked.models if name not in NAMES]
    if unknown:
        parser.error(f"no model is called {unknown[0]!r}; the models are {', '.join(NAMES)}")
    try:
        import torch

        from . import runs
    except ModuleNotFoundError as problem:
        parser.error(f"training needs {problem.name}: pip install torch numpy scikit-learn safetensors")
    torch.set_num_threads(1)  # sums of one order, the same weights at each run; the models are too small for more
    torch.use_deterministic_algorithms(True, warn_only=True)
    job = runs.check if asked.check else runs.train
    done = [job(load(name)) for name in dict.fromkeys(asked.models or NAMES)]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
