"""Training a model from nothing, with progress: to replace its weights and card, or to compare with the card."""

import sys

from . import Model, cards, training
from .cards import listed
from .examples import Data
from .layers import initial
from .training import Trained


def train(model: Model) -> bool:
    """Trains the model and replaces its weights and card together."""
    data = model.data()
    trained = from_nothing(model, data)
    made = cards.card(model, data, trained)
    cards.write(made, trained.weights)
    print(f"{made['model']}: {listed(made['metrics'])}; {trained.seconds:.1f} s on {trained.device}")
    return True


def check(model: Model) -> bool:
    """Trains the model again, changes nothing, and compares with the card: is every metric within its spread?"""
    data, name = model.data(), cards.name_of(model)
    found = cards.measured(model, from_nothing(model, data).weights, data)["metrics"]
    card = cards.read(name)["metrics"]
    within = all(abs(found[metric] - card[metric]) <= spread for metric, spread in model.SPREAD.items())
    said = "reproduced" if within else "NOT reproduced"
    print(f"{name}: {said}: {listed(found)}; card: {listed(card)}; spread: {listed(model.SPREAD)}")
    return within


def from_nothing(model: Model, data: Data) -> Trained:
    """Trains the model from the one seed."""
    name, began = cards.name_of(model), training.generator(training.SEED)
    terminal = sys.stderr.isatty()

    def report(point: dict[str, float]) -> None:
        line = f"{name}: epoch {point['epoch']}/{model.PLAN.epochs}, loss {point['train']:.3g}"
        line += f", held out {point['held_out']:.3g}" if "held_out" in point else ""
        print(f"\r{line:<79}" if terminal else line, end="" if terminal else "\n", file=sys.stderr, flush=True)

    trained = training.fit(initial(model.LAYERS, began, model.DTYPE), model.loss, data, model.PLAN, began, report)
    if terminal:
        print(f"\r{'':<79}\r", end="", file=sys.stderr, flush=True)
    return trained
