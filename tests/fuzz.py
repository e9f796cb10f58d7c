"""`make fuzz`: the properties of fuzzed.py on what atheris makes up, guided by the code it reaches.

    python tests/fuzz.py frames|notebooks|scripts|archives [libFuzzer's options]

What it finds interesting is kept in .fuzz/<target>/, and what breaks a property beside it, as crash-….
"""

import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

# The properties' own imports, and with them all of the trusted side that they reach, report where they get to.
with atheris.instrument_imports(include=["autograder", "fuzzed"]):
    import fuzzed
from autograder.child import frames, wire

NOTEBOOK = b'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": ["def relu(z): pass"]}]}'


def seeds(target: str) -> list[bytes]:
    """Something right to begin with."""
    if target == "frames":
        blobs: list[bytes] = []
        tree = wire.dump({"a": [1, 2.5, (1j, {2**70})]}, blobs)
        answer = frames.Answered(0, 0, "returned", frames.raw(tree), [], "", "", None, 0)
        ready = frames.Ready([frames.Found("found", "")], ["note"])
        done = frames.CellDone(0, "", False)
        messages = [(frames.Started(), []), (ready, []), (done, [b"[]"]), (answer, blobs)]
        return [frames.encode(message, sent) for message, sent in messages]
    if target == "archives":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("unit.ipynb", NOTEBOOK)
        return [packed.getvalue()]
    return [NOTEBOOK, b"def relu(z):\n    return z\n"]


def main() -> None:
    target = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if target not in fuzzed.TARGETS:
        sys.exit(f"usage: python tests/fuzz.py {'|'.join(fuzzed.TARGETS)} [libFuzzer's options]")
    corpus = Path(".fuzz", target)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    with tempfile.TemporaryDirectory() as folder:
        options = [f"-artifact_prefix={corpus}-", "-rss_limit_mb=2048", "-timeout=20", *sys.argv[1:]]
        atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: fuzzed.TARGETS[target](data, Path(folder)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
