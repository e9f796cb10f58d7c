r"""How losses bear an outlier

Somebody types a zero too many, and one target of a hundred is wrong. How far does each loss move? The squared error
grows with the square of the slip, the absolute error in step with it, and Huber's like the first for small errors and
like the second for large ones:

$$h_\delta(e) = \begin{cases} \frac{1}{2} e^2 & |e| \le \delta \\
\delta\,|e| - \frac{1}{2} \delta^2 & |e| > \delta \end{cases}$$
"""

import numpy as np

from autograder import Out, exercise


@exercise(shapes="y_pred: N, y_true: N, outlier:, delta:", returns=[Out("mse"), Out("mae"), Out("huber")])
def outlier_sensitivity(y_pred, y_true, outlier, delta):
    """How much three losses grow when the last target is replaced by an outlier.

    y_pred, y_true: float arrays of shape (N,), the predictions and the targets. outlier: the number that stands in
    the last target's place. delta: where Huber's loss turns from a square into a line, a positive number.
    All three losses are means over the N examples. y_true itself must stay as it is.

    Returns (mse, mae, huber), three floats: the loss with the outlier minus the loss without it.
    """
    ### BEGIN SOLUTION
    spoilt = y_true.copy()
    spoilt[-1] = outlier

    def losses(targets):
        error = np.abs(y_pred - targets)
        huber = np.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)
        return np.mean(error**2), np.mean(error), np.mean(huber)

    return tuple(after - before for after, before in zip(losses(spoilt), losses(y_true), strict=True))
    ### END SOLUTION


outlier_sensitivity.hints(
    "How often is each loss computed, and what is different the second time?",
    "Write one function that gives the three losses for some targets, and call it twice: with the targets, and "
    "with a copy of them whose last element is another. Huber's loss chooses between square and line for each "
    "error by itself.",
    """
    Two examples: predictions [0, 0], targets [0, 1], outlier 4, delta 2
    mse: 1/2 before, 16/2 after, so 7.5
    mae: 1/2 before, 4/2 after, so 1.5
    huber: 0.5/2 before, (2 · 4 − 2)/2 after, so 3 − 0.25 = 2.75
    """,
)

outlier_sensitivity.case(
    "a zero too many",
    y_pred=[1.5, 2.0, 2.0, 4.0],
    y_true=[1.0, 2.0, 3.0, 4.0],
    outlier=40.0,
    delta=1.0,
    expect={"mse": 324, "mae": 9, "huber": 8.875},
)
outlier_sensitivity.case(
    "a slip, another bend",
    y_pred=[1.0, 5.0],
    y_true=[3.0, 2.0],
    outlier=7.0,
    delta=2.5,
    expect={"mse": -2.5, "mae": -0.5, "huber": -1.1875},
)


def far_out(rng, shape):
    """Far enough for the growth not to be the small difference of two large losses."""
    return rng.choice([-1, 1]) * rng.uniform(10, 40)


outlier_sensitivity.cases(public=2, hidden=8, outlier=far_out, delta="positive")


@outlier_sensitivity.oracle.pytorch
def by_torch(y_pred, y_true, outlier, delta):
    import torch
    from torch.nn.functional import huber_loss, l1_loss, mse_loss

    spoilt = torch.cat([y_true[:-1], outlier[None]])
    losses = [mse_loss, l1_loss, lambda a, b: huber_loss(a, b, delta=float(delta))]
    return tuple(loss(y_pred, spoilt) - loss(y_pred, y_true) for loss in losses)


@outlier_sensitivity.oracle.brute_force
def last_example_only(y_pred, y_true, outlier, delta):
    def huber(error):
        # The area below the slope, which grows with the error as far as delta and stays there.
        return min(error, delta) ** 2 / 2 + delta * max(error - delta, 0)

    old, new, N = abs(y_pred[-1] - y_true[-1]), abs(y_pred[-1] - outlier), len(y_true)
    return (new**2 - old**2) / N, (new - old) / N, (huber(new) - huber(old)) / N


