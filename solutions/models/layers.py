"""What the models are made of: layers as functions of named weights, with the lecture's parameter counts.

Examples lie in rows, channels last. A recurrent layer keeps one bias per gate (PyTorch's modules keep two) and its
gates stacked: forget, input, output, candidate for an LSTM; reset, update, candidate for a GRU. In a GRU the reset gate
is applied before the product and the update gate multiplies the candidate, as in the notes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Weights = dict[str, Tensor]  # "layer.symbol" → values
Outputs = dict[str, Tensor]  # "layer.quantity" → values, in the order in which they are computed


@dataclass(frozen=True)
class Kind:
    """A kind of layer. formula: how many parameters it has, in the letters of its sizes; shapes: of each weight."""

    formula: str
    shapes: Callable[..., dict[str, tuple[int, ...]]]


KINDS = {
    "dense": Kind("n·m + m", lambda n, m: {"W": (n, m), "b": (m,)}),
    "logistic": Kind("n + 1", lambda n: {"w": (n, 1), "b": (1, 1)}),
    "embedding": Kind("v·d", lambda v, d: {"E": (v, d)}),
    "convolution": Kind("(f·f·c + 1)·k", lambda f, c, k: {"W": (f, f, c, k), "b": (k,)}),
    "rnn": Kind("(d·h) + (h·h) + h", lambda d, h: {"U": (d, h), "W": (h, h), "b": (h,)}),
    "lstm": Kind("4·((d·h) + (h·h) + h)", lambda d, h: {"U": (4, d, h), "W": (4, h, h), "b": (4, h)}),
    "gru": Kind("3·((d·h) + (h·h) + h)", lambda d, h: {"U": (3, d, h), "W": (3, h, h), "b": (3, h)}),
    "attention": Kind("h·a + s·a + a", lambda h, s, a: {"U": (h, a), "W": (s, a), "v": (a,)}),
}


@dataclass(frozen=True)
class Layer:
    """A layer of a model: its name, its kind, and the letters of the kind's formula with their values."""

    name: str
    kind: str
    sizes: dict[str, int]

    @property
    def formula(self) -> str:
        return KINDS[self.kind].formula

    @property
    def parameters(self) -> int:
        """What the formula says, counted without looking at any weight."""
        return int(eval(self.formula.replace("·", "*"), {"__builtins__": {}}, self.sizes))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {f"{self.name}.{symbol}": shape for symbol, shape in KINDS[self.kind].shapes(**self.sizes).items()}


def initial(layers: tuple[Layer, ...], generator: torch.Generator, dtype: torch.dtype = torch.float32) -> Weights:
    """First weights: Xavier's uniform rule for matrices, standard normal for embeddings, zero for biases.

    Drawn on the CPU in float64, so that every device starts from the same.
    """
    weights = {}
    for layer in layers:
        for name, shape in layer.shapes.items():
            if name.endswith(".b"):
                values = torch.zeros(shape, dtype=torch.float64)
            elif name.endswith(".E"):
                values = torch.randn(shape, generator=generator, dtype=torch.float64)
            else:
                window = math.prod(shape[:-2]) if layer.kind == "convolution" else 1
                fan_in, fan_out = (shape[-2], shape[-1]) if len(shape) > 1 else (shape[0], 1)
                limit = math.sqrt(6 / (window * (fan_in + fan_out)))
                values = (2 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1) * limit
            weights[name] = values.to(dtype)
    return weights


def tensors(weights: dict[str, Any], x: Any) -> tuple[Weights, Tensor]:
    """Weights and input as tensors, arrays included; numbers get the weights' dtype, ids stay whole numbers."""
    found = {name: torch.as_tensor(values) for name, values in weights.items()}
    like = next(iter(found.values()))
    x = torch.as_tensor(x, device=like.device)
    return found, x.to(like.dtype) if x.is_floating_point() else x.long()


def dense(weights: Weights, layer: str, x: Tensor) -> Tensor:
    """x W + b. x: (…, n) → (…, m)."""
    return x @ weights[f"{layer}.W"] + weights[f"{layer}.b"]


