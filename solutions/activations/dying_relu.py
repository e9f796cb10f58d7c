r"""Dying ReLU

A unit whose ReLU is 0 for every example passes no gradient back, so its weights stay as they are, and it stays
dead. How much of a layer is lost?

$$\text{share} = \frac{1}{H}\,\bigl|\{\, j : \mathrm{ReLU}(z_{ij}) = 0 \text{ for all } i \,\}\bigr|$$
"""

import numpy as np

from autograder import exercise


@exercise(shapes="z: N H")
def dying_relu(z):
    """Share of a layer's units that are dead: those whose ReLU is 0 on every example.

    z: float array of shape (N, H), what goes into the ReLU: one example in each row, one unit in each column.
    Returns a float from 0 (none is dead) to 1 (all are).
    """
    ### BEGIN SOLUTION
    return np.mean(np.all(z <= 0, axis=0))
    ### END SOLUTION


dying_relu.hints(
    "Is a unit dead that is silent for one example, or one that is silent for all?",
    "Two steps. First a question to each unit, over all examples, with yes or no as its answer: this goes along "
    "the axis of the examples. Then the share of the units that said yes.",
    """
    z = [[−1, 2], [−3, −4]]: two examples, two units
    first unit: −1 and −3, never above 0: dead
    second unit: 2 is above 0: alive
    share: one of two, 0.5
    """,
)

# The first unit is dead, the third too, though it touches 0; the fourth fires once, the fifth always.
dying_relu.case(
    "two of five",
    z=[[-1.0, 2.0, -3.0, -9.0, 6.0], [-2.0, -1.0, 0.0, -9.0, 7.0], [-4.0, -5.0, -2.0, 0.5, 8.0]],
    expect=0.4,
)
dying_relu.case("all alive", z=[[1.0, -2.0, 3.0], [-1.0, 2.0, 3.0]], expect=0)
dying_relu.case("all dead", z=[[-1.0, -2.0], [-1.0, 0.0], [-3.0, -1.0]], expect=1)


@dying_relu.cases(public=1, hidden=8)
def some_dead(rng):
    """One example on which all are silent, at 0. The living fire once: one strongly, the others weakly."""
    N, H = rng.choice([4, 6]), rng.choice([5, 7])
    z = -rng.uniform(1, 3, size=(N, H))
    z[0] = 0.0
    alive = rng.permutation(H)[: rng.integers(2, H)]
    z[rng.integers(1, N, size=alive.size), alive] = np.where(alive == alive[0], 20.0, 0.5)
    return {"z": rng.permutation(z)}


@dying_relu.oracle.brute_force
def count(z):
    dead = 0
    for unit in z.T:
        fired = False
        for value in unit:
            fired = fired or max(value, 0) > 0
        dead += not fired
    return dead / len(z.T)


@dying_relu.mistake(
    "axis",
    hint="That is the share of examples on which every unit is silent. Units are columns: look down each of them.",
)
def _(z):
    return np.mean((z <= 0).all(axis=1))


@dying_relu.mistake(
    "share_of_zeros", hint="That is the share of all zeros. A unit is dead only when all of its values are 0."
)
def _(z):
    return np.mean(z <= 0)


@dying_relu.mistake(
    "any_zero", hint="You count units that are silent once. Dead are those that are silent on every example."
)
def _(z):
    return np.mean((z <= 0).any(axis=0))


@dying_relu.mistake("below_zero", hint="You ask for z < 0. Where z is exactly 0, the ReLU is 0 as well.")
def _(z):
    return np.mean((z < 0).all(axis=0))


@dying_relu.mistake("count", hint="That is the number of dead units. Their share is asked for: divide by H.")
def _(z):
    return np.sum((z <= 0).all(axis=0))


@dying_relu.mistake("divides_by_examples", hint="You divide by N. The share is one of units: divide by H.")
def _(z):
    return np.sum((z <= 0).all(axis=0)) / len(z)


@dying_relu.mistake("alive", hint="That is the share of units that are alive. The rest is asked for.")
def _(z):
    return 1 - dying_relu(z)


@dying_relu.mistake(
    "on_average", hint="You look at each unit's mean. One example on which it fires keeps a unit alive."
)
def _(z):
    return np.mean(z.mean(axis=0) <= 0)


@dying_relu.variant
def _(z):
    return np.mean(z.max(axis=0) <= 0)


@dying_relu.variant
def _(z):
    fires = np.maximum(z, 0).sum(axis=0) > 0
    return 1 - np.count_nonzero(fires) / z.shape[1]


@dying_relu.variant
def _(z):
    return sum(not any(value > 0 for value in unit) for unit in z.T) / z.shape[1]
