"""What a trained network says of the held-out rows, beside what is right."""

import numpy as np

from autograder.judge import training
from autograder.judge.elementwise import MOST, short
from autograder.judge.ladder import Findings, outputs_of
from autograder.outcome import Answer, Curves, HeldOut
from autograder.pack import Pack


def of(pack: Pack, held: HeldOut, answer: Answer, findings: Findings) -> tuple[Curves, ...]:
    """One picture, where the parameters could be tried; the rows are in the order of what is right."""
    got = outputs_of(pack, answer.value)
    if pack.training is None or not got or any(found and found.rung != "held-out" for found in findings.values()):
        return ()
    predicted = training.predictions(pack.training, got, held).ravel()
    wanted = held.y.ravel()
    order = np.argsort(wanted, kind="stable")
    some = order[np.linspace(0, len(order) - 1, min(len(order), MOST)).astype(int)]
    worst = int(np.nanargmax(np.abs(predicted - wanted)[some])) if np.isfinite(predicted[some]).any() else 0
    row = some[worst]
    return (
        Curves(
            output="what the network says",
            axis="row",
            where="the held-out rows in the order of what is right",
            x=tuple(float(place + 1) for place in range(len(some))),
            expected=tuple(map(short, wanted[some])),
            got=tuple(map(short, predicted[some])),
            mark=(float(worst + 1), short(wanted[row]), short(predicted[row])),
        ),
    )
