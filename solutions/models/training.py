"""The one training loop: mini-batches, a falling learning rate, a learning curve; everything from one seed."""

import platform
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from .examples import Data, Groups
from .layers import Weights

SEED = 20240229
Loss = Callable[[Weights, Tensor, Tensor], Tensor]  # the mean over a batch
Report = Callable[[dict[str, float]], None]  # a point of the learning curve


@dataclass(frozen=True)
class Plan:
    """How a model is trained. batch_size None: all examples at once. every: epochs per point of the learning curve.

    The learning rate falls evenly to zero over all epochs; gradients longer than 1 are shortened to 1.
    """

    epochs: int
    learning_rate: float
    batch_size: int | None = None
    optimizer: str = "Adam"
    every: int = 1


@dataclass
class Trained:
    """What came of it, and on which device. seconds: of the clock, and of the CPU.

    curve: "epoch", "train", the mean loss while training, and "held_out", the loss on what is held out, if anything is.
    """

    weights: Weights
    device: str = ""
    steps: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    curve: dict[str, list[float]] = field(default_factory=dict)


def device() -> torch.device:
    """The GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(where: torch.device) -> str:
    """What the machine itself calls it."""
    if where.type == "cuda":
        return torch.cuda.get_device_name(where)
    cpus = Path("/proc/cpuinfo")
    models = re.findall(r"^model name\s*:\s*(.+)$", cpus.read_text(), re.M) if cpus.exists() else []
    return f"CPU {(models or [platform.processor() or platform.machine()])[0]}"


def generator(seed: int) -> torch.Generator:
    """On the CPU whatever the device is: first weights and batches are the same on all of them."""
    return torch.Generator().manual_seed(seed)


def fit(
    weights: Weights, loss: Loss, data: Data, plan: Plan, draw: torch.Generator, report: Report | None = None
) -> Trained:
    """Trains copies of the weights on `data["train"]`; returns them on the CPU."""
    where = device()
    train, held_out = (_moved(data[name], where) for name in ("train", "held_out"))
    weights = {name: values.to(where, copy=True).requires_grad_() for name, values in weights.items()}
    optimizer = getattr(torch.optim, plan.optimizer)(weights.values(), lr=plan.learning_rate)
    trained, since, total = Trained(weights, device_name(where)), 0, 0.0
    began, cpu_began = time.perf_counter(), time.process_time()
    for epoch in range(1, plan.epochs + 1):
        optimizer.param_groups[0]["lr"] = plan.learning_rate * (1 - (epoch - 1) / plan.epochs)
        for x, y in _batches(train, plan.batch_size, draw):
            optimizer.zero_grad()
            found = loss(weights, x, y)
            found.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            optimizer.step()
            total, since = total + found.item(), since + 1
        if epoch % plan.every == 0:
            point = {"epoch": epoch, "train": total / since}
            if held_out:
                point["held_out"] = mean_loss(weights, loss, held_out)
            for name, value in point.items():
                trained.curve.setdefault(name, []).append(value)
            trained.steps, since, total = trained.steps + since, 0, 0.0
            if report:
                report(point)
    trained.seconds, trained.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    trained.weights = {name: values.detach().cpu() for name, values in weights.items()}
    return trained


@torch.no_grad()
def mean_loss(weights: Weights, loss: Loss, groups: list[tuple[Tensor, Tensor]]) -> float:
    """The mean over all examples, whatever their groups."""
    total = sum(loss(weights, x, y).item() * len(x) for x, y in groups)
    return total / sum(len(x) for x, _ in groups)


def _moved(groups: Groups, where: torch.device) -> list[tuple[Tensor, Tensor]]:
    return [(torch.from_numpy(x).to(where), torch.from_numpy(y).to(where)) for x, y in groups]


def _batches(
    groups: list[tuple[Tensor, Tensor]], size: int | None, draw: torch.Generator
) -> list[tuple[Tensor, Tensor]]:
    """All examples in a new order, in batches of one shape."""
    if size is None:
        return groups
    found = []
    for x, y in groups:
        for rows in torch.randperm(len(x), generator=draw).split(size):
            found.append((x[rows.to(x.device)], y[rows.to(y.device)]))
    return [found[position] for position in torch.randperm(len(found), generator=draw).tolist()]
