r"""One step of backpropagation

Sleep, coffee and travel time predict a day's productivity: two sigmoid units, one linear output, and the
cost $(\hat y - y)^2$. The chain rule carries the error back through every factor it passed on its way out:

$$\frac{\partial\,\text{cost}}{\partial w_7} = 2(\hat y - y)\,g_1 \qquad
\frac{\partial\,\text{cost}}{\partial w_1} = 2(\hat y - y)\,w_7\,g_1(1 - g_1)\,x_1$$

A step takes every parameter a little downhill, all of them with the slopes of one and the same point:

$$w \leftarrow w - \eta\,\frac{\partial\,\text{cost}}{\partial w}$$
"""

import numpy as np

from autograder import Out, exercise
from autograder.oracles import complex_step


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(shapes="x: 3", returns=[Out(name) for name in "w1 w2 w3 w4 w5 w6 w7 w8 b1 b2 b3".split()])
def productivity_step(parameters, x, y, learning_rate):
    """All parameters of the productivity network after one step of gradient descent on one row.

    parameters: dict of eleven floats, w1 … w8 and b1, b2, b3. x: float array of shape (3,), the features
    x₁, x₂, x₃. y: float, the target. learning_rate: float, η.

    The network:  z₁ = w₁x₁ + w₃x₂ + w₅x₃ + b₁,  g₁ = sigmoid(z₁)
                  z₂ = w₂x₁ + w₄x₂ + w₆x₃ + b₂,  g₂ = sigmoid(z₂)
                  ŷ = w₇g₁ + w₈g₂ + b₃,          cost = (ŷ − y)²

    Returns a new dict with the same eleven keys. Every gradient is taken at the old parameters;
    `parameters` itself stays as it is.
    """
    ### BEGIN SOLUTION
    p = parameters
    g1 = sigmoid(p["w1"] * x[0] + p["w3"] * x[1] + p["w5"] * x[2] + p["b1"])
    g2 = sigmoid(p["w2"] * x[0] + p["w4"] * x[1] + p["w6"] * x[2] + p["b2"])
    dy = 2 * (p["w7"] * g1 + p["w8"] * g2 + p["b3"] - y)
    dz1 = dy * p["w7"] * g1 * (1 - g1)
    dz2 = dy * p["w8"] * g2 * (1 - g2)
    gradients = {"w7": dy * g1, "w8": dy * g2, "b3": dy}
    gradients |= {"w1": dz1 * x[0], "w3": dz1 * x[1], "w5": dz1 * x[2], "b1": dz1}
    gradients |= {"w2": dz2 * x[0], "w4": dz2 * x[1], "w6": dz2 * x[2], "b2": dz2}
    return {name: value - learning_rate * gradients[name] for name, value in p.items()}
    ### END SOLUTION


productivity_step.hints(
    "On its way from the cost back to w₁, through which of ŷ, g₁ and z₁ does the error pass, and in which order?",
    "The chain rule, from the back to the front. First the derivative by ŷ. Each weight of the output gets that, "
    "times what it multiplies: g₁ or g₂. To come to z₁, the error passes w₇ and then the slope of the sigmoid; "
    "each weight of the first layer gets that, times its feature, and a bias gets it times 1. Collect all eleven "
    "before you change one.",
    """
    One unit with one weight before it and one behind: x = 2, w = 0.5, w₇ = 3, no biases, y = 1
    forwards: z = 1, g ≈ 0.731, ŷ ≈ 2.193
    at ŷ: 2 · (2.193 − 1) ≈ 2.386
    for w₇: 2.386 · 0.731 ≈ 1.745
    at z, by the old w₇: 2.386 · 3 · 0.731 · 0.269 ≈ 1.408
    for w: 1.408 · 2 ≈ 2.815
    with η = 0.1, w becomes 0.5 − 0.2815 = 0.2185
    """,
)

# The notes give z₁ only through g₁ = 0.354: w1, w3, w5 and b1 are ours, chosen to give it.
weights = {"w1": 0.2, "w2": 0.16, "w3": 0.3, "w4": 0.5, "w5": 0.1, "w6": 0.6, "w7": 7.0, "w8": 3.0}
biases = {"b1": -5.1015, "b2": -4.0, "b3": 12.0}
lecture = {"parameters": weights | biases, "x": [7.0, 2.0, 25.0], "y": 85.0, "learning_rate": 0.01}
productivity_step.case("the lecture's numbers", **lecture, expect={"w7": "7.478", "w8": "4.350", "b3": "13.350"})
productivity_step.case(
    "the lecture's step, all of it",
    **lecture,
    expect={"w1": "15.33239", "w3": "4.62354", "w5": "54.14425", "b1": "-2.93973"}
    | {"w2": "0.160057", "w4": "0.500016", "w6": "0.600203", "b2": "-3.999992"}
    | {"w7": "7.478057", "w8": "4.350437", "b3": "13.350440"},
)


