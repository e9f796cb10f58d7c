r"""One step of a recurrent network

A recurrent network reads a sequence word by word. Its state is all that it remembers: each step mixes the
new input with the old state, squashes the sum, and reads the output off the new state.

$$h_t = \tanh(x_t U + h_{t-1} W) \qquad \hat y_t = h_t V$$
"""

import numpy as np

from autograder import Out, exercise
from autograder.oracles import elementwise


@exercise(
    shapes="x: N D, h_prev: N H, U: D H, V: H K, W: H H",
    returns=[Out("h", "N H"), Out("y", "N K")],
)
def rnn_tanh_step(x, h_prev, U, V, W):
    """The new state and the output of a recurrent network, for a batch of N sequences at one time step.

    x: (N, D), the inputs. h_prev: (N, H), the states before the step. U: (D, H), input to state.
    V: (H, K), state to output. W: (H, H), old state to new; row i holds the weights of old unit i.
    There are no biases, and the output is linear. Returns (h, y): the new states (N, H), the outputs (N, K).
    """
    ### BEGIN SOLUTION
    h = np.tanh(x @ U + h_prev @ W)
    return h, h @ V
    ### END SOLUTION


rnn_tanh_step.hints(
    "Which two things does the new state depend on, and which of the three matrices has nothing to do with it?",
    "The input and the old state each pass a matrix of their own; the two are added, and only the sum is bent by "
    "tanh. With an example in each row, a matrix stands to the right of the batch. The output is read from the "
    "new state, and nothing bends it.",
    """
    One sequence, one unit: x = 2, h_prev = 0.5, U = 0.3, W = 0.4, V = 10
    inside: 2 · 0.3 + 0.5 · 0.4 = 0.8
    new state: tanh(0.8) ≈ 0.664
    output: 0.664 · 10 = 6.64
    """,
)

lecture = {"U": [[0.5]], "V": [[0.3]], "W": [[0.4]]}
rnn_tanh_step.case(
    "the lecture's first step", x=[[1.0]], h_prev=[[0.0]], **lecture, expect={"h": [["0.462"]], "y": [["0.139"]]}
)
rnn_tanh_step.case(
    "the lecture's second step",
    x=[[2.0]],
    h_prev=[[np.tanh(0.5)]],
    **lecture,
    expect={"h": [["0.829"]], "y": [["0.249"]]},
)
rnn_tanh_step.cases(public=1, hidden=6)
rnn_tanh_step.cases(public=1, hidden=2, dims={"D": 4, "H": 4})  # where U and W can be mistaken for each other


@rnn_tanh_step.oracle.pytorch
def cell(x, h_prev, U, V, W):
    import torch

    rnn = torch.nn.RNNCell(*U.shape, bias=False, dtype=torch.float64)
    rnn.load_state_dict({"weight_ih": U.T, "weight_hh": W.T})
    h = rnn(x, h_prev)
    return h, torch.nn.functional.linear(h, V.T)


@rnn_tanh_step.oracle.sympy(dims={"N": 2, "D": 4, "H": 3, "K": 1})
def by_exponentials(x, h_prev, U, V, W):
    import sympy

    h = elementwise(lambda z: (sympy.exp(2 * z) - 1) / (sympy.exp(2 * z) + 1), x @ U + h_prev @ W)
    return h, h @ V


@rnn_tanh_step.oracle.relation
def sequences_know_nothing_of_each_other(f, x, h_prev, U, V, W):
    return f(x[:1], h_prev[:1], U, V, W), [each[:1] for each in f(x, h_prev, U, V, W)]


@rnn_tanh_step.oracle.relation
def opposite_inputs_have_opposite_answers(f, x, h_prev, U, V, W):
    return f(-x, -h_prev, U, V, W), [-each for each in f(x, h_prev, U, V, W)]


@rnn_tanh_step.mistake(
    "U_and_W_swapped", hint="You swapped U and W: U takes the input to the state, W the old state to the new one."
)
def _(x, h_prev, U, V, W):
    return rnn_tanh_step(x, h_prev, W, V, U)


@rnn_tanh_step.mistake(
    "W_transposed", hint="Your W is transposed. States are rows here, so h_prev stands to the left of W as it is."
)
def _(x, h_prev, U, V, W):
    return rnn_tanh_step(x, h_prev, U, V, W.T)


@rnn_tanh_step.mistake("forgets_the_state", hint="Your step does not use h_prev: without it the network has no memory.")
def _(x, h_prev, U, V, W):
    return rnn_tanh_step(x, 0 * h_prev, U, V, W)


@rnn_tanh_step.mistake("no_tanh", hint="Your state is the sum itself: squash it with tanh.")
def _(x, h_prev, U, V, W):
    h = x @ U + h_prev @ W
    return h, h @ V


@rnn_tanh_step.mistake(
    "sigmoid_for_tanh", hint="You squash with the sigmoid, to 0…1. This state runs from −1 to 1: tanh."
)
def _(x, h_prev, U, V, W):
    h = 1 / (1 + np.exp(-(x @ U + h_prev @ W)))
    return h, h @ V


@rnn_tanh_step.mistake("tanh_term_by_term", hint="You squash the two terms one by one. Add them first, then tanh once.")
def _(x, h_prev, U, V, W):
    h = np.tanh(x @ U) + np.tanh(h_prev @ W)
    return h, h @ V


@rnn_tanh_step.mistake("output_from_old_state", hint="You read the output off h_prev. It comes from the new state h.")
def _(x, h_prev, U, V, W):
    return rnn_tanh_step(x, h_prev, U, V, W)[0], h_prev @ V


@rnn_tanh_step.mistake(
    "output_squashed", hint="You put the output through tanh. It is linear here: only h is squashed."
)
def _(x, h_prev, U, V, W):
    h, y = rnn_tanh_step(x, h_prev, U, V, W)
    return h, np.tanh(y)


@rnn_tanh_step.variant
def _(x, h_prev, U, V, W):
    h = np.tanh(np.hstack([x, h_prev]) @ np.vstack([U, W]))
    return h, np.dot(h, V)


@rnn_tanh_step.variant
def _(x, h_prev, U, V, W):
    z = np.einsum("nd,dh->nh", x, U) + np.einsum("ng,gh->nh", h_prev, W)
    h = 1 - 2 / (1 + np.exp(2 * z))
    return h, np.einsum("nh,hk->nk", h, V)


@rnn_tanh_step.variant
def _(x, h_prev, U, V, W):
    h = np.empty_like(h_prev)
    for n, (word, state) in enumerate(zip(x, h_prev, strict=True)):
        for j in range(len(W)):
            h[n, j] = np.tanh(sum(word * U[:, j]) + sum(state * W[:, j]))
    return h, (V.T @ h.T).T


@rnn_tanh_step.variant
def _(x, h_prev, U, V, W):
    return rnn_tanh_step(*(array.astype(np.float32) for array in (x, h_prev, U, V, W)))
