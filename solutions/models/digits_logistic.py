"""Logistic regression: is this handwritten digit odd?

One unit, A = σ(wᵀX + b), with examples in columns as the notes have them, trained by gradient descent on all examples
at once. Its cost is convex: from every start it comes close to the same weights.
"""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from . import digits, training
from .examples import Data, Groups
from .layers import Layer, Outputs, Weights, tensors

LAYERS = (Layer("unit", "logistic", {"n": 64}),)
PLAN = training.Plan(epochs=2000, learning_rate=1.0, optimizer="SGD", every=100)
DTYPE = torch.float32
SPREAD = {"accuracy": 0.005, "cost": 0.005}
OUTPUT = "A"


def data() -> Data:
    """Images as rows of 64 pixels, as every other model's examples: `forward` takes them in columns."""
    return {
        name: [(images.reshape(-1, 64).astype(np.float32), (labels % 2).astype(np.float32))]
        for name, (images, labels) in digits.split().items()
    }


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: pixels from 0 to 1, one image in each column, (64, m). Probability of an odd digit "A": (1, m)."""
    weights, x = tensors(weights, x)
    z = weights["unit.w"].T @ x + weights["unit.b"]
    return {"Z": z, "A": torch.sigmoid(z)}


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    z = forward(weights, x.T)["Z"][0]
    return binary_cross_entropy_with_logits(z, y.to(z))


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    ((x, y),) = held_out
    found = forward(weights, x.T)["A"][0].numpy() > 0.5
    cost = loss(weights, torch.from_numpy(x), torch.from_numpy(y))
    return {"accuracy": float((found == y).mean()), "cost": float(cost)}


def baselines(data: Data) -> dict[str, float]:
    ((_, y),) = data["held_out"]
    return {"accuracy of always the commoner answer": float(max(y.mean(), 1 - y.mean()))}


def probes() -> dict[str, np.ndarray]:
    images, labels = digits.split()["held_out"]
    return {f"held-out image {n}, a {labels[n]}": images[n].reshape(64, 1).astype(np.float32) for n in range(4)}


def reading(found: Outputs) -> str:
    return "odd" if found[OUTPUT].item() > 0.5 else "even"
