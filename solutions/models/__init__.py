"""The reference models: one module each, with architecture, data, training and evaluation; what came of it in trained/.

    python -m solutions.models [MODEL…]     trains them, and replaces weights and cards together
    python -m solutions.models --check      trains them, changes nothing, and compares with the cards

Needs torch, numpy, scikit-learn and safetensors, and nothing else of this project.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import numpy as np
    import torch

    from .examples import Data, Groups
    from .layers import Layer, Outputs, Weights
    from .training import Plan

NAMES = (
    "productivity_mlp",
    "digits_logistic",
    "digits_cnn",
    "next_number_rnn",
    "sentiment_lstm",
    "sentiment_gru",
    "next_word_lstm",
    "translation_seq2seq",
    "tagger_bilstm",
)
TRAINED = Path(__file__).with_name("trained")


class Model(Protocol):
    """What every model's module has. Its docstring is a title and a paragraph.

    SPREAD: each metric, and how far it may be from the card's when the model is trained from nothing again, on any
    device: twice the largest distance at which four other seeds ended, rounded up; of a share at least 0.005.
    """

    __name__: str
    __doc__: str
    LAYERS: tuple[Layer, ...]
    PLAN: Plan
    DTYPE: torch.dtype
    SPREAD: dict[str, float]
    OUTPUT: str  # which of forward's outputs is the model's answer

    def data(self) -> Data:
        """All examples, the same on every machine."""

    def forward(self, weights: Weights, x: np.ndarray) -> Outputs:
        """Every layer's output by name, in the order in which they are computed; in the dtype of the weights."""

    def loss(self, weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The mean over a batch."""

    def metrics(self, weights: Weights, held_out: Groups) -> dict[str, float]:
        """How good the model is on examples it was not trained on."""

    def baselines(self, data: Data) -> dict[str, float]:
        """What simpler ways reach on the same examples."""

    def probes(self) -> dict[str, np.ndarray]:
        """A few inputs for `forward`, each with what it says."""

    def reading(self, found: Outputs) -> str:
        """The answer to one probe, in words."""


def load(name: str) -> Model:
    return cast(Model, importlib.import_module(f".{name}", __name__))
