r"""Backpropagation through time

Unrolled, a recurrent network is a deep network whose layers share their weights. A state takes part in the
loss twice: through its own output, and through all the states after it. So the error runs backwards,

$$\delta_t = \bigl((\hat y_t - y_t)V^\top + \delta_{t+1}W^\top\bigr)\odot(1 - h_t^2)$$

and each weight collects its share of every step:

$$\frac{\partial L}{\partial V} = \sum_t h_t^\top(\hat y_t - y_t) \qquad
\frac{\partial L}{\partial U} = \sum_t x_t^\top\delta_t \qquad
\frac{\partial L}{\partial W} = \sum_t h_{t-1}^\top\delta_t$$
"""

import numpy as np

from autograder import Out, exercise
from autograder.oracles import elementwise


@exercise(
    shapes="x: T D, targets: T K, h0: H, U: D H, V: H K, W: H H",
    returns=[Out("dY", "T K"), Out("dU", "D H"), Out("dV", "H K"), Out("dW", "H H")],
)
def bptt(x, targets, h0, U, V, W):
    """Gradients of a recurrent network's loss over one sequence, by backpropagation through all its steps.

    x: (T, D), the inputs; targets: (T, K), both with one time step per row. h0: (H,), the state before the
    first step. U: (D, H), V: (H, K), W: (H, H).

    Forward, for t = 1 … T:  h_t = tanh(x_t U + h_{t−1} W),  ŷ_t = h_t V, without biases.
    Loss: the sum over the steps (not the mean) of ½‖ŷ_t − y_t‖², where y_t are the targets.

    Returns (dY, dU, dV, dW), the derivatives of the loss: for all outputs ŷ (T, K), for U, for V and for W.
    """
    ### BEGIN SOLUTION
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U + h[-1] @ W))
    h = np.array(h)
    dY = h[1:] @ V - targets
    dZ = np.empty_like(h[1:])
    dh_later = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dZ[t] = (dY[t] @ V.T + dh_later) * (1 - h[t + 1] ** 2)
        dh_later = dZ[t] @ W.T
    return dY, x.T @ dZ, h[1:].T @ dY, h[:-1].T @ dZ
    ### END SOLUTION


bptt.hints(
    "A state enters the loss along two roads. One is its own output: which is the other, and at which step is "
    "there none?",
    "Run forwards once, and keep every state. Then walk backwards, and carry along what the later steps ask of "
    "this state: add it to what this step's output asks, multiply by the slope of tanh, which the state itself "
    "tells, and hand the result on through W. All steps share U, V and W, so their gradients are sums over the "
    "steps; and W met the state *before* the step.",
    """
    Two steps, all sizes 1: h0 = 0, then the states 0.5 and 0.8; W = 0.5, V = 1; errors of the outputs 1 and 2
    step 2, nothing comes later: 2 · 1 · (1 − 0.8²) = 0.72
    step 1: 1 · 1 from its output, 0.72 · 0.5 = 0.36 from later: 1.36 · (1 − 0.5²) = 1.02
    for V: 0.5 · 1 + 0.8 · 2 = 2.1
    for W, by the states before: 0 · 1.02 + 0.5 · 0.72 = 0.36
    """,
)

bptt.case(
    "the lecture's numbers",
    x=[[1.0], [2.0]],
    targets=[[2.0], [3.0]],
    h0=[0.0],
    U=[[0.5]],
    V=[[0.3]],
    W=[[0.4]],
    expect={"dY": [["-1.861"], ["-2.751"]], "dU": [["-1.0367"]], "dV": [["-3.1409"]], "dW": [["-0.1193"]]},
)


def small(rng, shape):
    """Weights that leave the units a slope, so that early steps matter."""
    return rng.normal(scale=0.4, size=shape)


# Two steps from h0 = 0 hide much: there, truncation moves dU alone.
bptt.cases(public=2, hidden=4, dims={"T": 5}, U=small, V=small, W=small)
bptt.cases(hidden=4, dims={"T": 4}, U=small, V=small, W=small)


