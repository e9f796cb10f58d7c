r"""The gates of an LSTM

A plain recurrent network rewrites its whole memory at every step. An LSTM decides: the forget gate says what
is kept, the input gate what is written, the output gate what is shown. A gate is a small layer whose
sigmoid says "how much", from 0 to 1; the candidate is what might be written, from −1 to 1.

$$\begin{aligned}
f &= \sigma(xU_f + hW_f + b_f) & i &= \sigma(xU_i + hW_i + b_i) \\
o &= \sigma(xU_o + hW_o + b_o) & \tilde c &= \tanh(xU_c + hW_c + b_c)
\end{aligned}$$
"""

import numpy as np

from autograder import Out, exercise


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    shapes="x: N D, h_prev: N H, U: 4 D H, W: 4 H H, b: 4 H",
    returns=[Out("f", "N H"), Out("i", "N H"), Out("o", "N H"), Out("candidate", "N H")],
)
def lstm_gates(x, h_prev, U, W, b):
    """The three gates and the candidate of an LSTM, for a batch of N sequences at one time step.

    x: (N, D), the inputs. h_prev: (N, H), the hidden states before the step. U: (4, D, H), W: (4, H, H) and
    b: (4, H) hold four layers each, in the order forget, input, output, candidate: U[0], W[0] and b[0]
    make the forget gate. In each, U[k] takes the input and W[k] the hidden state; there is one bias.
    Returns (f, i, o, candidate), each of shape (N, H): gates by the sigmoid, the candidate by tanh.
    """
    ### BEGIN SOLUTION
    forget, input_, output, candidate = (x @ U[k] + h_prev @ W[k] + b[k] for k in range(4))
    return sigmoid(forget), sigmoid(input_), sigmoid(output), np.tanh(candidate)
    ### END SOLUTION


lstm_gates.hints(
    "Which of the four must lie between 0 and 1, and which may be negative?",
    "Four small layers look at the same input and the same hidden state; only their matrices and biases differ. "
    "Inside, three things are added: the input's part, the state's part, the bias. A gate is opened or closed by "
    "the sigmoid; what is to be written, the candidate, goes through tanh.",
    """
    The forget gate of one unit: x = 1, h_prev = 2, and U = 0.5, W = −1, b = 1.5
    inside: 1 · 0.5 + 2 · (−1) + 1.5 = 0
    σ(0) = 0.5: half of the old cell is kept.
    Had the candidate the same sum inside: tanh(0) = 0, nothing would be written.
    """,
)

lstm_gates.case(
    "no weights: every gate is half open",
    x=[[3.0, -1.0]],
    h_prev=[[0.7]],
    U=np.zeros((4, 2, 1)),
    W=np.zeros((4, 1, 1)),
    b=np.zeros((4, 1)),
    expect={"f": [[0.5]], "i": [[0.5]], "o": [[0.5]], "candidate": [[0.0]]},
)
# σ(ln n) = n / (n + 1) and tanh(ln n) = (n² − 1) / (n² + 1): one layer uses x only, one h only, one b only.
lstm_gates.case(
    "logarithms, worked by hand",
    x=[[2.0]],
    h_prev=[[-1.0]],
    U=np.log([[[3.0]], [[1.0]], [[1.0]], [[2.0]]]),
    W=np.log([[[1.0]], [[4.0]], [[1.0]], [[2.0]]]),
    b=np.log([[1.0], [1.0], [4.0], [1.5]]),
    expect={"f": [[0.9]], "i": [[0.2]], "o": [[0.8]], "candidate": [[0.8]]},
)
lstm_gates.cases(public=1, hidden=6)
lstm_gates.cases(public=1, hidden=2, dims={"D": 5, "H": 5})  # where U and W can be mistaken for each other


@lstm_gates.oracle.pytorch
def cell(x, h_prev, U, W, b):
    """LSTMCell shows no gates: what is composed of these must be its c and h. Its order is i, f, candidate, o."""
    import torch
    from torch.nn.functional import linear

    forget, input_, output, candidate = (linear(x, U[k].T, b[k]) + linear(h_prev, W[k].T) for k in range(4))
    f, i, o, candidate = forget.sigmoid(), input_.sigmoid(), output.sigmoid(), candidate.tanh()

    lstm = torch.nn.LSTMCell(x.shape[1], h_prev.shape[1], dtype=torch.float64)
    by_torch = [1, 0, 3, 2]
    stacked = {"weight_ih": U[by_torch].mT.flatten(0, 1), "weight_hh": W[by_torch].mT.flatten(0, 1)}
    lstm.load_state_dict({**stacked, "bias_ih": b[by_torch].flatten(), "bias_hh": torch.zeros(b.numel())})
    c_prev = torch.linspace(-2, 2, f.numel() + 1, dtype=torch.float64)[1:].reshape(f.shape)
    h, c = lstm(x, (h_prev, c_prev))
    composed = f * c_prev + i * candidate
    if not torch.allclose(c, composed, rtol=0, atol=1e-12):
        raise AssertionError("the cell state composed of these gates is not LSTMCell's")
    if not torch.allclose(h, o * composed.tanh(), rtol=0, atol=1e-12):
        raise AssertionError("the hidden state composed of these gates is not LSTMCell's")
    return f, i, o, candidate


