"""What students hand in, written for tests."""

import json
from pathlib import Path
from typing import Any

NAMES = ["relu", "sigmoid"]
RELU = "def relu(z): return z"


def cell(source: str | list[str], kind: str = "code", **fields: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": {}, **fields}


def book(*cells: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields})


def written(folder: Path, **contents: str) -> Path:
    """The folder `ann` with files in it: `unit_ipynb="…"` is `unit.ipynb`."""
    for name, content in contents.items():
        stem, _, suffix = name.rpartition("_")
        path = folder / "ann" / f"{stem}.{suffix}"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(content)
    return folder / "ann"
