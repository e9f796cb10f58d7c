r"""Reading a sentence with an LSTM

This network was trained on short film reviews: is one positive? It reads word by word, every word a row of twelve
learned numbers, and answers from what it remembers after the last. The same nine words in another order get another
answer, which no count of words could give.

$$\begin{aligned}
f_t,\, i_t,\, o_t &= \sigma(x_t U_k + h_{t-1} W_k + b_k) & \tilde c_t &= \tanh(x_t U_3 + h_{t-1} W_3 + b_3) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tilde c_t & h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$

$$P(\text{positive}) = \sigma(h_T V + d)$$
"""

import json
import math
from functools import cache

import numpy as np
from safetensors.numpy import load_file

from autograder import Out, exercise, reference_models


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    shapes="x: N T D, U: 4 D H, W: 4 H H, b: 4 H, V: H 1, d: 1",
    returns=[Out("c", "N T H"), Out("h", "N T H"), Out("probability", "N")],
    tolerance=1e-5,  # with float32 weights, arrays made like them round on the way
)
def sentiment_lstm(x, U, W, b, V, d):
    """Cell states, hidden states and the answer of an LSTM that has read N sentences of T words.

    x: (N, T, D), sentence n's word t as a row of its embedding. U: (4, D, H), W: (4, H, H) and b: (4, H) hold four
    layers each, in the order forget, input, output, candidate: U[k] takes the word, W[k] the hidden state, and there
    is one bias. V: (H, 1) and d: (1,) make the answer from the last hidden state. Before the first word, h and c are
    zero. The weights are float32, as they were trained: whether you compute in float32 or in float64, either is right.

    Returns a tuple of c: (N, T, H) and h: (N, T, H), the states after each word, and probability: (N,), how sure the
    network is that the sentence is positive.
    """
    ### BEGIN SOLUTION
    N, T, _ = x.shape
    h = c = np.zeros((N, W.shape[-1]))
    cells, states = [], []
    for t in range(T):
        forget, input_, output, candidate = (x[:, t] @ U[k] + h @ W[k] + b[k] for k in range(4))
        c = sigmoid(forget) * c + sigmoid(input_) * np.tanh(candidate)
        h = sigmoid(output) * np.tanh(c)
        cells.append(c)
        states.append(h)
    return np.stack(cells, axis=1), np.stack(states, axis=1), sigmoid(h @ V + d)[:, 0]
    ### END SOLUTION


sentiment_lstm.hints(
    "What does the network carry from one word to the next, and what of it does the answer look at?",
    "Walk through the words; all sentences take a step together. At each, four small layers look at the word and at "
    "the hidden state before it. The cell keeps a part of what it had and takes in a part of the candidate; the "
    "hidden state is what the output gate shows of the cell, once it is squashed. Keep both, and go on with them.",
    """
    One unit, whose gates are always 0.5, and whose candidate is 0.8 at both words
    first word: c = 0.5 · 0 + 0.5 · 0.8 = 0.4, h = 0.5 · tanh(0.4) ≈ 0.19
    second word: c = 0.5 · 0.4 + 0.5 · 0.8 = 0.6, h = 0.5 · tanh(0.6) ≈ 0.27
    with V = 2 and d = 0: σ(0.54) ≈ 0.63
    """,
)

TRAINED = reference_models.folder(__file__) / "trained"
WEIGHTS = load_file(TRAINED / "sentiment_lstm.safetensors")
NAMES = {"U": "lstm.U", "W": "lstm.W", "b": "lstm.b", "V": "output.W", "d": "output.b"}
ITS_OWN = {argument: WEIGHTS[name] for argument, name in NAMES.items()}
CARD = json.loads((TRAINED / "sentiment_lstm.json").read_text(encoding="utf-8"))
CORPUS = reference_models.module(__file__, "sentiment")


def embedded(words):
    """The rows of words' ids (N, T), as float64: (N, T, D)."""
    return WEIGHTS["embedding.E"][words].astype(float)


# tanh(ln 2) = 0.6, σ(ln 3) = 0.75 and σ(0) = 0.5: nothing but biases.
sentiment_lstm.case(
    "logarithms, worked by hand",
    x=[[[5.0], [-7.0]]],
    U=np.zeros((4, 1, 1)),
    W=np.zeros((4, 1, 1)),
    b=np.log([[3.0], [1.0], [1.0], [2.0]]),
    V=[[0.0]],
    d=np.log([4.0]),
    expect={"c": [[[0.3], [0.525]]], "h": [[["0.1457"], ["0.2408"]]], "probability": [0.8]},
)
# The card's answers were computed when the network was trained.
GOOD_BUT_BAD = CARD["probes"][1:3]
sentiment_lstm.case(
    "the same words in another order",
    x=embedded([CORPUS.VOCABULARY.encode(probe["input"]) for probe in GOOD_BUT_BAD]),
    **ITS_OWN,
    expect={"probability": [f"{1 / (1 + math.exp(-probe['output.z'][0])):.8e}" for probe in GOOD_BUT_BAD]},
)


