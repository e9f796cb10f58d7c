"""The productivity network: three features of a day, two sigmoid units, one linear output

Hours of sleep, cups of coffee and travel time predict productivity from 0 to 100. The lecture gives four days and
trains "until the error is as small as can be": with standardised features that is zero. All four days are trained on,
so nothing is held out: what is measured is how far the error falls on them.
"""

import numpy as np
import torch

from . import training
from .examples import Data, Groups
from .layers import Layer, Outputs, Weights, dense, initial, tensors

ROWS = np.array([[7.0, 2.0, 25.0], [6.0, 1.0, 32.0], [8.0, 2.0, 17.0], [8.0, 3.0, 19.0]])
PRODUCTIVITY = np.array([85.0, 65.0, 92.0, 95.0])
MEAN, DEVIATION = ROWS.mean(0), ROWS.std(0)

# hidden.W = [[w1, w2], [w3, w4], [w5, w6]], hidden.b = [b1, b2], output.W = [[w7], [w8]], output.b = [b3]
LAYERS = (Layer("hidden", "dense", {"n": 3, "m": 2}), Layer("output", "dense", {"n": 2, "m": 1}))
PLAN = training.Plan(epochs=1000, learning_rate=0.1, every=50)
DTYPE = torch.float64  # an error of 10⁻¹⁰ is beyond float32
SPREAD = {"mean_squared_error": 1e-10}  # what the lesson asks for; five seeds ended below 2·10⁻²⁰
OUTPUT = "output"


def data() -> Data:
    return {"train": [(ROWS, PRODUCTIVITY)], "held_out": []}


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: raw features (N, 3). Productivity "output": (N,)."""
    weights, x = tensors(weights, x)
    return _network(weights, (x - torch.as_tensor(MEAN).to(x)) / torch.as_tensor(DEVIATION).to(x))


def _network(weights: Weights, features: torch.Tensor) -> Outputs:
    z = dense(weights, "hidden", features)
    g = torch.sigmoid(z)
    return {"features": features, "hidden.z": z, "hidden.g": g, "output": dense(weights, "output", g)[:, 0]}


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ((forward(weights, x)["output"] - y) ** 2).mean()


def metrics(weights: Weights, rows: Groups) -> dict[str, float]:
    ((x, y),) = rows
    return {"mean_squared_error": float(((forward(weights, x)["output"].numpy() - y) ** 2).mean())}


def baselines(data: Data) -> dict[str, float]:
    """On raw features both units saturate: whatever the day, the network says the mean; its error is the variance."""

    def raw_loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return ((_network(weights, x)["output"] - y) ** 2).mean()

    draw = training.generator(training.SEED)
    raw = training.fit(initial(LAYERS, draw, DTYPE), raw_loss, data, PLAN, draw)
    return {"always the mean": float(PRODUCTIVITY.var()), "trained on raw features": raw.curve["train"][-1]}


def probes() -> dict[str, np.ndarray]:
    return {"7 h of sleep, 2 cups, 25 min": ROWS[:1], "7.5 h of sleep, 1 cup, 30 min": np.array([[7.5, 1.0, 30.0]])}


def reading(found: Outputs) -> str:
    return f"{found[OUTPUT].item():.2f}"
