"""Which word comes next? An LSTM on a small text of the project's own

Every beginning of a sentence, padded on the left, asks for its next word. The text, next_word.txt, was written for this
course and has its licence, MIT. It is small: the model is measured on sentences it has not seen, all of known words.
"""

import math
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from . import training
from .examples import Data, Groups, Vocabulary, share
from .layers import Layer, Outputs, Weights, dense, lstm, tensors

SENTENCES = Path(__file__).with_name("next_word.txt").read_text(encoding="utf-8").splitlines()
VOCABULARY = Vocabulary(["<pad>", *sorted({word for sentence in SENTENCES for word in sentence.split()})])
LONGEST = max(len(sentence.split()) for sentence in SENTENCES) - 1

LAYERS = (
    Layer("embedding", "embedding", {"v": len(VOCABULARY), "d": 24}),
    Layer("lstm", "lstm", {"d": 24, "h": 48}),
    Layer("output", "dense", {"n": 48, "m": len(VOCABULARY)}),
)
PLAN = training.Plan(epochs=12, learning_rate=0.01, batch_size=32)
DTYPE = torch.float32
SPREAD = {"perplexity": 2.3, "accuracy": 0.05}
OUTPUT = "logits"


def split() -> dict[str, list[str]]:
    """Held out is about every fourth sentence, as long as its words are in those that stay."""
    kept = list(SENTENCES)
    for sentence in SENTENCES:
        left = {word for other in kept if other != sentence for word in other.split()}
        if share(sentence, 4) == 0 and left.issuperset(sentence.split()):
            kept.remove(sentence)
    return {"train": kept, "held_out": [sentence for sentence in SENTENCES if sentence not in kept]}


def data() -> Data:
    return {name: [_beginnings(sentences)] for name, sentences in split().items()}


def _beginnings(sentences: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Every beginning of every sentence, the empty one too, and the word that follows."""
    ids = [VOCABULARY.encode(sentence) for sentence in sentences]
    pairs = [(words[:t], words[t]) for words in ids for t in range(len(words))]
    return np.array([padded(words) for words, _ in pairs]), np.array([word for _, word in pairs])


def padded(words: list[int]) -> list[int]:
    """The last words that fit, with <pad> to their left."""
    return [0] * (LONGEST - len(words)) + words[-LONGEST:]


def forward(weights: Weights, x: np.ndarray) -> Outputs:
    """x: word ids, padded on the left, (N, T). "logits" of the next word: (N, V)."""
    weights, x = tensors(weights, x)
    found = {"embedding": weights["embedding.E"][x]}
    found |= lstm(weights, "lstm", found["embedding"])
    found["logits"] = dense(weights, "output", found["lstm.h"][:, -1])
    return found


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return cross_entropy(forward(weights, x)["logits"], y)


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    ((x, y),) = held_out
    logits, y = forward(weights, x)["logits"], torch.from_numpy(y)
    return {
        "perplexity": math.exp(cross_entropy(logits, y)),
        "accuracy": float((logits.argmax(1) == y).double().mean()),
    }


def baselines(data: Data) -> dict[str, float]:
    """What counting reaches: words alone (each count plus one), and pairs of words, mixed with them half and half."""
    ((x, y),), ((held_out_x, held_out_y),) = data["train"], data["held_out"]
    words = np.bincount(y, minlength=len(VOCABULARY)) + 1.0
    words /= words.sum()
    pairs = np.zeros((len(VOCABULARY), len(VOCABULARY)))
    np.add.at(pairs, (x[:, -1], y), 1.0)
    chances = (pairs / np.maximum(pairs.sum(1, keepdims=True), 1) + words) / 2
    return {
        "perplexity of word counts": float(np.exp(-np.log(words)[held_out_y].mean())),
        "perplexity of counts of pairs": float(np.exp(-np.log(chances[held_out_x[:, -1], held_out_y]).mean())),
        "accuracy of counts of pairs": float((chances[held_out_x[:, -1]].argmax(1) == held_out_y).mean()),
    }


def probes() -> dict[str, np.ndarray]:
    beginnings = ("the network", "a good", "without an", "the gradient says which way is")
    return {beginning: np.array([padded(VOCABULARY.encode(beginning))]) for beginning in beginnings}


def reading(found: Outputs) -> str:
    return VOCABULARY.words[int(found[OUTPUT].argmax())]
