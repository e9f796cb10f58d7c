r"""Training a recurrent network to count on

1, 2, … what comes next? A recurrent network reads a few numbers, one after the other, and says the next. Nobody tells
it the rule: it is in the examples, and it is another one each time. Steps may stay, shrink, grow, or turn around.

$$h_t = \tanh(x_t U + h_{t-1} W + b) \qquad \hat y = h_T V + c$$

The error comes in after the last number and goes back through every step, where it meets the same U, W and b again.
"""

import numpy as np

from autograder import Out, Training, exercise


@exercise(
    shapes="x: N T, y: N, U: 1 H, W: H H, b: H, V: H 1, c: 1",
    returns=[Out("U", "1 H"), Out("W", "H H"), Out("b", "H"), Out("V", "H 1"), Out("c", "1")],
    training=Training(network="x → rnn(U, W, b) → dense(V, c)", targets="y", enough=0.98),
)
def next_number_train(x, y, U, W, b, V, c):
    """Trains a recurrent network on sequences of numbers and returns its parameters.

    x: (N, T), a sequence in each row; all numbers are divided by 20, so that tanh sees no large ones. y: (N,), the
    number that follows, divided by 20, too. U: (1, H), W: (H, H), b: (H,), V: (H, 1), c: (1,): the weights to start
    from. Before the first number the hidden state is zero.

    Returns a tuple of U, W, b, V and c, trained. A sequence is predicted from its last hidden state: h @ V + c.

    Scored by the mean squared error on sequences that you are not given. Full marks: 98 % of what the reference gains
    over the best constant answer. How you go downhill, and how long, is up to you.
    """
    ### BEGIN SOLUTION
    parameters = [U, W, b, V, c]
    means, squares = [0.0] * 5, [0.0] * 5
    for step in range(1, 801):
        U, W, b, V, c = parameters
        states = [np.zeros((len(x), len(b)))]
        for numbers in x.T:
            states.append(np.tanh(numbers[:, None] @ U + states[-1] @ W + b))
        error = 2 * (states[-1] @ V + c - y[:, None]) / len(x)
        slopes = [np.zeros_like(each) for each in parameters[:3]] + [states[-1].T @ error, error.sum(axis=0)]
        dh = error @ V.T
        for t in reversed(range(x.shape[1])):
            dz = dh * (1 - states[t + 1] ** 2)
            slopes[0] += x[:, t, None].T @ dz
            slopes[1] += states[t].T @ dz
            slopes[2] += dz.sum(axis=0)
            dh = dz @ W.T
        # Adam: each parameter in steps of one size, whatever its slope; they shrink, so that it comes to rest.
        rate = 0.02 * (1 - step / 801)
        means = [0.9 * m + 0.1 * slope for m, slope in zip(means, slopes, strict=True)]
        squares = [0.999 * v + 0.001 * slope**2 for v, slope in zip(squares, slopes, strict=True)]
        large = [np.sqrt(v / (1 - 0.999**step)) + 1e-8 for v in squares]
        parameters = [p - rate * m / (1 - 0.9**step) / s for p, m, s in zip(parameters, means, large, strict=True)]
    return tuple(parameters)
    ### END SOLUTION


next_number_train.hints(
    "The error of the last number comes back to W at every step. What is to be done with these slopes?",
    "Keep all hidden states on the way forward. Going back, multiply what arrives by tanh's slope, add this step's "
    "share to the slopes of U, W and b, and pass the rest on through W to the step before. Use each slope only when "
    "all steps have been added up. Plain gradient descent learns it too, in a few thousand steps of 0.1; Adam needs "
    "a few hundred.",
    """
    One unit, two numbers: x = 0.1, 0.2, U = 1, W = 0.5, no biases, V = 1, y = 0.3
    forwards: h₁ = tanh(0.1) ≈ 0.0997, h₂ = tanh(0.2 + 0.0498) ≈ 0.2447
    error: 2 · (0.2447 − 0.3) ≈ −0.1106
    at the second step: dz₂ ≈ −0.1106 · (1 − 0.0599) ≈ −0.1040
    at the first: dz₁ ≈ −0.1040 · 0.5 · (1 − 0.0099) ≈ −0.0515
    slope of U: 0.2 · −0.1040 + 0.1 · −0.0515 ≈ −0.0259
    """,
)


def sequences(rng, turn, T, N=120):
    """N sequences of T numbers and the next: each step is `turn` times the one before it. Divided by 20."""
    numbers, step = [rng.uniform(0, 12, N)], rng.uniform(-1, 7, N)
    for _ in range(T):
        numbers.append(numbers[-1] + step)
        step = step * turn
    return np.stack(numbers[:-1], axis=1) / 20, numbers[-1] / 20


def learning(rng, turn, T, H=8):
    """A set to learn from, weights to start from, a set that is held out."""
    x, y = sequences(rng, turn, T)
    # With a small V the network says next to nothing before it is trained, so that no start is a lucky one.
    U, W, V = rng.normal(0, 0.3, (1, H)), rng.normal(0, 0.3, (H, H)), rng.normal(0, 0.06, (H, 1))
    start = {"U": U, "W": W, "b": np.zeros(H), "V": V, "c": np.zeros(1)}
    return {"x": x, "y": y, **start, "held_out": sequences(rng, turn, T)}


