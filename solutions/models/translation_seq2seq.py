"""English number words into French ones: an encoder, a decoder, and attention between them

"two hundred and eighty one" is "deux cent quatre vingt un" (hyphens are written as spaces, each word is a token).
French counts in twenties from seventy on, so words are not simply exchanged one by one. The encoder is a GRU; at every
step the decoder's state asks, additively (Bahdanau), which of the encoder's states count.
"""

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from . import training
from .examples import Data, Groups, Vocabulary, grouped, share
from .layers import Layer, Outputs, Weights, dense, gru, gru_step, tensors
from .numbers_in_words import ENGLISH, FRENCH, english, french

SOURCE = Vocabulary(ENGLISH)
TARGET = Vocabulary(["<end>", "<start>", *FRENCH])
END, START = 0, 1
LONGEST = max(len(french(number).split()) for number in range(1, 10_000)) + 1  # with <end>

LAYERS = (
    Layer("source", "embedding", {"v": len(SOURCE), "d": 24}),
    Layer("encoder", "gru", {"d": 24, "h": 48}),
    Layer("target", "embedding", {"v": len(TARGET), "d": 24}),
    Layer("attention", "attention", {"h": 48, "s": 40, "a": 32}),
    Layer("decoder", "gru", {"d": 24 + 48, "h": 40}),
    Layer("output", "dense", {"n": 40 + 48, "m": len(TARGET)}),
)
PLAN = training.Plan(epochs=12, learning_rate=0.01, batch_size=64)
DTYPE = torch.float32
SPREAD = {"exact": 0.005, "word_accuracy": 0.005}
OUTPUT = "logits"


def data() -> Data:
    """Of the numbers 1 to 9,999 a tenth is held out and four tenths are trained on."""
    parts: dict[str, list[tuple[list[int], list[int]]]] = {"train": [], "held_out": []}
    for number in range(1, 10_000):
        tenth = share(str(number), 10)
        if tenth < 5:
            target = TARGET.encode(french(number))
            example = SOURCE.encode(english(number)), target + [END] * (LONGEST - len(target))
            parts["held_out" if tenth == 0 else "train"].append(example)
    return {name: grouped(examples) for name, examples in parts.items()}


def forward(weights: Weights, x: np.ndarray, given: np.ndarray | None = None) -> Outputs:
    """x: English word ids of numbers of one length, (N, S). French "ids": (N, T), with <end> from the end on.

    Greedy: each step takes the likeliest word and is given it at the next. With `given`, French ids (N, T), each step
    is given those instead, as in training. "attention.weights": (N, T, S); "logits": (N, T, words).
    """
    weights, x = tensors(weights, x)
    found = {"source": weights["source.E"][x]}
    found |= gru(weights, "encoder", found["source"])
    states = found["encoder.h"]
    keys = states @ weights["attention.U"]
    s = states.new_zeros(len(x), weights["decoder.W"].shape[-1])
    word = torch.full((len(x),), START, device=x.device)
    ended = torch.zeros_like(word, dtype=torch.bool)
    steps = []
    for t in range(LONGEST):
        scores = torch.tanh(keys + (s @ weights["attention.W"])[:, None]) @ weights["attention.v"]
        attention = torch.softmax(scores, 1)
        context = (attention[..., None] * states).sum(1)
        *gates, s = gru_step(weights, "decoder", torch.cat([weights["target.E"][word], context], 1), s)
        logits = dense(weights, "output", torch.cat([s, context], 1))
        word = logits.argmax(1).masked_fill(ended, END)
        ended |= word == END
        steps.append((scores, attention, context, *gates, s, logits, word))
        if given is not None:
            word = given[:, t]
    names = ["attention.scores", "attention.weights", "attention.context"]
    names += ["decoder.reset", "decoder.update", "decoder.candidate", "decoder.s", "logits", "ids"]
    columns = zip(*steps, strict=True)
    return found | {name: torch.stack(values, 1) for name, values in zip(names, columns, strict=True)}


def loss(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Cross-entropy per word of the translations, <end> counted once."""
    logits = forward(weights, x, y)["logits"]
    asked = torch.cat([torch.ones_like(y[:, :1], dtype=torch.bool), y[:, :-1] != END], 1)
    return cross_entropy(logits[asked], y[asked])


def metrics(weights: Weights, held_out: Groups) -> dict[str, float]:
    """How many numbers are translated without a mistake, and how many words and ends are right in their places."""
    found = np.concatenate([forward(weights, x)["ids"].numpy() for x, _ in held_out])
    y = np.concatenate([y for _, y in held_out])
    asked = (found != END) | (y != END)
    asked[:, 1:] |= (found[:, :-1] != END) | (y[:, :-1] != END)
    return {"exact": float((found == y).all(1).mean()), "word_accuracy": float((found == y)[asked].mean())}


def baselines(data: Data) -> dict[str, float]:
    """How many numbers come out right when every English word is looked up in a dictionary without a mistake."""
    alone = {english(number): french(number) for number in (*range(1, 20), *range(20, 100, 10))}
    dictionary = alone | {"hundred": "cent", "thousand": "mille", "and": ""}
    right = total = 0
    for x, y in data["held_out"]:
        for source, target in zip(x, y, strict=True):
            looked_up = " ".join(dictionary[SOURCE.words[word]] for word in source).split()
            right, total = right + (looked_up == TARGET.decode(target[target != END]).split()), total + 1
    return {"exact of a dictionary, word by word": right / total}


def probes() -> dict[str, np.ndarray]:
    return {words: np.array([SOURCE.encode(words)]) for words in map(english, (21, 80, 99, 777, 1980, 5016))}


def reading(found: Outputs) -> str:
    return TARGET.decode(word for word in found["ids"][0].tolist() if word != END)
