"""Generated film reviews in which the order of words decides: the corpus of the sentiment models.

A clause says how good something is: an adjective, perhaps made stronger, weaker or negated. With "but", "yet" and
"although" the clause that is stressed decides; with "and" the stronger one does. Most reviews are here with their words
in another order, too, and then often with the other answer: what only counts words cannot tell them apart.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from .examples import Data, Draw, Groups, Vocabulary, grouped, share

if TYPE_CHECKING:
    from torch import Tensor

    from .layers import Outputs

NOUNS = "plot acting music ending cast story".split()
ADJECTIVES = {"good": 1, "great": 1, "brilliant": 1, "charming": 1} | {
    "bad": -1,
    "awful": -1,
    "boring": -1,
    "clumsy": -1,
}
# How much of the adjective is meant. No two are alike, so that with "and" one clause is always the stronger.
STRENGTHS = {"": 2.0, "very": 4.0, "slightly": 1.0, "not": -1.5, "not very": -0.5}

VOCABULARY = Vocabulary(
    ["the", "is", "and", "but", "yet", "although", ",", "not", "very", "slightly", *NOUNS, *ADJECTIVES]
)

Clause = tuple[str, str, str]  # noun, modifier, adjective


def value(clause: Clause) -> float:
    """How good the clause says it is; below zero is bad."""
    return STRENGTHS[clause[1]] * ADJECTIVES[clause[2]]


def _said(clause: Clause) -> str:
    noun, modifier, adjective = clause
    return " ".join(f"the {noun} is {modifier} {adjective}".split())


def reviews(count: int = 4000) -> dict[str, bool]:
    """About so many different reviews, and whether each is positive."""
    draw, found = Draw(seed=2), dict[str, bool]()

    def clause(noun: str) -> Clause:
        return noun, draw.one(list(STRENGTHS)), draw.one(list(ADJECTIVES))

    while len(found) < count:
        form = draw.one(("single", "and", "and", "contrast", "contrast", "contrast"))
        subject, other = draw.one([(a, b) for a in NOUNS for b in NOUNS if a != b])
        first, second = clause(subject), clause(other)
        a, b = value(first), value(second)
        if form == "single":
            found[_said(first)] = a > 0
        elif form == "and" and abs(a) != abs(b):
            swapped = (subject, second[1], first[2]), (other, first[1], second[2])
            for one, two in ((first, second), swapped):
                found[f"{_said(one)} and {_said(two)}"] = value(one) + value(two) > 0
        elif form == "contrast" and a * b < 0:
            pattern = draw.one(("{0} but {1}", "{0} yet {1}", "although {0} , {1}"))
            found[pattern.format(_said(first), _said(second))] = b > 0
            found[pattern.format(_said(second), _said(first))] = a > 0
    return found


PROBES = (
    "the plot is not good",
    "the plot is good but the acting is bad",
    "the acting is bad but the plot is good",
    "although the music is great , the ending is not very good",
    "the cast is slightly boring and the story is very charming",
)


def _bag(review: str) -> str:
    return " ".join(sorted(review.split()))


def data() -> Data:
    """A fifth is held out, by bags: reviews of the same words are either all trained on or all held out."""
    parts: dict[str, list[tuple[list[int], float]]] = {"train": [], "held_out": []}
    for review, positive in reviews().items():
        name = "held_out" if share(_bag(review), 5) == 0 else "train"
        parts[name].append((VOCABULARY.encode(review), float(positive)))
    return {name: grouped(examples) for name, examples in parts.items()}


def baselines(data: Data) -> dict[str, float]:
    """How far a bag of words gets: the usual classifier on word counts, and the best that any could do.

    The best answers each bag of the held-out reviews with the commoner of the very answers it is measured on.
    """
    from sklearn.linear_model import LogisticRegression

    def counted(groups: Groups) -> tuple[np.ndarray, np.ndarray]:
        rows = [np.bincount(review, minlength=len(VOCABULARY)) for x, _ in groups for review in x]
        return np.array(rows), np.concatenate([y for _, y in groups])

    (x, y), (held_out_x, held_out_y) = counted(data["train"]), counted(data["held_out"])
    answers = defaultdict[tuple[int, ...], list[float]](list)
    for row, positive in zip(held_out_x.tolist(), held_out_y, strict=True):
        answers[tuple(row)].append(positive)
    best = sum(max(sum(found), len(found) - sum(found)) for found in answers.values()) / len(held_out_y)
    return {
        "accuracy of always the commoner answer": float(max(held_out_y.mean(), 1 - held_out_y.mean())),
        "accuracy of logistic regression on a bag of words": float(
            LogisticRegression(max_iter=2000).fit(x, y).score(held_out_x, held_out_y)
        ),
        "accuracy of the best possible answers to bags of words": float(best),
    }


def loss(found: Outputs, y: Tensor) -> Tensor:
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(found["output.z"], y.to(found["output.z"]))


def metrics(answers: list[tuple[Outputs, np.ndarray]]) -> dict[str, float]:
    import torch

    z = torch.cat([found["output.z"] for found, _ in answers])
    y = np.concatenate([y for _, y in answers])
    cost = torch.nn.functional.binary_cross_entropy_with_logits(z, torch.from_numpy(y).to(z))
    return {"accuracy": float(((z.numpy() > 0) == y).mean()), "cross_entropy": float(cost)}


def probes() -> dict[str, np.ndarray]:
    return {review: np.array([VOCABULARY.encode(review)]) for review in PROBES}


def reading(found: Outputs) -> str:
    return "positive" if found["output.z"].item() > 0 else "negative"
