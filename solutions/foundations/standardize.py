r"""Standardisation

Features in years and features in dollars cannot be compared. Take the mean away and divide by the standard
deviation, and each is told in one unit: how many deviations from the average.

$$\mu_j = \frac{1}{N} \sum_i x_{ij} \qquad \sigma_j = \sqrt{\frac{1}{N} \sum_i (x_{ij} - \mu_j)^2} \qquad
z_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}$$
"""

import numpy as np

from autograder import Out, exercise


@exercise(shapes="X: N D", returns=[Out("mean", "D"), Out("std", "D"), Out("Z", "N D")])
def standardize(X):
    """Mean, standard deviation and z-scores of each feature.

    X: float array of shape (N, D): an example in each row, a feature in each column.
    Returns a dict with

    mean: array of shape (D,), the mean of each feature
    std: array of shape (D,), the standard deviation of each feature; it divides by N, not by N − 1
    Z: array of shape (N, D), the z-scores; a feature that never changes has std 0 and is divided by 1 instead
    """
    ### BEGIN SOLUTION
    mean, std = X.mean(axis=0), X.std(axis=0)
    return {"mean": mean, "std": std, "Z": (X - mean) / np.where(std == 0, 1.0, std)}
    ### END SOLUTION


standardize.hints(
    "To see the values of one feature for all examples, do you go along a row or down a column?",
    "Mean and deviation are taken over the examples, which gives one number for each feature; subtracting and "
    "dividing then go column by column of themselves. Where a feature never changes, put another divisor in place "
    "of its 0 before you divide.",
    """
    X = [[1, 7], [3, 7]]
    means [2, 7], deviations [1, 0]
    first feature: (1 − 2) / 1 = −1 and (3 − 2) / 1 = 1
    second feature: (7 − 7) / 1 = 0, both times
    """,
)

standardize.case(
    "the lecture's numbers",
    X=[[1], [2], [3], [4], [5]],
    expect={"mean": [3], "std": [2**0.5], "Z": [["-1.4142"], ["-0.7071"], [0], ["0.7071"], ["1.4142"]]},
)
standardize.case(
    "a feature that is always 7",
    X=[[2, 7, 10], [8, 7, 30], [2, 7, 10], [8, 7, 30]],
    expect={"mean": [5, 7, 20], "std": [3, 0, 10], "Z": [[-1, 0, -1], [1, 0, 1], [-1, 0, -1], [1, 0, 1]]},
)


@standardize.cases(public=1, hidden=5)
def features(rng):
    """Each on a scale of its own; at least four examples, since with two every deviation is the same."""
    N, D = rng.choice(range(4, 10), 2, replace=False)
    return {"X": rng.uniform(-20, 20, D) + rng.uniform(2, 30, D) * rng.normal(size=(N, D))}


@standardize.cases(hidden=2)
def always_the_same(rng):
    X = features(rng)["X"]
    X[:, rng.integers(X.shape[1])] = rng.integers(-50, 50)
    return {"X": X}


@standardize.oracle.pytorch
def by_torch(X):
    import torch

    std, mean = torch.std_mean(X, dim=0, correction=0)
    return {"mean": mean, "std": std, "Z": (X - mean) / std.masked_fill(std == 0, 1)}


@standardize.oracle.relation
def units_do_not_count(f, X):
    """Years or months, from birth or from today: a z-score is the same."""
    return f(12.0 * X - 5.0)["Z"], f(X)["Z"]


def scaled(X, mean, std):
    return {"mean": mean, "std": std, "Z": (X - mean) / np.where(std == 0, 1.0, std)}


@standardize.mistake(
    "mean_absolute_deviation",
    hint="Yours is the mean absolute deviation (the notes slip here, too). Square the deviations instead.",
)
def _(X):
    mean = X.mean(axis=0)
    return scaled(X, mean, np.abs(X - mean).mean(axis=0))


@standardize.mistake(
    "root_of_absolutes", hint="You take the root of the mean absolute deviation. Square the deviations first."
)
def _(X):
    mean = X.mean(axis=0)
    return scaled(X, mean, np.sqrt(np.abs(X - mean).mean(axis=0)))


@standardize.mistake("sample_deviation", hint="You divide by N − 1 (ddof=1). Here it is N (ddof=0).")
def _(X):
    return scaled(X, X.mean(axis=0), X.std(axis=0, ddof=1))


@standardize.mistake("variance", hint="Yours is the variance, σ². The standard deviation is its root.")
def _(X):
    return scaled(X, X.mean(axis=0), X.var(axis=0))


@standardize.mistake("along_rows", hint="You average each row. A feature is a column: go down the rows, axis=0.")
def _(X):
    rows = standardize(X.T)
    return {**rows, "Z": rows["Z"].T}


@standardize.mistake("all_at_once", hint="You take one mean of all numbers. Each feature has its own: axis=0.")
def _(X):
    return scaled(X, X.mean(), X.std())


@standardize.mistake(
    "divides_by_zero", hint="A feature that never changes has σ = 0, and you divide by it. Divide by 1 there."
)
def _(X):
    return {**standardize(X), "Z": (X - X.mean(axis=0)) / X.std(axis=0)}


@standardize.variant
def _(X):
    mean = sum(X) / len(X)
    std = np.sqrt(sum((X - mean) ** 2) / len(X))
    Z = np.zeros_like(X)
    np.divide(X - mean, std, out=Z, where=std > 0)
    return {"mean": mean, "std": std, "Z": Z}


@standardize.variant
def _(X):
    columns = []
    for x in X.T:
        std = np.sqrt(np.mean(x**2) - np.mean(x) ** 2)
        columns.append((x.mean(), std, (x - x.mean()) / (std or 1)))
    mean, std, Z = zip(*columns, strict=True)
    return {"mean": np.array(mean), "std": np.array(std), "Z": np.column_stack(Z)}


@standardize.variant
def _(X):
    Z = X - np.average(X, axis=0)
    std = np.linalg.norm(Z, axis=0) / np.sqrt(len(X))
    Z[:, std > 0] /= std[std > 0]
    return {"mean": np.mean(X, axis=0), "std": std, "Z": Z}