@bptt.oracle.pytorch
def autograd(x, targets, h0, U, V, W):
    import torch

    rnn = torch.nn.RNN(*U.shape, bias=False, dtype=torch.float64)
    weights = U.requires_grad_(), V.requires_grad_(), W.requires_grad_()
    states, _ = torch.func.functional_call(rnn, {"weight_ih_l0": U.T, "weight_hh_l0": W.T}, (x, h0[None]))
    outputs = states @ V
    loss = 0.5 * torch.nn.functional.mse_loss(outputs, targets, reduction="sum")
    return torch.autograd.grad(loss, (outputs, *weights))


@bptt.oracle.sympy(dU="U", dV="V", dW="W", dims={"T": 3, "D": 1, "H": 2, "K": 1})
def symbolic_loss(x, targets, h0, U, V, W):
    import sympy

    loss, h = 0, h0
    for x_t, y_t in zip(x, targets, strict=True):
        h = elementwise(sympy.tanh, x_t @ U + h @ W)
        loss += ((h @ V - y_t) ** 2).sum() / 2
    return loss


@bptt.oracle.complex_step(dU="U", dV="V", dW="W")
def loss(x, targets, h0, U, V, W):
    total, h = 0.0, h0
    for x_t, y_t in zip(x, targets, strict=True):
        h = np.tanh(U.T @ x_t + W.T @ h)
        total += 0.5 * np.sum((V.T @ h - y_t) ** 2)
    return total


@bptt.oracle.relation
def the_losses_of_the_steps_add_up(f, x, targets, *others):
    """A step whose target is its output has no loss: leave one step at a time its own."""
    dY, *whole = f(x, targets, *others)
    alone = [np.where(np.arange(len(x))[:, None] == t, targets, targets + dY) for t in range(len(x))]
    return whole, [sum(shares) for shares in zip(*(f(x, each, *others)[1:] for each in alone), strict=True)]


@bptt.oracle.relation
def the_future_without_a_loss_sends_nothing_back(f, x, targets, *others):
    dY, half = f(x, targets, *others)[0], len(x) // 2
    met = np.vstack([targets[:half], (targets + dY)[half:]])
    return f(x, met, *others)[1:], f(x[:half], targets[:half], *others)[1:]


def states(x, h0, U, W):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ U + h[-1] @ W))
    return np.array(h)


def right(out, later, before, after):
    """A step's δ, from what its output and what the later steps send back, and the states around it."""
    return (out + later) * (1 - after**2)


def altered(x, targets, h0, U, V, W, *, delta=right, back=None, seen_by_W=slice(-1)):
    """The gradients with another δ, another way back than W's transpose, or other states for dW."""
    h = states(x, h0, U, W)
    dY, dZ, later = h[1:] @ V - targets, np.zeros_like(h[1:]), 0 * h0
    for t in reversed(range(len(x))):
        dZ[t] = delta(dY[t] @ V.T, later, h[t], h[t + 1])
        later = dZ[t] @ (W.T if back is None else back)
    return dY, x.T @ dZ, h[1:].T @ dY, h[seen_by_W].T @ dZ


@bptt.mistake(
    "truncated",
    hint="Your error stops after one step back. A state also feeds all later states: carry the error on through W.",
    expect={"dU": [["-0.9555"]], "dV": [["-3.1409"]], "dW": [["-0.1193"]]},
)
def _(*inputs):
    return altered(*inputs, delta=lambda out, later, before, after: out * (1 - after**2))


@bptt.mistake("no_tanh_slope", hint="The error passes a tanh at every step: its slope, 1 − h², is missing.")
def _(*inputs):
    return altered(*inputs, delta=lambda out, later, before, after: out + later)


@bptt.mistake(
    "no_slope_on_the_way_back",
    hint="What later steps send back passes this step's tanh, too: its slope multiplies the whole sum.",
)
def _(*inputs):
    return altered(*inputs, delta=lambda out, later, before, after: out * (1 - after**2) + later)


@bptt.mistake(
    "slope_at_old_state", hint="You took tanh's slope at the state before the step. It belongs to the state after it."
)
def _(*inputs):
    return altered(*inputs, delta=lambda out, later, before, after: (out + later) * (1 - before**2))


@bptt.mistake("W_not_transposed", hint="On its way back the error passes W the other way round: transposed.")
def _(x, targets, h0, U, V, W):
    return altered(x, targets, h0, U, V, W, back=W)