def altered(y_pred, y_true, outlier, delta, *, huber=None, mean=np.mean, place=-1):
    """The growth with another Huber loss, another mean, or another target replaced."""
    spoilt = y_true.copy()
    spoilt[place] = outlier
    found = []
    for targets in (spoilt, y_true):
        error = np.abs(y_pred - targets)
        if huber is None:
            bent = np.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)
        else:
            bent = huber(error, delta)
        found.append(np.array([mean(error**2), mean(error), mean(bent)]))
    return tuple(found[0] - found[1])


@outlier_sensitivity.mistake("sum_for_mean", hint="You add the errors up. The losses are means: divide by N.")
def _(*inputs):
    return altered(*inputs, mean=np.sum)


@outlier_sensitivity.mistake("before_minus_after", hint="All signs are the wrong way round: after minus before.")
def _(*inputs):
    return tuple(-change for change in outlier_sensitivity(*inputs))


@outlier_sensitivity.mistake(
    "not_subtracted", hint="Those are the losses with the outlier. How much they have grown is asked for."
)
def _(y_pred, y_true, outlier, delta):
    # What the losses grow by, from predictions that were all right, is the losses themselves, example by example.
    spoilt = [*y_true[:-1], outlier]
    each = [outlier_sensitivity(y_pred[[i]], y_pred[[i]], spoilt[i], delta) for i in range(len(spoilt))]
    return tuple(np.mean(each, axis=0))


@outlier_sensitivity.mistake("first_replaced", hint="You replace the first target. The outlier is the last one.")
def _(*inputs):
    return altered(*inputs, place=0)


@outlier_sensitivity.mistake("delta_is_one", hint="Your Huber loss bends at 1. Let it bend at delta.")
def _(*inputs):
    return altered(*inputs, huber=lambda error, delta: np.where(error <= 1, error**2 / 2, error - 0.5))


@outlier_sensitivity.mistake("branches_swapped", hint="Huber's branches are exchanged: small errors are squared.")
def _(*inputs):
    return altered(*inputs, huber=lambda e, delta: np.where(e > delta, e**2 / 2, delta * e - delta**2 / 2))


@outlier_sensitivity.mistake("jump_at_delta", hint="Your Huber loss jumps at delta: take delta²/2 off the line.")
def _(*inputs):
    return altered(*inputs, huber=lambda error, delta: np.where(error <= delta, error**2 / 2, delta * error))


@outlier_sensitivity.mistake("no_half", hint="The square in Huber's loss has a factor of one half.")
def _(*inputs):
    return altered(*inputs, huber=lambda e, delta: np.where(e <= delta, e**2, delta * e - delta**2 / 2))


@outlier_sensitivity.mistake("smooth_l1", hint="That is the smooth L1 loss: Huber's loss divided by delta.")
def _(y_pred, y_true, outlier, delta):
    mse, mae, huber = outlier_sensitivity(y_pred, y_true, outlier, delta)
    return mse, mae, huber / delta


@outlier_sensitivity.variant
def _(y_pred, y_true, outlier, delta):
    old, new = abs(y_pred[-1] - y_true[-1]), abs(y_pred[-1] - outlier)
    bent = [min(e, delta) * (e - min(e, delta) / 2) for e in (old, new)]
    return tuple(change / y_true.size for change in (new**2 - old**2, new - old, bent[1] - bent[0]))


@outlier_sensitivity.variant
def _(y_pred, y_true, outlier, delta):
    totals = [0.0, 0.0, 0.0]
    for sign, targets in ((1, [*y_true[:-1], outlier]), (-1, y_true)):
        for p, t in zip(y_pred, targets, strict=True):
            e = abs(p - t)
            parts = e * e, e, e * e / 2 if e < delta else delta * (e - delta / 2)
            totals = [total + sign * part / len(y_pred) for total, part in zip(totals, parts, strict=True)]
    return tuple(totals)


@outlier_sensitivity.variant
def _(y_pred, y_true, outlier, delta):
    return outlier_sensitivity(y_pred.astype(np.float32), y_true.astype(np.float32), np.float32(outlier), delta)
