r"""Xavier initialisation

A layer should neither amplify nor quench what passes through it, forwards or backwards. Glorot and Bengio
(2010) therefore draw the weights with mean 0 and a spread that both sides share:

$$\sigma = \sqrt{\frac{2}{n_\text{in} + n_\text{out}}} \qquad\text{or uniformly in}\qquad
\pm\sqrt{\frac{6}{n_\text{in} + n_\text{out}}}$$
"""

import numpy as np

from autograder import Normal, Uniform, exercise


@exercise()
def xavier_init(fan_in, fan_out, distribution, rng):
    """Weights of a dense layer by Xavier's rule.

    fan_in, fan_out: numbers of inputs and outputs. distribution: "normal" or "uniform".
    rng: a numpy.random.Generator; draw every number from it. Returns a float array of shape (fan_in, fan_out).
    """
    ### BEGIN SOLUTION
    if distribution == "normal":
        return rng.normal(0.0, np.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))
    ### END SOLUTION


xavier_init.hints(
    "A layer gets four times as many inputs and outputs. How should the spread of its weights change?",
    "Xavier's rule sets the variance: 2, divided by the number of inputs and outputs together. A normal law takes "
    "the standard deviation, which is its root. A uniform law between −L and L has a variance of L²/3: solve for "
    "L.",
    """
    3 inputs, 5 outputs: the variance is 2/8 = 0.25.
    normal: the standard deviation is 0.5
    uniform: L² = 3 · 0.25 = 0.75, so L ≈ 0.866
    """,
)


def law(fan_in, fan_out, distribution, scale=1.0, seeded=True):
    if distribution == "normal":
        return Normal(scale=scale * np.sqrt(2 / (fan_in + fan_out)), shape=(fan_in, fan_out), seeded=seeded)
    limit = scale * np.sqrt(6 / (fan_in + fan_out))
    return Uniform(low=-limit, high=limit, shape=(fan_in, fan_out), seeded=seeded)


# The shapes are far from square, so that fan_in alone, or fan_out alone, gives quite another spread.
xavier_init.law(law)
xavier_init.case("a normal layer", fan_in=180, fan_out=60, distribution="normal")
xavier_init.case("a uniform layer", fan_in=60, fan_out=180, distribution="uniform")


@xavier_init.cases(hidden=2)
def layers(rng):
    narrow, wide = int(rng.integers(50, 70)), int(rng.integers(170, 200))
    fan_in, fan_out = (narrow, wide) if rng.integers(2) else (wide, narrow)
    return {"fan_in": fan_in, "fan_out": fan_out, "distribution": "normal"}


@xavier_init.cases(hidden=2)
def uniform_layers(rng):
    return {**layers(rng), "distribution": "uniform"}


@xavier_init.oracle.law
def by_scipy(fan_in, fan_out, distribution):
    from scipy import stats

    if distribution == "normal":
        return stats.norm(scale=np.sqrt(2 / (fan_in + fan_out)))
    limit = np.sqrt(6 / (fan_in + fan_out))
    return stats.uniform(-limit, 2 * limit)


@xavier_init.oracle.pytorch
def by_torch(fan_in, fan_out, distribution):
    import torch

    fill = torch.nn.init.xavier_normal_ if distribution == "normal" else torch.nn.init.xavier_uniform_
    # PyTorch keeps a layer's weights as (out, in).
    return fill(torch.empty(fan_out, fan_in, dtype=torch.float64), generator=torch.Generator().manual_seed(7)).T


@xavier_init.mistake("fan_in_only", hint="Your spread depends on fan_in alone. Xavier's shares it: fan_in + fan_out.")
def _(fan_in, fan_out, distribution):
    return law(fan_in, fan_out, distribution, scale=np.sqrt((fan_in + fan_out) / (2 * fan_in)))


@xavier_init.mistake(
    "he", hint="That is He's rule, √(2 / fan_in), for ReLU. Xavier's has fan_in + fan_out below the line."
)
def _(fan_in, fan_out, distribution):
    return law(fan_in, fan_out, distribution, scale=np.sqrt((fan_in + fan_out) / fan_in))


@xavier_init.mistake("variance_for_sigma", hint="You used σ² where σ belongs: take the square root.")
def _(fan_in, fan_out, distribution):
    return law(fan_in, fan_out, distribution, scale=law(fan_in, fan_out, "normal").scale)


@xavier_init.mistake(
    "one_sided", hint="All your weights are positive. The law is symmetric: from −limit to +limit, mean 0."
)
def _(fan_in, fan_out, distribution):
    limit = np.sqrt(6 / (fan_in + fan_out))
    if distribution == "uniform":
        return Uniform(low=0.0, high=limit, shape=(fan_in, fan_out))
    return law(fan_in, fan_out, "normal")


@xavier_init.mistake("ignores_rng", hint="Your numbers do not come from `rng`: call rng.normal, not np.random.normal.")
def _(fan_in, fan_out, distribution):
    return law(fan_in, fan_out, distribution, seeded=False)


@xavier_init.mistake(
    "transposed", hint="Your weights have shape (fan_out, fan_in). Here inputs are rows: (fan_in, fan_out)."
)
def _(fan_in, fan_out, distribution):
    return law(fan_out, fan_in, distribution)


@xavier_init.mistake("always_normal", hint="You draw from a normal law whatever `distribution` says.")
def _(fan_in, fan_out, distribution):
    return law(fan_in, fan_out, "normal")


@xavier_init.variant
def _(fan_in, fan_out, distribution, rng):
    sigma = np.sqrt(2 / (fan_in + fan_out))
    if distribution == "uniform":
        return (rng.random((fan_in, fan_out)) * 2 - 1) * sigma * np.sqrt(3)
    return rng.standard_normal((fan_in, fan_out)) * sigma


@xavier_init.variant
def _(fan_in, fan_out, distribution, rng):
    return xavier_init(fan_out, fan_in, distribution, rng).T


@xavier_init.variant
def _(fan_in, fan_out, distribution, rng):
    return xavier_init(fan_in, fan_out, distribution, rng).astype(np.float32)


@xavier_init.variant
def _(fan_in, fan_out, distribution, rng):
    draw = rng.normal if distribution == "normal" else lambda _, spread: rng.uniform(-spread, spread)
    spread = np.sqrt((2 if distribution == "normal" else 6) / (fan_in + fan_out))
    return np.array([[draw(0.0, spread) for _ in range(fan_out)] for _ in range(fan_in)])