@productivity_step.cases(public=2, hidden=8)
def unsaturated(rng):
    """Small features: both units have a slope worth passing on. No parameter ends near 0, no target is met."""
    values = rng.uniform(0.3, 1.0, size=11) * rng.choice([-1.0, 1.0], size=11)
    return {
        "parameters": dict(zip(weights | biases, values.tolist(), strict=True)),
        "x": rng.uniform(0.5, 2.0, size=3),
        "y": float(rng.uniform(5.0, 9.0)),
        "learning_rate": float(rng.uniform(0.005, 0.01)),
    }


def cost(p, x, y, sigmoid):
    g1 = sigmoid(p["b1"] + sum(p[name] * feature for name, feature in zip(("w1", "w3", "w5"), x, strict=True)))
    g2 = sigmoid(p["b2"] + sum(p[name] * feature for name, feature in zip(("w2", "w4", "w6"), x, strict=True)))
    return (p["w7"] * g1 + p["w8"] * g2 + p["b3"] - y) ** 2


@productivity_step.oracle.pytorch
def by_sgd(parameters, x, y, learning_rate):
    import torch
    from torch.optim.sgd import sgd  # what torch.optim.SGD calls, without the second that importing its compiler takes

    values = [p.requires_grad_() for p in parameters.values()]
    cost(parameters, x, y, torch.sigmoid).backward()
    plain = {"weight_decay": 0, "momentum": 0, "dampening": 0, "nesterov": False, "maximize": False}
    with torch.no_grad():
        sgd(values, [p.grad for p in values], [None] * len(values), lr=learning_rate.item(), **plain)
    return parameters


@productivity_step.oracle.sympy
def by_symbols(parameters, x, y, learning_rate):
    import sympy

    symbolic = cost(parameters, x, y, lambda z: 1 / (1 + sympy.exp(-z)))
    return {name: p - learning_rate * sympy.diff(symbolic, p) for name, p in parameters.items()}


@productivity_step.oracle.complex_step
def by_imaginary_steps(parameters, x, y, learning_rate):
    slopes = complex_step.gradient(lambda p: cost(p, x, y, sigmoid), parameters)
    return {name: p - learning_rate * slopes[name] for name, p in parameters.items()}


FIRST, SECOND = ("w1", "w3", "w5", "b1"), ("w2", "w4", "w6", "b2")


def scaled(parameters, x, y, learning_rate, factors):
    """The step with some gradients multiplied by a factor, as most slips amount to."""
    far = 2.0**20  # a step so long that the gradient can be read off it to the last digit
    stepped = productivity_step(parameters, x, y, far)
    return {
        name: old - learning_rate * factors.get(name, 1.0) * (old - stepped[name]) / far
        for name, old in parameters.items()
    }


def units(p, x):
    return tuple(sigmoid(np.dot([p[w] for w in names[:3]], x) + p[names[3]]) for names in (FIRST, SECOND))


@productivity_step.mistake(
    "plus_for_minus", hint="You step uphill: the gradient points where the cost grows. Go against it."
)
def _(parameters, x, y, learning_rate):
    return productivity_step(parameters, x, y, -learning_rate)


@productivity_step.mistake(
    "hidden_layer_uphill",
    hint="Your hidden layer goes uphill: you took (y − ŷ) there. The notes slip here, too; it is (ŷ − y) all the way.",
)
def _(parameters, x, y, learning_rate):
    return scaled(parameters, x, y, learning_rate, dict.fromkeys(FIRST + SECOND, -1.0))


@productivity_step.mistake(
    "new_output_weights",
    hint="You updated w7 and w8 before the hidden layer used them. All gradients belong to the old parameters.",
)
def _(parameters, x, y, learning_rate):
    new = productivity_step(parameters, x, y, learning_rate)
    first, second = (new[name] / parameters[name] for name in ("w7", "w8"))
    return scaled(parameters, x, y, learning_rate, dict.fromkeys(FIRST, first) | dict.fromkeys(SECOND, second))


