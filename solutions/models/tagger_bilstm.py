"""Who, where, when? A bidirectional LSTM that tags the words of generated sentences

Tags are BIO: B- begins a name, I- goes on with it, O is outside. Washington or June is a person here and a place or a
month there: the words before or after decide, so the tagger reads from both ends.
"""

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from . import tagged_sentences, training
from .examples import Data, Groups, Vocabulary, grouped, share
from .layers import Layer, Outputs, Weights, dense, lstm, tensors

TAGS = Vocabulary(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-TIME", "I-TIME"])
VOCABULARY = Vocabulary(tagged_sentences.WORDS)

LAYERS = (
    Layer("embedding", "embedding", {"v": len(VOCABULARY), "d": 16}),
    Layer("forward", "lstm", {"d": 16, "h": 20}),
    Layer("backward", "lstm", {"d": 16, "h": 20}),
    Layer("output", "dense", {"n": 40, "m": len(TAGS)}),
)
PLAN = training.Plan(epochs=10, learning_rate=0.02, batch_size=64)
DTYPE = torch.float32
SPREAD = {"span_f1": 0.005, "word_accuracy": 0.005}
OUTPUT = "logits"


def data() -> Data:
    """A fifth of the sentences is held out."""
    parts: dict[str, list[tuple[list[int], list[int]]]] = {"train": [], "held_out": []}
    for sentence, tags in tagged_sentences.sentences().items():
        name = "held_out" if share(sentence, 5) == 0 else "train"
        parts[name].append((VOCABULARY.encode(sentence), TAGS.encode(tags)))
    return {name: grouped(examples) for name, examples in parts.items()}


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: word ids of sentences of one length, (N, T). "logits" of every word's tag: (N, T, 7)."""
    weights, x = tensors(weights, x)
    found = {"embedding": weights["embedding.E"][x]}
    found |= lstm(weights, "forward", found["embedding"])
    backward = lstm(weights, "backward", found["embedding"].flip(1))
    found |= {name: values.flip(1) for name, values in backward.items()}  # each word's, as it was read from the end
    found["both"] = torch.cat([found["forward.h"], found["backward.h"]], 2)
    found["logits"] = dense(weights, "output", found["both"])
    return found


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return cross_entropy(forward(weights, x)["logits"].flatten(0, 1), y.flatten())


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    return scores([forward(weights, x)["logits"].argmax(2).numpy() for x, _ in held_out], held_out)


def scores(found: list[np.ndarray], held_out: Groups) -> dict[str, float]:
    """F1 over whole spans: one counts when its kind, its beginning and its end are right."""
    right = claimed = there = 0
    for tags, (_, y) in zip(found, held_out, strict=True):
        for row, truth in zip(tags, y, strict=True):
            said, meant = spans(row), spans(truth)
            right, claimed, there = right + len(said & meant), claimed + len(said), there + len(meant)
    words = np.concatenate([(tags == y).ravel() for tags, (_, y) in zip(found, held_out, strict=True)])
    return {"span_f1": 2 * right / (claimed + there), "word_accuracy": float(words.mean())}


def spans(tags: np.ndarray) -> set[tuple[str, int, int]]:
    """(kind, first, after the last) of every name. An I- that nothing precedes opens one, too."""
    found, open_kind, first = set(), "", 0
    for position, tag in enumerate([*(TAGS.words[tag] for tag in tags), "O"]):
        mark, _, kind = tag.partition("-")
        if open_kind and (mark != "I" or kind != open_kind):
            found.add((open_kind, first, position))
            open_kind = ""
        if mark != "O" and not open_kind:
            open_kind, first = kind, position
    return found


def baselines(data: Data) -> dict[str, float]:
    """What a list of words reaches: each gets the tag that it has most often in training."""
    counted = np.zeros((len(VOCABULARY), len(TAGS)))
    for x, y in data["train"]:
        np.add.at(counted, (x, y), 1)
    best = counted.argmax(1)
    listed = scores([best[x] for x, _ in data["held_out"]], data["held_out"])
    return {f"{name} of each word's commonest tag": value for name, value in listed.items()}


def probes() -> dict[str, np.ndarray]:
    return {sentence: np.array([VOCABULARY.encode(sentence)]) for sentence in tagged_sentences.PROBES}


def reading(found: Outputs) -> str:
    return TAGS.decode(found[OUTPUT][0].argmax(1).tolist())
