"""PyTorch as an oracle: the same inputs as float64 tensors, and autograd for derivatives."""

from typing import Any

import numpy as np

from autograder.oracle_kinds import Oracle


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The oracle's value, or with gradients its derivatives by output name, as NumPy arrays."""
    import torch

    torch.set_num_threads(1)
    tensors = {name: _tensor(value) for name, value in inputs.items()}
    if not oracle.gradients:
        return _plain(oracle.function(*tensors.values()))
    for source in oracle.gradients.values():
        tensors[source] = torch.as_tensor(tensors[source], dtype=torch.float64).requires_grad_()
    forward = oracle.function(*tensors.values())
    sources = list(oracle.gradients.values())
    found = torch.autograd.grad(forward.sum(), [tensors[source] for source in sources], allow_unused=True)
    gradients = dict(zip(sources, found, strict=True))
    return {
        output: _plain(torch.zeros_like(tensors[source]) if gradients[source] is None else gradients[source])
        for output, source in oracle.gradients.items()
    }


def _tensor(value: Any) -> Any:
    import torch

    if isinstance(value, dict):
        return {key: _tensor(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return torch.tensor(value)
    return torch.tensor(value, dtype=torch.float64) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        array = value.detach().numpy()
        return array if array.ndim else array.item()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_plain(item) for item in value)
    return value
