"""Trained parameters: what they are worth on rows that training did not see.

The student's function trains and returns parameters. Here held-out rows go through the network with these
parameters, so that nobody is asked how well it went; the rows themselves never leave this side.

The score of a case is public: with E the mean squared error on the held-out rows, E₀ that of the best constant answer
and E* the reference's, the *gain* is (E₀ − E) / (E₀ − E*). From the share `enough` of the reference's gain on it is
full marks, and below it gain / enough of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograder.outcome import HeldOut
from autograder.pack import Training

Array = np.ndarray[Any, Any]

# Parameters can be a known mistake's when their predictions lie no further apart, as a share of the mistake's error.
NEAR = 0.02


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(x / 2))


def _rnn(x: Array, U: Array, W: Array, b: Array) -> Array:
    """x: (N, T) or (N, T, D), U: (D, H), W: (H, H), b: (H,). The state after the last step: (N, H)."""
    steps = x[:, :, np.newaxis] if x.ndim == 2 else x
    h = np.zeros((len(x), len(b)))
    for t in range(steps.shape[1]):
        h = np.tanh(steps[:, t] @ U + h @ W + b)
    return h


# Rows are examples; `columns` is a dense layer where columns are.
LAYERS: Mapping[str, Callable[..., Array]] = {
    "standardize": lambda x, mean, deviation: (x - mean) / deviation,
    "dense": lambda x, W, b: x @ W + b,
    "columns": lambda x, W, b: W @ x + b,
    "rnn": _rnn,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0.0),
}


@cache
def layers(network: str) -> tuple[tuple[Callable[..., Array], tuple[str, ...]], ...]:
    """The layers of "X → dense(W, b) → sigmoid", each with its parameters' names. Raises ValueError."""
    _, *words = (word.strip() for word in network.split("→"))
    found = []
    for word in words:
        parts = re.fullmatch(r"(\w+)(?:\(([\w\s,]*)\))?", word)
        if not parts or parts[1] not in LAYERS:
            raise ValueError(f"{word!r} is no layer of a network; there are {', '.join(LAYERS)}")
        found.append((LAYERS[parts[1]], tuple(re.findall(r"\w+", parts[2] or ""))))
    if not found:
        raise ValueError(f"{network!r} has no layers; write it like X → dense(W, b) → sigmoid")
    return tuple(found)


def unfit(training: Training, outputs: Sequence[str], arguments: Sequence[str]) -> str:
    """Why a function with these outputs and arguments cannot be scored so, as a sentence; '' where it can."""
    try:
        needed = [name for _, names in layers(training.network) for name in names]
    except ValueError as problem:
        return f"training: {problem}"
    if sorted(needed) != sorted(outputs):
        return f"training: the network needs {', '.join(needed)}, and the function returns {', '.join(outputs)}"
    if training.targets not in arguments:
        return f"training: targets={training.targets!r} is none of the arguments {', '.join(arguments)}"
    if not 0 < training.enough < 1:
        return f"training: enough={training.enough} must lie between 0 and 1: a share of the reference's gain"
    return ""


def predictions(training: Training, parameters: Mapping[str, Any], held: HeldOut) -> Array:
    """What the network says of the held-out rows, in the shape of the targets. Raises ValueError for odd shapes."""
    x = held.x
    with np.errstate(all="ignore"):  # who diverged has enormous parameters
        for layer, names in layers(training.network):
            x = layer(x, *(parameters[name] for name in names))
    if x.dtype.kind == "c":
        raise ValueError("complex parameters")
    return np.asarray(x, dtype=float).reshape(held.y.shape)


def error(predicted: Array, held: HeldOut) -> float:
    """The mean squared error on the held-out rows; infinite where a prediction is no number."""
    with np.errstate(all="ignore"):
        found = float(np.mean((predicted - held.y) ** 2))
    return found if np.isfinite(found) else float("inf")


def constant(held: HeldOut) -> float:
    """The error of the best constant answer."""
    return float(np.var(held.y))


def gain(predicted: Array, held: HeldOut) -> float:
    """How much of the reference's way from the best constant answer these predictions go; 1 for all of it."""
    start = constant(held)
    return (start - error(predicted, held)) / (start - held.error)


def lost(training: Training, predicted: Array, held: HeldOut) -> float:
    """The share of the gain that is missing, in units of what may be missing: the judge rejects beyond 1."""
    return max(0.0, 1 - gain(predicted, held)) / (1 - training.enough)


def share(training: Training, predicted: Array, held: HeldOut) -> float:
    """The share of a case's points that such predictions earn."""
    return min(1.0, max(0.0, gain(predicted, held) / training.enough))


def sentence(training: Training, predicted: Array, held: HeldOut) -> str:
    """How well it went, in numbers."""
    found = error(predicted, held)
    return (
        f"On the held-out rows, the network with your parameters has a mean squared error of {found:.4g}. "
        f"The best constant answer has {constant(held):.4g}, the reference {held.error:.2g}.\n"
        f"You gain {max(0.0, gain(predicted, held)):.0%} of what the reference gains; "
        f"full marks begin at {training.enough:.0%}."
    )


def distance(predicted: Array, mistaken: Array, held: HeldOut) -> float:
    """How far these predictions are from a known mistake's, as a share of its own error; infinite beyond NEAR.

    Two trainings that make one mistake differ in their steps, so what they predict is near and not the same.
    """
    with np.errstate(all="ignore"):
        between = float(np.mean((predicted - mistaken) ** 2) / error(mistaken, held))
    return between if between <= NEAR else float("inf")