@lstm_gates.oracle.relation
def opposite_weights_open_what_was_closed(f, x, h_prev, U, W, b):
    forget, input_, output, candidate = f(x, h_prev, U, W, b)
    return f(x, h_prev, -U, -W, -b), (1 - forget, 1 - input_, 1 - output, -candidate)


@lstm_gates.oracle.relation
def sequences_know_nothing_of_each_other(f, x, h_prev, U, W, b):
    return f(x[:1], h_prev[:1], U, W, b), [gate[:1] for gate in f(x, h_prev, U, W, b)]


def reordered(order, x, h_prev, U, W, b):
    return lstm_gates(x, h_prev, U[order], W[order], b[order])


@lstm_gates.mistake(
    "forget_and_input_swapped", hint="You swapped the forget and the input gate: layer 0 is forget, 1 is input."
)
def _(*inputs):
    return reordered([1, 0, 2, 3], *inputs)


@lstm_gates.mistake(
    "output_and_candidate_swapped",
    hint="You swapped the output gate and the candidate: here the candidate is the last.",
)
def _(*inputs):
    return reordered([0, 1, 3, 2], *inputs)


@lstm_gates.mistake(
    "pytorch_order",
    hint="That is PyTorch's order: input, forget, candidate, output. Here: forget, input, output, candidate.",
)
def _(*inputs):
    return reordered([1, 0, 3, 2], *inputs)


@lstm_gates.mistake(
    "sigmoid_candidate", hint="Your candidate is squashed by the sigmoid. It may be negative, too: tanh, from −1 to 1."
)
def _(x, h_prev, U, W, b):
    f, i, o, _ = lstm_gates(x, h_prev, U, W, b)
    return f, i, o, sigmoid(x @ U[3] + h_prev @ W[3] + b[3])


@lstm_gates.mistake(
    "tanh_gates", hint="Your gates are squashed by tanh. A gate says how much, from 0 to 1: the sigmoid."
)
def _(x, h_prev, U, W, b):
    return tuple(np.tanh(x @ U[k] + h_prev @ W[k] + b[k]) for k in range(4))


@lstm_gates.mistake("no_bias", hint="Your layers have no bias: add b[k] to each.")
def _(x, h_prev, U, W, b):
    return lstm_gates(x, h_prev, U, W, 0 * b)


@lstm_gates.mistake("forgets_the_state", hint="Your gates look at the input only: h_prev @ W[k] is missing.")
def _(x, h_prev, U, W, b):
    return lstm_gates(x, 0 * h_prev, U, W, b)


@lstm_gates.mistake(
    "U_and_W_swapped", hint="You swapped U and W: U takes the input, W takes the hidden state of the step before."
)
def _(x, h_prev, U, W, b):
    return lstm_gates(x, h_prev, W, U, b)


@lstm_gates.mistake(
    "W_transposed", hint="Your W[k] is transposed. States are rows here, so h_prev stands to the left of W[k] as it is."
)
def _(x, h_prev, U, W, b):
    return lstm_gates(x, h_prev, U, W.transpose(0, 2, 1), b)


@lstm_gates.mistake("no_squashing", hint="You return the weighted sums themselves: squash the gates and the candidate.")
def _(x, h_prev, U, W, b):
    return tuple(x @ U[k] + h_prev @ W[k] + b[k] for k in range(4))


@lstm_gates.variant
def _(x, h_prev, U, W, b):
    D, H = x.shape[1], h_prev.shape[1]
    fused = x @ U.transpose(1, 0, 2).reshape(D, 4 * H) + h_prev @ W.transpose(1, 0, 2).reshape(H, 4 * H) + b.ravel()
    gates = 1 / (1 + np.exp(-fused[:, : 3 * H]))
    return (*np.split(gates, 3, axis=1), np.tanh(fused[:, 3 * H :]))


@lstm_gates.variant
def _(x, h_prev, U, W, b):
    z = np.einsum("nd,kdh->knh", x, U) + np.einsum("ng,kgh->knh", h_prev, W) + b[:, None]
    f, i, o = (np.tanh(z[:3] / 2) + 1) / 2
    return f, i, o, np.tanh(z[3])


@lstm_gates.variant
def _(x, h_prev, U, W, b):
    layers = np.zeros((4, *h_prev.shape))
    for k, n, j in np.ndindex(layers.shape):
        z = b[k, j] + sum(x[n] * U[k, :, j]) + sum(h_prev[n] * W[k, :, j])
        layers[k, n, j] = 1 / (1 + np.exp(-z)) if k < 3 else 1 - 2 / (1 + np.exp(2 * z))
    return list(layers)


@lstm_gates.variant
def _(x, h_prev, U, W, b):
    joined = np.concatenate([x, h_prev, np.ones((len(x), 1))], axis=1)
    f, i, o, c = joined @ np.concatenate([U, W, b[:, None]], axis=1)
    return np.exp(-np.logaddexp(0, -f)), np.exp(-np.logaddexp(0, -i)), np.exp(-np.logaddexp(0, -o)), np.tanh(c)


@lstm_gates.variant
def _(*inputs):
    return lstm_gates(*(array.astype(np.float32) for array in inputs))