@sentiment_lstm.cases(public=1, hidden=3)
def small(rng):
    (N, T), (D, H) = rng.permutation([2, 3]), rng.permutation([4, 5])
    shapes = {"x": (N, T, D), "U": (4, D, H), "W": (4, H, H), "b": (4, H), "V": (H, 1), "d": (1,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@cache
def held_out():
    return [reviews for reviews, _ in CORPUS.data()["held_out"] if len(reviews) > 2]


@sentiment_lstm.cases(hidden=4)
def trained(rng):
    """Three reviews of one length that the network was not trained on."""
    reviews = held_out()[int(rng.integers(len(held_out())))]
    return {"x": embedded(reviews[rng.choice(len(reviews), 3, replace=False)]), **ITS_OWN}


@sentiment_lstm.oracle.model("sentiment_lstm")
def as_trained(model, x, *weights):
    """Its module takes words and looks them up: let every word be another."""
    given = dict(zip(NAMES.values(), weights, strict=True))
    words = np.arange(x[..., 0].size).reshape(x.shape[:2])
    found = model.forward(words, {"embedding.E": x.reshape(words.size, -1), **given})
    return found["lstm.c"], found["lstm.h"], found["output.a"]


@sentiment_lstm.oracle.pytorch
def by_torch(x, U, W, b, V, d):
    """torch.nn.LSTM shows the hidden states of all words. Its order is input, forget, candidate, output."""
    import torch

    lstm = torch.nn.LSTM(x.shape[2], W.shape[2], batch_first=True, dtype=torch.float64)
    U, W, b = (weights.double()[[1, 0, 3, 2]] for weights in (U, W, b))
    stacked = {"weight_ih_l0": U.mT.flatten(0, 1), "weight_hh_l0": W.mT.flatten(0, 1)}
    lstm.load_state_dict({**stacked, "bias_ih_l0": b.flatten(), "bias_hh_l0": torch.zeros(b.numel())})
    h, (last, _) = lstm(x)
    return {"h": h, "probability": torch.nn.functional.linear(last[0], V.double().T, d.double()).sigmoid()[:, 0]}


@sentiment_lstm.oracle.relation
def what_comes_later_changes_nothing(f, x, *weights):
    middle = x.shape[1] // 2
    return f(x[:, :middle], *weights)[:2], [states[:, :middle] for states in f(x, *weights)[:2]]


@sentiment_lstm.oracle.relation
def sentences_know_nothing_of_each_other(f, x, *weights):
    return f(x[-1:], *weights), [each[-1:] for each in f(x, *weights)]


def altered(
    x,
    U,
    W,
    b,
    V,
    d,
    *,
    gate=sigmoid,
    candidate=np.tanh,
    cell=None,
    shown=np.tanh,
    answer=lambda c, h: h[:, -1],
    end=sigmoid,
):
    """The network with other squashing functions, another rule for the cell, or another state that answers."""
    h, c = np.zeros((len(x), len(b[0]))), np.zeros((len(x), len(b[0])))
    cells, states = [], []
    for words in x.swapaxes(0, 1):
        z = [words @ U[k] + h @ W[k] + b[k] for k in range(4)]
        f, i, o, new = gate(z[0]), gate(z[1]), gate(z[2]), candidate(z[3])
        c = cell(f, i, c, new) if cell else f * c + i * new
        h = o * shown(c)
        cells.append(c)
        states.append(h)
    c, h = np.stack(cells, 1), np.stack(states, 1)
    return c, h, end(answer(c, h) @ V + d)[:, 0]


def reordered(order, x, U, W, b, V, d):
    return sentiment_lstm(x, U[order], W[order], b[order], V, d)


@sentiment_lstm.mistake(
    "forget_and_input_swapped", hint="You swapped the forget and the input gate: layer 0 is forget, 1 is input."
)
def _(*inputs):
    return reordered([1, 0, 2, 3], *inputs)


@sentiment_lstm.mistake(
    "output_and_candidate_swapped",
    hint="You swapped the output gate and the candidate: here the candidate is the last.",
)
def _(*inputs):
    return reordered([0, 1, 3, 2], *inputs)


@sentiment_lstm.mistake(
    "pytorch_order",
    hint="That is PyTorch's order: input, forget, candidate, output. Here: forget, input, output, candidate.",
)
def _(*inputs):
    return reordered([1, 0, 3, 2], *inputs)


@sentiment_lstm.mistake(
    "tanh_gates", hint="Your gates are squashed by tanh. A gate says how much, from 0 to 1: the sigmoid."
)
def _(*inputs):
    return altered(*inputs, gate=np.tanh)


@sentiment_lstm.mistake(
    "sigmoid_candidate", hint="Your candidate is squashed by the sigmoid. It may be negative, too: tanh, from −1 to 1."
)
def _(*inputs):
    return altered(*inputs, candidate=sigmoid)


@sentiment_lstm.mistake("no_bias", hint="Your layers have no bias: add b[k] to each.")
def _(x, U, W, b, V, d):
    return sentiment_lstm(x, U, W, 0 * b, V, d)


@sentiment_lstm.mistake(
    "W_transposed", hint="Your W[k] is transposed. States are rows here, so h stands to the left of W[k] as it is."
)
def _(x, U, W, *others):
    return sentiment_lstm(x, U, W.transpose(0, 2, 1), *others)


@sentiment_lstm.mistake(
    "hidden_state_not_fed_back", hint="Your gates look at the word only. The hidden state before it goes in, too: W[k]."
)
def _(x, U, W, *others):
    return sentiment_lstm(x, U, 0 * W, *others)


@sentiment_lstm.mistake(
    "cell_forgets", hint="Your cell starts anew at each word: what it had, times the forget gate, is kept."
)
def _(*inputs):
    return altered(*inputs, cell=lambda f, i, c, new: i * new)


@sentiment_lstm.mistake(
    "one_gate_for_both",
    hint="You write 1 − f of the candidate. That is a GRU's way: here the input gate decides by itself.",
)
def _(*inputs):
    return altered(*inputs, cell=lambda f, i, c, new: f * c + (1 - f) * new)


@sentiment_lstm.mistake(
    "cell_shown_as_it_is",
    hint="Your hidden state is the output gate times the cell itself: squash the cell by tanh first.",
)
def _(*inputs):
    return altered(*inputs, shown=lambda c: c)


@sentiment_lstm.mistake(
    "answers_from_the_cell", hint="You answer from the cell state. The answer sees the hidden state."
)
def _(*inputs):
    return altered(*inputs, answer=lambda c, h: c[:, -1])


@sentiment_lstm.mistake(
    "answers_from_the_mean",
    hint="You answer from the mean of all hidden states. It is the last that has read all words.",
)
def _(*inputs):
    return altered(*inputs, answer=lambda c, h: h.mean(axis=1))


@sentiment_lstm.mistake(
    "no_probability", hint="You return the weighted sum itself. The sigmoid makes a probability of it."
)
def _(*inputs):
    return altered(*inputs, end=lambda z: z)


@sentiment_lstm.mistake("reads_backwards", hint="You read from the last word to the first.")
def _(x, *weights):
    c, h, probability = sentiment_lstm(x[:, ::-1], *weights)
    return c[:, ::-1], h[:, ::-1], probability


@sentiment_lstm.mistake(
    "goes_on_from_the_last_sentence",
    hint="Your states go on from the sentence before. Each sentence starts with h and c at zero.",
)
def _(x, U, W, b, V, d):
    N, T, D = x.shape
    c, h, _ = (each[0] for each in sentiment_lstm(x.reshape(1, N * T, D), U, W, b, V, d))
    c, h = c.reshape(N, T, -1), h.reshape(N, T, -1)
    return c, h, sigmoid(h[:, -1] @ V + d)[:, 0]


@sentiment_lstm.variant
def _(*inputs):
    return altered(*inputs)


@sentiment_lstm.variant
def _(x, U, W, b, V, d):
    # All four layers in one product, the words' part of it for all words at once.
    (N, T, D), H = x.shape, len(V)
    by_word = x.reshape(N * T, D) @ np.hstack(U) + b.ravel()
    joined, h, c = np.hstack(W), np.zeros((N, T + 1, H)), np.zeros((N, T + 1, H))
    for t in range(T):
        f, i, o, new = np.split(by_word.reshape(N, T, 4 * H)[:, t] + h[:, t] @ joined, 4, axis=1)
        f, i, o = ((np.tanh(z / 2) + 1) / 2 for z in (f, i, o))
        c[:, t + 1] = f * c[:, t] + i * np.tanh(new)
        h[:, t + 1] = o * np.tanh(c[:, t + 1])
    return c[:, 1:], h[:, 1:], (1 + np.exp(-(h[:, -1] @ V + d).ravel())) ** -1


@sentiment_lstm.variant
def _(x, U, W, b, V, d):
    # One sentence after the other, its states as columns.
    c, h, answers = np.zeros((*x.shape[:2], len(V))), np.zeros((*x.shape[:2], len(V))), []
    for n, sentence in enumerate(x):
        cell = hidden = np.zeros(len(V))
        for t, word in enumerate(sentence):
            z = np.einsum("kdh,d->kh", U, word) + np.einsum("kgh,g->kh", W, hidden) + b
            kept, written, out = np.exp(-np.logaddexp(0, -z[:3]))
            c[n, t] = cell = kept * cell + written * np.tanh(z[3])
            h[n, t] = hidden = out * np.tanh(cell)
        answers.append(1 / (1 + math.exp(-(V[:, 0] @ hidden + d[0]))))
    return [c, h, np.array(answers)]


@sentiment_lstm.variant
def _(*inputs):
    return sentiment_lstm(*(array.astype(np.float32) for array in inputs))
