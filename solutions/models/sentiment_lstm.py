"""Is this review positive? An LSTM that reads word by word and answers from its last state

Negation, emphasis and contrast make the order of the words decide: a bag of words fails on this corpus.
"""

import numpy as np
import torch

from . import sentiment, training
from .examples import Groups
from .layers import Layer, Outputs, Weights, dense, lstm, tensors

LAYERS = (
    Layer("embedding", "embedding", {"v": len(sentiment.VOCABULARY), "d": 12}),
    Layer("lstm", "lstm", {"d": 12, "h": 20}),
    Layer("output", "dense", {"n": 20, "m": 1}),
)
PLAN = training.Plan(epochs=15, learning_rate=0.02, batch_size=64)
DTYPE = torch.float32
SPREAD = {"accuracy": 0.005, "cross_entropy": 0.003}
OUTPUT = "output.z"

data = sentiment.data
baselines = sentiment.baselines
probes = sentiment.probes
reading = sentiment.reading


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: word ids of reviews of one length, (N, T). Probability of a positive review "output.a": (N,)."""
    weights, x = tensors(weights, x)
    found = {"embedding": weights["embedding.E"][x]}
    found |= lstm(weights, "lstm", found["embedding"])
    found["output.z"] = dense(weights, "output", found["lstm.h"][:, -1])[:, 0]
    found["output.a"] = torch.sigmoid(found["output.z"])
    return found


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return sentiment.loss(forward(weights, x), y)


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    return sentiment.metrics([(forward(weights, x), y) for x, y in held_out])