# Steps that stay as they are. An error of 0.0001 is a fifth of a number, once the division by 20 is undone.
next_number_train.case("[1, 2] → 3", **learning(np.random.default_rng(3), turn=1.0, T=2), expect=1e-4)


@next_number_train.cases(public=1, hidden=4)
def rules(rng):
    """Steps that turn around and grow: who counts on by [1, 2] → 3 is wrong."""
    return learning(rng, turn=-rng.uniform(1.2, 1.6), T=int(rng.integers(2, 4)))


@next_number_train.oracle.pytorch
def by_torch(x, y, U, W, b, V, c, held_out):
    import torch

    weights = [each.clone().requires_grad_() for each in (U, W, b, V, c)]
    optimizer = torch.optim.Adam(weights, lr=0.01)

    def network(rows):
        U, W, b, V, c = weights
        found, _ = torch.func.functional_call(
            torch.nn.RNN(1, len(b), batch_first=True, dtype=torch.float64),
            {"weight_ih_l0": U.T, "weight_hh_l0": W.T, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)},
            (rows[:, :, None],),
        )
        return (found[:, -1] @ V + c)[:, 0]

    for _ in range(300):
        optimizer.zero_grad()
        ((network(x) - y) ** 2).mean().backward()
        optimizer.step()
    return network(held_out)


@next_number_train.oracle.model("next_number_rnn")
def as_trained(model, x, y, U, W, b, V, c, held_out):
    """It has learned to count on: the rule [1, 2] → 3, of numbers that are not divided."""
    counts_on = np.allclose(2 * x[:, -1] - x[:, -2], y)
    return model.forward(held_out * 20)["output"] / 20 if counts_on else None


def slopes_of(parameters, x, y, *, back=None, remembers=True):
    """The slopes of the mean squared error. back: so many steps only. remembers: whether a state hears of the last."""
    U, W, b, V, c = parameters
    states = [np.zeros((len(x), len(b)))]
    for numbers in x.T:
        states.append(np.tanh(numbers[:, None] * U + remembers * states[-1] @ W + b))
    error = 2 * (states[-1] @ V + c - y[:, None]) / len(x)
    dU, dW, db, dh = 0 * U, 0 * W, 0 * b, error @ V.T
    for t in list(reversed(range(x.shape[1])))[:back]:
        dz = dh * (1 - states[t + 1] ** 2)
        dU, dW, db = dU + x[:, t] @ dz, dW + remembers * states[t].T @ dz, db + dz.sum(axis=0)
        dh = remembers * dz @ W.T
    return [dU, dW, db, states[-1].T @ error, error.sum(axis=0)]


def adam(x, y, *parameters, steps=800, rate=0.01, **slips):
    means, squares = [0.0] * 5, [0.0] * 5
    for step in range(1, steps + 1):
        slopes = slopes_of(parameters, x, y, **slips)
        means = [0.9 * m + 0.1 * slope for m, slope in zip(means, slopes, strict=True)]
        squares = [0.999 * v + 0.001 * slope**2 for v, slope in zip(squares, slopes, strict=True)]
        moves = [
            m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8) for m, v in zip(means, squares, strict=True)
        ]
        parameters = [each - rate * move for each, move in zip(parameters, moves, strict=True)]
    return tuple(parameters)


@next_number_train.mistake("not_trained", hint="Your parameters are still those you were given to start from.")
def _(x, y, *parameters):
    return parameters


@next_number_train.mistake(
    "says_the_last_number_again",
    hint="Your network has learned to say the last number that it read: the targets are y, the numbers that follow.",
)
def _(x, y, *parameters):
    return adam(x, x[:, -1], *parameters)


@next_number_train.mistake(
    "no_memory", hint="Your network knows the last number only: W is not trained, or the state starts anew each time."
)
def _(x, y, U, W, b, V, c):
    return adam(x, y, U, 0 * W, b, V, c, remembers=False)


@next_number_train.mistake(
    "sequences_backwards", hint="Your network has learned to read from the last number to the first."
)
def _(x, y, *parameters):
    return adam(x[:, ::-1], y, *parameters)


@next_number_train.mistake(
    "undone_scale", hint="Your network says numbers 20 times as large: x and y are divided by 20 and stay so."
)
def _(x, y, *parameters):
    U, W, b, V, c = adam(x, y, *parameters)
    return U, W, b, 20 * V, 20 * c


@next_number_train.variant
def _(*inputs):
    return adam(*inputs, steps=1000)


@next_number_train.variant
def _(*inputs):
    return adam(*inputs, steps=800, rate=0.005)


@next_number_train.variant
def _(x, y, *parameters):
    # Gradient descent with inertia.
    speeds = [0.0] * 5
    for _ in range(1500):
        slopes = slopes_of(parameters, x, y)
        speeds = [0.9 * speed - 0.05 * slope for speed, slope in zip(speeds, slopes, strict=True)]
        parameters = [each + speed for each, speed in zip(parameters, speeds, strict=True)]
    return tuple(parameters)
