"""A trained reference model as an oracle: its weights and its forward pass, in float64."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autograder import reference_models
from autograder.authoring import AuthorError

Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class TrainedModel:
    """weights: "layer.symbol" → float64 array, in the order of the layers. compute: what its module calls `forward`."""

    name: str
    weights: Arrays
    compute: Callable[[Mapping[str, Any], Any], Mapping[str, Any]]

    def forward(self, x: Any, weights: Mapping[str, Any] | None = None) -> Arrays:
        """The output of every layer by name, in the order of the layers, for the model's own inputs x.

        weights: others in place of the trained ones, with the same names. Raises AuthorError for other names.
        """
        import torch

        given = self.weights if weights is None else weights
        if set(given) != set(self.weights):
            raise AuthorError(f"{self.name} has the weights {', '.join(self.weights)}, and not {', '.join(given)}")
        torch.set_num_threads(1)
        exact = {name: np.asarray(values, dtype=float) for name, values in given.items()}
        with torch.no_grad():
            return {name: values.numpy() for name, values in self.compute(exact, x).items()}


@cache
def trained(name: str, author_file: Path) -> TrainedModel:
    """The model of that name in an author's file's course. Raises AuthorError where there is none, or no weights."""
    models = reference_models.module(author_file)
    if name not in models.NAMES:
        raise AuthorError(f"no reference model is called {name!r}; there are {', '.join(models.NAMES)}")
    files = [models.TRAINED / f"{name}{ending}" for ending in (".safetensors", ".json")]
    if missing := [file.name for file in files if not file.exists()]:
        raise AuthorError(
            f"{name} has no trained weights ({' and '.join(missing)} missing): run autograder train {name}"
        )
    found = reference_models.module(author_file, "cards").read_weights(name)
    architecture = models.load(name)
    order = [weight for layer in architecture.LAYERS for weight in layer.shapes]
    return TrainedModel(name, {weight: found[weight].astype(np.float64) for weight in order}, architecture.forward)
