r"""Training the productivity network

One step goes a little downhill. Training repeats it until the error is as small as can be. On raw features that never
comes: travel times of 30 minutes drive both sigmoid units to 1, where their slope is nothing, and the network says the
mean whatever the day. So every feature is put on one scale first:

$$x' = \frac{x - \text{mean}}{\text{deviation}} \qquad g = \sigma(x' W_1 + b_1) \qquad \hat y = g W_2 + b_2$$

Mean and deviation belong to the network: who wants to know what a new day brings needs them as much as the weights.
"""

import numpy as np

from autograder import Out, Training, exercise


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    shapes="X: N 3, y: N, W1: 3 2, b1: 2, W2: 2 1, b2: 1",
    returns=[
        Out("mean", "3"),
        Out("deviation", "3"),
        Out("W1", "3 2"),
        Out("b1", "2"),
        Out("W2", "2 1"),
        Out("b2", "1"),
    ],
    training=Training(
        network="X → standardize(mean, deviation) → dense(W1, b1) → sigmoid → dense(W2, b2)", targets="y", enough=0.95
    ),
)
def productivity_train(X, y, W1, b1, W2, b2):
    """Trains the productivity network and returns all that is needed to predict with it.

    X: (N, 3), a day in each row: hours of sleep, cups of coffee, minutes of travel. y: (N,), its productivity.
    W1: (3, 2), b1: (2,), W2: (2, 1), b2: (1,): the weights to start from.

    Returns a dict with the keys mean: (3,), deviation: (3,), W1, b1, W2 and b2. A day x is predicted as
    sigmoid((x − mean) / deviation @ W1 + b1) @ W2 + b2.

    Scored by the mean squared error on days that you are not given. Full marks: 95 % of what the reference gains over
    the best constant answer. How you go downhill, and how long, is up to you.
    """
    ### BEGIN SOLUTION
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    x = (X - mean) / deviation
    # On their own scale the targets need steps of the size that everything else needs.
    centre, spread = y.mean(), y.std()
    target = ((y - centre) / spread)[:, None]
    for _ in range(1000):
        g = sigmoid(x @ W1 + b1)
        dy = 2 * (g @ W2 + b2 - target) / len(X)
        dz = dy @ W2.T * g * (1 - g)
        W1, b1 = W1 - 0.5 * x.T @ dz, b1 - 0.5 * dz.sum(axis=0)
        W2, b2 = W2 - 0.5 * g.T @ dy, b2 - 0.5 * dy.sum(axis=0)
    return {"mean": mean, "deviation": deviation, "W1": W1, "b1": b1, "W2": W2 * spread, "b2": b2 * spread + centre}
    ### END SOLUTION


productivity_train.hints(
    "A travel time of 30 goes into a sigmoid. How much does its output change when the weight changes a little?",
    "Measure each feature in deviations from its mean, over all training days; do the same with the targets and undo "
    "it in the last layer. Then repeat: forward with all days at once, the error back through both layers, one step "
    "with every parameter. Watch the error: it must fall at every step, and a thousand steps take no time.",
    """
    Two targets, 60 and 100: their mean is 80, their deviation 20, so the network learns −1 and 1.
    A last layer that says 0.5 then means 0.5 · 20 + 80 = 90.
    With W2 = 2 and b2 = −1 it is put into the weights once and for all: 2 · 20 = 40 and −1 · 20 + 80 = 60.
    """,
)

DAYS = np.array([[7.0, 2.0, 25.0], [6.0, 1.0, 32.0], [8.0, 2.0, 17.0], [8.0, 3.0, 19.0]])
PRODUCTIVITY = np.array([85.0, 65.0, 92.0, 95.0])
START = {
    "W1": np.array([[0.2, 0.16], [0.3, 0.5], [0.1, 0.6]]),
    "b1": np.zeros(2),
    "W2": np.array([[0.7], [0.3]]),
    "b2": np.zeros(1),
}

# The lecture: "until the error is as small as can be", below 10⁻¹⁰ once the features are standardised.
productivity_train.case(
    "the lecture's four days", X=DAYS, y=PRODUCTIVITY, **START, held_out=(DAYS, PRODUCTIVITY), expect=1e-10
)


@productivity_train.cases(public=1, hidden=4)
def people(rng):
    """Forty days of somebody for whom sleep, coffee and travel count in their own way, and forty that are to come."""
    X = np.column_stack([rng.uniform(4, 9, 80), rng.integers(0, 5, 80), rng.uniform(10, 45, 80)])
    helps, how_much = rng.choice([-1.0, 1.0], (3, 1)), rng.uniform(0.4, 1.2, (3, 2))
    units = sigmoid((X - X.mean(axis=0)) / X.std(axis=0) @ (helps * how_much) + rng.uniform(-1, 1, 2))
    y = rng.uniform(5, 20) + units @ rng.uniform(20, 40, 2)
    start = {"W1": rng.normal(0, 0.5, (3, 2)), "b1": np.zeros(2), "W2": rng.normal(0, 0.5, (2, 1)), "b2": np.zeros(1)}
    return {"X": X[:40], "y": y[:40], **start, "held_out": (X[40:], y[40:])}