@productivity_step.mistake(
    "hidden_layer_left_alone", hint="Only w7, w8 and b3 moved. The error flows on, through the sigmoids, to w1 … w6."
)
def _(parameters, x, y, learning_rate):
    return scaled(parameters, x, y, learning_rate, dict.fromkeys(FIRST + SECOND, 0.0))


@productivity_step.mistake(
    "no_factor_two", hint="Your steps are half as long as they should be: the derivative of a square has a 2."
)
def _(parameters, x, y, learning_rate):
    return productivity_step(parameters, x, y, learning_rate / 2)


@productivity_step.mistake(
    "no_sigmoid_slope", hint="On its way to w1 … w6 the error passes the sigmoids: their slope g(1 − g) is missing."
)
def _(parameters, x, y, learning_rate):
    first, second = (1 / (g * (1 - g)) for g in units(parameters, x))
    return scaled(parameters, x, y, learning_rate, dict.fromkeys(FIRST, first) | dict.fromkeys(SECOND, second))


@productivity_step.mistake(
    "other_units_weight",
    hint="Your hidden units have each other's output weight: the first speaks through w7, the second through w8.",
)
def _(parameters, x, y, learning_rate):
    ratio = parameters["w8"] / parameters["w7"]
    return scaled(parameters, x, y, learning_rate, dict.fromkeys(FIRST, ratio) | dict.fromkeys(SECOND, 1 / ratio))


@productivity_step.mistake(
    "bias_times_itself", hint="You multiplied a bias's gradient by the bias. ∂z/∂b is 1: what is left is ∂cost/∂z."
)
def _(parameters, x, y, learning_rate):
    return scaled(parameters, x, y, learning_rate, {name: parameters[name] for name in ("b1", "b2", "b3")})


@productivity_step.mistake(
    "sum_for_product", hint="Your prediction has w7 + g1 where w7 · g1 belongs. The notes slip here, too."
)
def _(parameters, x, y, learning_rate):
    g1, w7 = units(parameters, x)[0], parameters["w7"]
    return productivity_step(parameters, x, y + w7 * g1 - (w7 + g1), learning_rate)


@productivity_step.variant
def _(parameters, x, y, learning_rate):
    w1, w2, w3, w4, w5, w6, w7, w8, b1, b2, b3 = parameters.values()
    W, b, v = np.array([[w1, w2], [w3, w4], [w5, w6]]), np.array([b1, b2]), np.array([w7, w8])
    g = sigmoid(x @ W + b)
    dy = 2 * (g @ v + b3 - y)
    dz = dy * v * g * (1 - g)
    moves = [*np.outer(x, dz).ravel(), *(dy * g), *dz, dy]
    return {name: parameters[name] - learning_rate * move for name, move in zip(parameters, moves, strict=True)}


@productivity_step.variant
def _(parameters, x, y, learning_rate):
    new, prediction, units = dict(parameters), parameters["b3"], []
    for weights, bias, out in ((("w1", "w3", "w5"), "b1", "w7"), (("w2", "w4", "w6"), "b2", "w8")):
        decay = np.exp(-sum(parameters[w] * feature for w, feature in zip(weights, x, strict=True)) - parameters[bias])
        prediction += parameters[out] / (1 + decay)
        units.append((weights, bias, out, 1 / (1 + decay), decay / (1 + decay) ** 2))
    step = 2 * learning_rate * (y - prediction)
    for weights, bias, out, output, slope in units:
        for w, feature in zip(weights, x, strict=True):
            new[w] += step * parameters[out] * slope * feature
        new[bias] += step * parameters[out] * slope
        new[out] += step * output
    new["b3"] += step
    return new


@productivity_step.variant
def _(parameters, x, y, learning_rate):
    p, features = parameters, np.append(x, 1.0)
    g1, g2 = (0.5 + 0.5 * np.tanh(0.5 * np.dot([p[name] for name in names], features)) for names in (FIRST, SECOND))
    outward = {"w7": g1, "w8": g2, "b3": 1.0}
    outward |= dict(zip(FIRST, p["w7"] * (g1 - g1**2) * features, strict=True))
    outward |= dict(zip(SECOND, p["w8"] * (g2 - g2**2) * features, strict=True))
    error = p["w7"] * g1 + p["w8"] * g2 + p["b3"] - y
    return {name: p[name] - 2 * learning_rate * error * outward[name] for name in p}
