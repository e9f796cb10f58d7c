"""The reference models for tests: their package, imported from the course, and their weights."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)  # as when they are trained

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "solutions" / "models"

_spec = importlib.util.spec_from_file_location(
    "trained_models", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
)
models = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = models
_spec.loader.exec_module(models)

cards, examples, layers, numbers_in_words, sentiment, training = (
    importlib.import_module(f"{_spec.name}.{name}")
    for name in "cards examples layers numbers_in_words sentiment training".split()
)


def exact(name: str) -> dict[str, np.ndarray]:
    """A model's weights in float64."""
    return {key: values.astype(np.float64) for key, values in cards.read_weights(name).items()}