def convolution(weights: Weights, layer: str, x: Tensor, padding: int = 0) -> Tensor:
    """Cross-correlation with stride 1. x: (N, H, W, c) → (N, H', W', k)."""
    kernels = weights[f"{layer}.W"].permute(3, 2, 0, 1)
    return torch.conv2d(x.permute(0, 3, 1, 2), kernels, weights[f"{layer}.b"], padding=padding).permute(0, 2, 3, 1)


def max_pool(x: Tensor, size: int) -> Tensor:
    """The largest of every size × size window. x: (N, H, W, c) → (N, H/size, W/size, c)."""
    return torch.max_pool2d(x.permute(0, 3, 1, 2), size).permute(0, 2, 3, 1)


def rnn(weights: Weights, layer: str, x: Tensor) -> Outputs:
    """h_t = tanh(x_t U + h_{t−1} W + b), from h_0 = 0. x: (N, T, d). Output h: (N, T, h)."""
    U, W, b = (weights[f"{layer}.{symbol}"] for symbol in "UWb")
    h, states = x.new_zeros(len(x), W.shape[0]), []
    for x_t in (x @ U + b).unbind(1):
        h = torch.tanh(x_t + h @ W)
        states.append(h)
    return {f"{layer}.h": torch.stack(states, 1)}


def lstm(weights: Weights, layer: str, x: Tensor) -> Outputs:
    """An LSTM over a sequence, from h_0 = c_0 = 0. x: (N, T, d). Outputs f, i, o, candidate, c, h: (N, T, h) each.

    f, i, o = σ(x_t U_k + h_{t−1} W_k + b_k), candidate = tanh(…); c_t = f c_{t−1} + i candidate; h_t = o tanh c_t.
    """
    U, W, b = (weights[f"{layer}.{symbol}"] for symbol in "UWb")
    h = c = x.new_zeros(len(x), W.shape[-1])
    steps = []
    for from_input in _every_gate(x, U, b).unbind(1):
        z = from_input + _every_gate(h, W)
        (f, i, o), candidate = torch.sigmoid(z[:, :3]).unbind(1), torch.tanh(z[:, 3])
        c = f * c + i * candidate
        h = o * torch.tanh(c)
        steps.append((f, i, o, candidate, c, h))
    names = ("f", "i", "o", "candidate", "c", "h")
    return {
        f"{layer}.{name}": torch.stack(values, 1) for name, values in zip(names, zip(*steps, strict=True), strict=True)
    }


def gru_step(weights: Weights, layer: str, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One step: reset, update, candidate and the new state. x: (N, d), h: (N, h).

    r, z = σ(x U_k + h W_k + b_k); candidate = tanh(x U_2 + (r h) W_2 + b_2); new h = z candidate + (1 − z) h.
    """
    U, W, b = (weights[f"{layer}.{symbol}"] for symbol in "UWb")
    from_input = _every_gate(x, U, b)
    reset, update = torch.sigmoid(from_input[:, :2] + _every_gate(h, W[:2])).unbind(1)
    candidate = torch.tanh(from_input[:, 2] + (reset * h) @ W[2])
    return reset, update, candidate, update * candidate + (1 - update) * h


def gru(weights: Weights, layer: str, x: Tensor) -> Outputs:
    """A GRU over a sequence, from h_0 = 0. x: (N, T, d). Outputs reset, update, candidate, h: (N, T, h) each."""
    h, steps = x.new_zeros(len(x), weights[f"{layer}.W"].shape[-1]), []
    for x_t in x.unbind(1):
        steps.append(gru_step(weights, layer, x_t, h))
        h = steps[-1][-1]
    names = ("reset", "update", "candidate", "h")
    return {
        f"{layer}.{name}": torch.stack(values, 1) for name, values in zip(names, zip(*steps, strict=True), strict=True)
    }


def _every_gate(x: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    """x W_k + b_k for every gate k, in one product. x: (…, n), W: (k, n, h), b: (k, h) → (…, k, h)."""
    z = (x @ W.transpose(0, 1).reshape(W.shape[1], -1)).unflatten(-1, (W.shape[0], W.shape[2]))
    return z if b is None else z + b