@productivity_train.oracle.pytorch
def by_torch(X, y, W1, b1, W2, b2, days):
    import torch

    mean, deviation = X.mean(0), X.std(0, correction=0)
    weights = [each.clone().requires_grad_() for each in (W1, b1, W2, b2)]
    optimizer = torch.optim.LBFGS(weights, max_iter=200, line_search_fn="strong_wolfe")

    def network(rows):
        W1, b1, W2, b2 = weights
        return (torch.sigmoid((rows - mean) / deviation @ W1 + b1) @ W2 + b2)[:, 0] * y.std() + y.mean()

    def closure():
        optimizer.zero_grad()
        loss = ((network(X) - y) ** 2).mean() / y.var()
        loss.backward()
        return loss

    optimizer.step(closure)
    return network(days)


@productivity_train.oracle.model("productivity_mlp")
def as_trained(model, X, y, W1, b1, W2, b2, days):
    """It has learned the lecture's four days, and nothing of anybody else's."""
    return model.forward(days)["output"] if np.array_equal(X, DAYS) else None


def gradient_descent(X, y, W1, b1, W2, b2, *, steps=1000, rate=0.5, inertia=0.0, scale=True, undo=True, last=False):
    """Training with other steps, on raw features, without undoing the targets' scale, or of the last layer only."""
    mean, deviation = (X.mean(axis=0), X.std(axis=0)) if scale else (np.zeros(3), np.ones(3))
    x, target = (X - mean) / deviation, ((y - y.mean()) / y.std())[:, None]
    parameters = [W1, b1, W2, b2]
    speeds = [np.zeros_like(each) for each in parameters]
    for _ in range(steps):
        W1, b1, W2, b2 = parameters
        g = 0.5 + 0.5 * np.tanh((x @ W1 + b1) / 2)
        dy = 2 * (g @ W2 + b2 - target) / len(X)
        dz = dy @ W2.T * g * (1 - g) * (not last)
        slopes = x.T @ dz, dz.sum(axis=0), g.T @ dy, dy.sum(axis=0)
        speeds = [inertia * speed - rate * slope for speed, slope in zip(speeds, slopes, strict=True)]
        parameters = [each + speed for each, speed in zip(parameters, speeds, strict=True)]
    W1, b1, W2, b2 = parameters
    spread, centre = (y.std(), y.mean()) if undo else (1.0, 0.0)
    return {"mean": mean, "deviation": deviation, "W1": W1, "b1": b1, "W2": W2 * spread, "b2": b2 * spread + centre}


@productivity_train.mistake(
    "raw_features",
    hint="Your network says the mean whatever the day. On raw features the sigmoids are at their end, where nothing "
    "moves: standardise X.",
    expect=[84.25, 84.25, 84.25, 84.25],  # whose error is the variance, 136.69
)
def _(X, y, W1, b1, W2, b2):
    return gradient_descent(X, y, np.abs(W1) + 1.0, b1, W2, b2, rate=0.1, scale=False)


@productivity_train.mistake("not_trained", hint="Your parameters are still those you were given to start from.")
def _(X, y, W1, b1, W2, b2):
    return gradient_descent(X, y, W1, b1, W2, b2, steps=0, undo=False)


@productivity_train.mistake(
    "scale_of_the_targets_not_undone",
    hint="Your network says the targets in deviations from their mean. Put both into the last layer before you return.",
)
def _(*inputs):
    return gradient_descent(*inputs, undo=False)


@productivity_train.mistake(
    "mean_of_the_targets_lost",
    hint="Your network is too low by the targets' mean: it belongs into the last bias again.",
)
def _(X, y, *start):
    found = gradient_descent(X, y, *start)
    return {**found, "b2": found["b2"] - y.mean()}


@productivity_train.mistake(
    "mean_not_returned", hint="You trained on standardised days, but with what you return, new days stay raw."
)
def _(*inputs):
    return {**gradient_descent(*inputs), "mean": np.zeros(3), "deviation": np.ones(3)}


@productivity_train.variant
def _(*inputs):
    return gradient_descent(*inputs, steps=3000)


@productivity_train.variant
def _(*inputs):
    return gradient_descent(*inputs, steps=800, rate=0.1, inertia=0.9)


@productivity_train.variant
def _(X, y, W1, b1, W2, b2):
    # Adam, a day at a time in an order of its own.
    x, target = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    parameters, order = [W1, b1, W2, b2], np.random.default_rng(5)
    first, second, step = [0.0] * 4, [0.0] * 4, 0
    for _ in range(max(60, 3000 // len(X))):
        for n in order.permutation(len(X)):
            W1, b1, W2, b2 = parameters
            g = sigmoid(x[n] @ W1 + b1)
            dy = 2 * (g @ W2 + b2 - target[n])
            dz = W2 @ dy * g * (1 - g)
            slopes, step = (np.outer(x[n], dz), dz, np.outer(g, dy), dy), step + 1
            first = [0.9 * m + 0.1 * slope for m, slope in zip(first, slopes, strict=True)]
            second = [0.999 * v + 0.001 * slope**2 for v, slope in zip(second, slopes, strict=True)]
            pairs = zip(parameters, first, second, strict=True)
            rate = 0.03 / (1 + step / 1000)
            parameters = [
                each - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8) for each, m, v in pairs
            ]
    W1, b1, W2, b2 = parameters
    return {
        "mean": X.mean(0),
        "deviation": X.std(0),
        "W1": W1,
        "b1": b1,
        "W2": W2 * y.std(),
        "b2": b2 * y.std() + y.mean(),
    }


@productivity_train.variant
def _(X, *others):
    # Scaled by the range in place of the deviation.
    low, high = X.min(axis=0), X.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    found = gradient_descent((X - middle) / half, *others, steps=3000)
    return {**found, "mean": middle + half * found["mean"], "deviation": half * found["deviation"]}
