"""A convolutional network for handwritten digits

Two convolutions of the lecture's sizes, (3·3·1 + 1)·32 = 320 and (3·3·32 + 1)·64 = 18,496 parameters, with ReLU, one
max-pooling, and a dense layer on the flattened volume. Channels come last: flattening takes height, width, channels.
"""

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from . import digits, training
from .examples import Data, Groups
from .layers import Layer, Outputs, Weights, convolution, dense, max_pool, tensors

LAYERS = (
    Layer("conv1", "convolution", {"f": 3, "c": 1, "k": 32}),
    Layer("conv2", "convolution", {"f": 3, "c": 32, "k": 64}),
    Layer("dense", "dense", {"n": 256, "m": 10}),
)
PLAN = training.Plan(epochs=20, learning_rate=0.004, batch_size=64)
DTYPE = torch.float32
SPREAD = {"accuracy": 0.006, "cross_entropy": 0.02}
OUTPUT = "logits"


def data() -> Data:
    return {name: [(images[..., None].astype(np.float32), labels)] for name, (images, labels) in digits.split().items()}


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: images from 0 to 1, (N, 8, 8, 1). "logits": (N, 10)."""
    weights, x = tensors(weights, x)
    found = {"conv1.z": convolution(weights, "conv1", x, padding=1)}
    found["conv1.a"] = torch.relu(found["conv1.z"])
    found["pool1"] = max_pool(found["conv1.a"], 2)
    found["conv2.z"] = convolution(weights, "conv2", found["pool1"])
    found["conv2.a"] = torch.relu(found["conv2.z"])
    found["flat"] = found["conv2.a"].flatten(1)
    found["logits"] = dense(weights, "dense", found["flat"])
    return found


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return cross_entropy(forward(weights, x)["logits"], y)


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    ((x, y),) = held_out
    found = forward(weights, x)["logits"]
    return {
        "accuracy": float((found.argmax(1).numpy() == y).mean()),
        "cross_entropy": float(cross_entropy(found, torch.from_numpy(y))),
    }


def baselines(data: Data) -> dict[str, float]:
    """What the ten probabilities of a linear softmax classifier reach."""
    from sklearn.linear_model import LogisticRegression

    ((x, y),), ((held_out_x, held_out_y),) = data["train"], data["held_out"]
    linear = LogisticRegression(max_iter=2000).fit(x.reshape(-1, 64), y)
    return {"accuracy of a linear classifier": float(linear.score(held_out_x.reshape(-1, 64), held_out_y))}


def probes() -> dict[str, np.ndarray]:
    images, labels = digits.split()["held_out"]
    return {f"held-out image {n}, a {labels[n]}": images[n].reshape(1, 8, 8, 1).astype(np.float32) for n in range(4)}


def reading(found: Outputs) -> str:
    return str(found[OUTPUT].argmax().item())
