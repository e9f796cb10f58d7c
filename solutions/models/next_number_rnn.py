"""What number comes next? A plain recurrent network that counts: [1, 2] → 3

It sees two to five numbers that rise or fall by the same step and says the next one. A fifth of all pairs of a start
and a step is held out at every length.
"""

import numpy as np
import torch

from . import training
from .examples import Data, Groups, grouped, share
from .layers import Layer, Outputs, Weights, dense, rnn, tensors

LAYERS = (Layer("rnn", "rnn", {"d": 1, "h": 24}), Layer("output", "dense", {"n": 24, "m": 1}))
PLAN = training.Plan(epochs=80, learning_rate=0.01, batch_size=64, every=4)
DTYPE = torch.float32
SPREAD = {"mean_absolute_error": 0.035, "accuracy": 0.005}
OUTPUT = "output"
SCALE = 20.0  # numbers go in and come out divided by it: tanh sees no more than a few units


def data() -> Data:
    sequences = [(start, step) for start in range(-20, 21) for step in range(-4, 5)]
    held_out = {sequence for sequence in sequences if share(f"{sequence}", 5) == 0}

    def examples(chosen: list[tuple[int, int]]) -> Groups:
        return grouped(
            ([float(start + step * t) for t in range(length)], float(start + step * length))
            for start, step in chosen
            for length in (2, 3, 4, 5)
        )

    return {
        "train": examples([sequence for sequence in sequences if sequence not in held_out]),
        "held_out": examples([sequence for sequence in sequences if sequence in held_out]),
    }


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: sequences of numbers (N, T). The next number "output": (N,)."""
    weights, x = tensors(weights, x)
    found = {"scaled": x[..., None] / SCALE}
    found |= rnn(weights, "rnn", found["scaled"])
    found["output.scaled"] = dense(weights, "output", found["rnn.h"][:, -1])[:, 0]
    found["output"] = found["output.scaled"] * SCALE
    return found


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    found = forward(weights, x)["output"]
    return ((found - y.to(found)) ** 2).mean()


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    """The mean absolute error, and how often the nearest whole number is the right one."""
    errors = np.concatenate([forward(weights, x)["output"].numpy() - y for x, y in held_out])
    return {
        "mean_absolute_error": float(np.abs(errors).mean()),
        "accuracy": float((np.abs(errors) < 0.5).mean()),
    }


def baselines(data: Data) -> dict[str, float]:
    errors = np.concatenate([x[:, -1] - y for x, y in data["held_out"]])
    return {"mean_absolute_error of the last number again": float(np.abs(errors).mean())}


def probes() -> dict[str, np.ndarray]:
    inputs = ([1.0, 2.0], [3.0, 5.0, 7.0], [10.0, 7.0, 4.0, 1.0])
    return {f"[{', '.join(f'{number:.0f}' for number in numbers)}]": np.array([numbers]) for numbers in inputs}


def reading(found: Outputs) -> str:
    return f"{found[OUTPUT].item():.2f}"
