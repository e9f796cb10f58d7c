"""Model cards: what a model is, what trained it on which data, how good it is.

The JSON is the source; the text and the drawing are made from it.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save

from . import NAMES, TRAINED, Model, examples, training
from .curve import drawn
from .layers import Weights
from .training import Trained

Card = dict[str, Any]

# How far from the card a metric or a probe may be, computed again from the same weights on another machine. It is all
# computed in float64 on the CPU, where only the order of sums differs.
BOUND = 1e-6
SHOWN = 10  # numbers of each probe's output


def name_of(model: Model) -> str:
    return model.__name__.rpartition(".")[2]


def measured(model: Model, weights: Weights, data: examples.Data) -> Card:
    """What can be computed again from the weights: metrics, and the answers to the probes."""
    with torch.no_grad():
        exact = {name: values.double() for name, values in weights.items()}
        answers = {said: model.forward(exact, x) for said, x in model.probes().items()}
        return {
            "metrics": model.metrics(exact, examples.judged(data)),
            "probes": [
                {
                    "input": said,
                    "reads": model.reading(found),
                    model.OUTPUT: found[model.OUTPUT].flatten()[:SHOWN].tolist(),
                }
                for said, found in answers.items()
            ],
            "outputs": {name: list(values.shape) for name, values in next(iter(answers.values())).items()},
        }


def card(model: Model, data: examples.Data, trained: Trained) -> Card:
    """Everything but the hash of the weights."""
    title, _, about = model.__doc__.partition("\n")
    found, plan = measured(model, trained.weights, data), model.PLAN
    return {
        "model": name_of(model),
        "title": title,
        "about": " ".join(about.split()),
        "layers": [
            {"name": layer.name, "kind": layer.kind, "formula": layer.formula, "sizes": layer.sizes}
            | {"parameters": layer.parameters}
            for layer in model.LAYERS
        ],
        "parameters": sum(layer.parameters for layer in model.LAYERS),
        "outputs": found["outputs"],
        "data": {name: examples.count(groups) for name, groups in data.items()}
        | {"sha256": examples.fingerprint(data)},
        "training": {
            "device": trained.device,
            "torch": torch.__version__,
            "seed": training.SEED,
            "optimizer": plan.optimizer,
            "learning_rate": plan.learning_rate,
            "batch_size": plan.batch_size or examples.count(data["train"]),
            "epochs": plan.epochs,
            "steps": trained.steps,
            "seconds": round(trained.seconds, 1),
            "cpu_seconds": round(trained.cpu_seconds, 1),
        },
        "metrics": found["metrics"],
        "spread": model.SPREAD,
        "bound": BOUND,
        "baselines": model.baselines(data),
        "curve": {
            name: values if name == "epoch" else [float(f"{value:.4g}") for value in values]
            for name, values in trained.curve.items()
        },
        "probes": found["probes"],
    }


def write(made: Card, weights: Weights, folder: Path = TRAINED) -> None:
    """Weights; the card in JSON, in words and drawn; the overview. Weights and card name each other by hash."""
    arrays = {name: np.ascontiguousarray(values.numpy()) for name, values in weights.items()}
    made = made | {"weights_sha256": tensors_hash(arrays)}
    files = {
        "safetensors": save(arrays, metadata={"card_sha256": card_hash(made)}),
        "json": _json(made).encode(),
        "md": text(made).encode(),
        "svg": drawn(made["curve"]).encode(),
    }
    folder.mkdir(exist_ok=True)
    for ending, content in files.items():
        (folder / f".{made['model']}.{ending}").write_bytes(content)
    for ending in files:
        (folder / f".{made['model']}.{ending}").replace(folder / f"{made['model']}.{ending}")
    (folder / "README.md").write_text(overview(folder), encoding="utf-8")


def read(name: str, folder: Path = TRAINED) -> Card:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def read_weights(name: str, folder: Path = TRAINED) -> dict[str, np.ndarray]:
    """A trained model's weights. Raises ValueError where card and weights are not of one training."""
    with safe_open(folder / f"{name}.safetensors", "numpy") as file:
        arrays = {tensor: file.get_tensor(tensor) for tensor in file.keys()}  # noqa: SIM118 - it is no dict
        signed = file.metadata()["card_sha256"]
    made = read(name, folder)
    if signed != card_hash(made) or made["weights_sha256"] != tensors_hash(arrays):
        raise ValueError(f"{name}: card and weights do not belong together: train it again, which writes both")
    return arrays