@bptt.mistake("new_state_for_old", hint="For dW you used the state after each step. W multiplies the one before it.")
def _(*inputs):
    return altered(*inputs, seen_by_W=slice(1, None))


@bptt.mistake("last_share_only", hint="Your dU, dV and dW hold the last step's share only. Add up those of all steps.")
def _(x, targets, h0, U, V, W):
    h = states(x, h0, U, W)
    return h[1:] @ V - targets, *bptt(x[-1:], targets[-1:], h[-2], U, V, W)[1:]


@bptt.mistake("last_loss_only", hint="Only the last output has a loss in yours. Here every step's output has one.")
def _(x, targets, h0, U, V, W):
    outputs = states(x, h0, U, W)[1:] @ V
    return bptt(x, np.vstack([outputs[:-1], targets[-1:]]), h0, U, V, W)


@bptt.mistake("starts_at_zero", hint="Your first state is zero: start from h0.")
def _(x, targets, h0, *weights):
    return bptt(x, targets, 0 * h0, *weights)


@bptt.mistake(
    "mean_over_steps",
    hint="You took the mean of the steps' losses, as the notes do. Here the loss is their sum.",
    expect={"dU": [["-0.5184"]], "dV": [["-1.5705"]], "dW": [["-0.0597"]]},
)
def _(x, *others):
    return tuple(gradient / len(x) for gradient in bptt(x, *others))


@bptt.mistake("no_half", hint="All your gradients are twice too large: the loss is half the squared error.")
def _(*inputs):
    return tuple(2 * gradient for gradient in bptt(*inputs))


@bptt.mistake("sign", hint="All your gradients have the opposite sign: the error is output − target.")
def _(*inputs):
    return tuple(-gradient for gradient in bptt(*inputs))


@bptt.variant
def _(x, targets, h0, U, V, W):
    T = len(x)
    h = states(x, h0, U, W)
    slopes, dY = 1 - h[1:] ** 2, h[1:] @ V - targets
    dU, dW = np.zeros_like(U), np.zeros_like(W)
    for t in range(T):  # the loss of step t, along the path back to every earlier step k
        error = slopes[t] * (V @ dY[t])
        for k in range(t, -1, -1):
            dU += x[k][:, None] * error
            dW += h[k][:, None] * error
            error = slopes[k - 1] * (W @ error)
    return dY, dU, np.einsum("th,tk->hk", h[1:], dY), dW


@bptt.variant
def _(x, targets, h0, U, V, W):
    # Forward in time instead (real-time recurrent learning): the state's own derivatives travel with it.
    h, by_U, by_W, eye = h0, np.zeros((*U.shape, len(W))), np.zeros((*W.shape, len(W))), np.eye(len(W))
    dY, dU, dV, dW = [], 0, 0, 0
    for x_t, y_t in zip(x, targets, strict=True):
        old, h = h, np.tanh(x_t @ U + h @ W)
        by_U = (by_U @ W + np.einsum("d,ij->dij", x_t, eye)) * (1 - h * h)
        by_W = (by_W @ W + np.einsum("h,ij->hij", old, eye)) * (1 - h * h)
        dY.append(h @ V - y_t)
        dU, dV, dW = dU + by_U @ V @ dY[-1], dV + np.outer(h, dY[-1]), dW + by_W @ V @ dY[-1]
    return np.array(dY), dU, dV, dW


@bptt.variant
def _(x, targets, h0, U, V, W):
    h = states(x, h0, U, W)
    dY, dU, dV, dW, later = np.zeros_like(targets), 0 * U, 0 * V, 0 * W, 0 * h0
    for t in range(len(x) - 1, -1, -1):
        dY[t] = V.T @ h[t + 1] - targets[t]
        dz = (1 - h[t + 1]) * (1 + h[t + 1]) * (V @ dY[t] + later)
        dU, dV, dW = dU + np.outer(x[t], dz), dV + np.outer(h[t + 1], dY[t]), dW + np.outer(h[t], dz)
        later = W @ dz
    return [dY, dU, dV, dW]


@bptt.variant
def _(*inputs):
    return bptt(*(array.astype(np.float32) for array in inputs))