def tensors_hash(arrays: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape}\n".encode() + arrays[name].tobytes())
    return digest.hexdigest()


def card_hash(made: Card) -> str:
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def _json(made: Card) -> str:
    """Indented, with every list of numbers on one line."""
    found = json.dumps(made, indent=2, ensure_ascii=False)
    return re.sub(r"\[[-+\d.e,\s]+\]", lambda numbers: " ".join(numbers[0].split()), found) + "\n"


def text(made: Card) -> str:
    """The card to be read, in Markdown."""
    ran, data = made["training"], made["data"]
    layers = [
        [layer["name"], layer["kind"], layer["formula"], _sizes(layer["sizes"]), f"{layer['parameters']:,}"]
        for layer in made["layers"]
    ]
    outputs = [[f"`{name}`", " × ".join(map(str, shape)) or "1"] for name, shape in made["outputs"].items()]
    metrics = [[name, f"{value:.4g}", f"± {made['spread'][name]:g}"] for name, value in made["metrics"].items()]
    baselines = [[name, f"{value:.4g}", ""] for name, value in made["baselines"].items()]
    probes = [[probe["input"], probe["reads"]] for probe in made["probes"]]
    judged = "the data held out" if data["held_out"] else "the data trained on"
    return "\n\n".join(
        [
            f"# {made['model']}: {made['title']}",
            made["about"],
            _table(["layer", "kind", "parameters by formula", "sizes", "parameters"], layers),
            f"{made['parameters']:,} parameters.",
            _table([f"on {judged}", "value", "trained again"], metrics),
            _table(["simpler ways, for comparison", "value", ""], baselines),
            f"![learning curve]({made['model']}.svg)",
            _table(["input", "answer"], probes),
            f"Trained on {ran['device']} with PyTorch {ran['torch']}: {ran['steps']:,} steps of {ran['optimizer']} in "
            f"{ran['epochs']:,} epochs, {ran['seconds']} s ({ran['cpu_seconds']} s of CPU), seed {ran['seed']}. "
            f"{data['train']:,} examples to train on, {data['held_out'] or 'none'} held out.",
            f"Data `{data['sha256']}`\\\nWeights `{made['weights_sha256']}`",
            "What `forward` computes for the first input above, in this order:",
            _table(["output", "shape"], outputs),
            f"Written by `autograder train {made['model']}` from the JSON beside it. Not to be edited.\n",
        ]
    )


def overview(folder: Path = TRAINED) -> str:
    """All cards of a folder in one table, in Markdown."""
    rows = []
    for name in NAMES:
        if (folder / f"{name}.json").exists():
            made = read(name, folder)
            ran = made["training"]
            known = [f"[{name}]({name}.md)", f"{made['parameters']:,}"]
            known += [listed(made["metrics"]), listed(made["baselines"])]
            rows.append([*known, ran["device"], f"{ran['seconds']} ({ran['cpu_seconds']})"])
    head = ["model", "parameters", "how good", "simpler ways", "trained on", "seconds (of CPU)"]
    return f"# The trained models\n\nWritten by `autograder train` from the cards.\n\n{_table(head, rows)}\n"


def listed(found: dict[str, float]) -> str:
    """Named numbers in one line."""
    return ", ".join(f"{name} {value:.4g}" for name, value in found.items())


def _sizes(sizes: dict[str, int]) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])
