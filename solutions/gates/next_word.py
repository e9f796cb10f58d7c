r"""The next word, by an LSTM

This network was trained on short sentences about learning machines: which word comes next? It gives every word of its
vocabulary a number, a *logit*. To go on *greedily* is to take the word with the largest, always the same. To *sample*
is to roll dice that are loaded by the softmax, once the logits are divided by a *temperature* τ:

$$p_k = \frac{e^{z_k/\tau}}{\sum_j e^{z_j/\tau}}$$

A temperature of 1 leaves the network as it was trained. Below 1 the likely words become likelier still, above 1 the
dice come nearer to fair ones. The roll itself is a number $u$ between 0 and 1: lay the probabilities end to end, in the
order of the vocabulary, and see in which word's stretch $u$ falls.

$$\begin{aligned}
f_t,\, i_t,\, o_t &= \sigma(x_t U_k + h_{t-1} W_k + b_k) & \tilde c_t &= \tanh(x_t U_3 + h_{t-1} W_3 + b_3) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tilde c_t & h_t &= o_t \odot \tanh(c_t) & z &= h_T V + d
\end{aligned}$$
"""

import json

import numpy as np
from safetensors.numpy import load_file

from autograder import Out, exercise, reference_models


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    shapes="words: N T, E: K D, U: 4 D H, W: 4 H H, b: 4 H, V: H K, d: K, temperature:, u: N",
    returns=[
        Out("c", "N H"),
        Out("h", "N H"),
        Out("logits", "N K"),
        Out("probabilities", "N K"),
        Out("greedy", "N"),
        Out("sampled", "N"),
    ],
    tolerance=1e-4,  # with float32 weights, arrays made like them round on the way
)
def next_word(words, E, U, W, b, V, d, temperature, u):
    """The word after each of N beginnings of sentences, as an LSTM has it: the likeliest, and one that is sampled.

    words: (N, T), the beginnings, as ids from 0 to K − 1. Shorter ones are padded on the left with 0, the id of <pad>,
    which the network reads like any other word: that is how it was trained. E: (K, D), the embeddings, word k in row k.
    U: (4, D, H), W: (4, H, H) and b: (4, H) hold four layers each, in the order forget, input, output, candidate: U[k]
    takes the word, W[k] the hidden state, and there is one bias. V: (H, K) and d: (K,) make the logits from the last
    hidden state. Before the first word, h and c are zero. temperature: float > 0, and perhaps very small. u: (N,), a
    number from 0 to below 1 for each beginning. The weights are float32, as they were trained: whether you compute in
    float32 or in float64, either is right.

    Returns a tuple of
    c: (N, H) and h: (N, H), the states after the last word;
    logits: (N, K), one for each word of the vocabulary, before any temperature;
    probabilities: (N, K), the softmax of the logits divided by the temperature;
    greedy: (N,), ids, the word with the largest logit;
    sampled: (N,), ids, the first word k for which probabilities[n, 0] + … + probabilities[n, k] is larger than u[n].
    """
    ### BEGIN SOLUTION
    x = E[words].astype(float)
    h, c = np.zeros((2, len(words), len(V)))
    for t in range(words.shape[1]):
        forget, input_, output, candidate = (x[:, t] @ U[k] + h @ W[k] + b[k] for k in range(4))
        c *= sigmoid(forget)
        c += sigmoid(input_) * np.tanh(candidate)
        h = sigmoid(output) * np.tanh(c)
    logits = h @ V + d
    chosen = [logits.argmax(axis=1)]
    cooled = (logits - logits.max(axis=1, keepdims=True)) / temperature
    probabilities = np.exp(cooled) / np.exp(cooled).sum(axis=1, keepdims=True)
    chosen.append((probabilities.cumsum(axis=1) > u[:, None]).argmax(axis=1))
    return c, h, logits, probabilities, *chosen
    ### END SOLUTION


next_word.hints(
    "Where does the temperature come in: before the exponentials, or after them, and which of the six answers does it "
    "not touch?",
    "Look the words up, and walk through them as a network does that reads: four small layers at each, then the cell, "
    "then the hidden state. Only what is left after the last word makes the logits. What is taken greedily needs no "
    "probabilities at all. For the others, let the largest logit of each beginning become 0 before you divide: at a "
    "low temperature the exponentials grow too large for a float. Then add the probabilities up from the left.",
    """
    Three words with the logits 0, 1 and 2; greedy is word 2
    temperature 1: 1, 2.72 and 7.39, together 11.11, so 9 %, 24 % and 67 %
    temperature 0.5, the logits 0, 2 and 4: 2 %, 12 % and 87 %
    temperature 2, the logits 0, 0.5 and 1: 19 %, 31 % and 51 %
    u = 0.3 at temperature 2: 0.19 is not enough, 0.19 + 0.31 is: word 1
    """,
)

TRAINED = reference_models.folder(__file__) / "trained"
WEIGHTS = load_file(TRAINED / "next_word_lstm.safetensors")
NAMES = {"E": "embedding.E", "U": "lstm.U", "W": "lstm.W", "b": "lstm.b", "V": "output.W", "d": "output.b"}
ITS_OWN = {argument: WEIGHTS[name] for argument, name in NAMES.items()}
CARD = json.loads((TRAINED / "next_word_lstm.json").read_text(encoding="utf-8"))

# The candidate of word 1 is tanh(ln 2) = 0.6, that of word 2 its opposite, that of <pad> 0. The gates hang on nothing:
# forget is σ(ln 3) = 0.75, the others σ(0) = 0.5. Three words, whose powers e^d are 1, 4 and 9.
BY_HAND = {
    "E": [[0.0], [1.0], [-1.0]],
    "U": np.log([[[1.0]], [[1.0]], [[1.0]], [[2.0]]]),
    "W": np.zeros((4, 1, 1)),
    "b": np.log([[3.0], [1.0], [1.0], [1.0]]),
    "V": [[10.0, 10.0, 10.0]],
    "d": np.log([1.0, 4.0, 9.0]),
}
# What all logits have in common, 10 h, does not count; at temperature 2 the powers are the roots 1, 2 and 3.
next_word.case(
    "logarithms, worked by hand",
    words=np.array([[0, 1, 2], [0, 0, 1]]),
    **BY_HAND,
    temperature=2.0,
    u=[0.4, 0.1],
    expect={
        "c": [[-0.075], [0.3]],
        "h": [["-0.03743"], ["0.14566"]],
        "logits": [["-0.374", "1.012", "1.823"], ["1.457", "2.843", "3.654"]],
        "probabilities": [[1 / 6, 1 / 3, 1 / 2]] * 2,
        "greedy": [2, 2],
        "sampled": [1, 0],
    },
)
# ln 9 / 0.001 is 2,197, and no float holds its exponential. What has no chance is not drawn, not even by u = 0.
next_word.case(
    "hardly any temperature",
    words=np.array([[0, 1], [0, 2]]),
    **BY_HAND,
    temperature=0.001,
    u=[0.0, 0.9],
    expect={"c": [[0.3], [-0.3]], "probabilities": [[0, 0, 1]] * 2, "greedy": [2, 2], "sampled": [2, 2]},
)


# The text that the network was trained on, and its words in the order of their ids.
EXAMPLES = reference_models.module(__file__, "examples")
SENTENCES = (reference_models.folder(__file__) / "next_word.txt").read_text(encoding="utf-8").splitlines()
VOCABULARY = EXAMPLES.Vocabulary(["<pad>", *sorted(set(" ".join(SENTENCES).split()))])
LONGEST = max(len(line.split()) for line in SENTENCES) - 1


def padded(beginnings):
    """The ids of beginnings, on the left filled up with <pad> to the length that the network knows."""
    ids = [VOCABULARY.encode(beginning) for beginning in beginnings]
    return np.array([[0] * (LONGEST - len(words)) + words for words in ids])


# What the network read here when it was trained stands on its card.
WITHOUT_AN = next(probe for probe in CARD["probes"] if probe["input"] == "without an")
next_word.case(
    "“without an …”, by the trained network",
    words=padded([WITHOUT_AN["input"]]),
    **ITS_OWN,
    temperature=0.5,
    u=[0.95],
    expect={"greedy": VOCABULARY.encode(WITHOUT_AN["reads"])},
)


def settled(answers, u):
    """Whether no choice hangs on rounding: the largest logit leads by 0.02, and no running sum is within 0.001 of u.

    Another BLAS or float32 moves a logit by 1e-5 and a running sum by 1e-6, at most.
    """
    _, _, logits, probabilities, *_ = answers
    second, best = np.sort(logits, axis=1)[:, -2:].T
    return min(best - second) > 0.02 and np.abs(probabilities.cumsum(axis=1) - u[:, None]).min() > 0.001


@next_word.cases(public=2, hidden=3)
def small(rng):
    """Beginnings that go on with different words, and dice that do not always choose the likeliest."""
    while True:
        inputs = any_network(rng)
        *_, greedy, sampled = answers = next_word(**inputs)
        if settled(answers, inputs["u"]) and len(set(greedy)) > 1 and (sampled != greedy).any():
            return inputs


def any_network(rng):
    """The second beginning has a word less than the others, and <pad> in its place."""
    N, K, (T, D, H) = 4, 7, rng.permutation([2, 3, 5])
    shapes = {"E": (K, D), "U": (4, D, H), "W": (4, H, H), "b": (4, H), "V": (H, K), "d": (K,)}
    words = rng.integers(1, K, size=(N, T))
    words[1, 0] = 0
    # Words that differ much, and little bias: what was read decides.
    scales = {"E": 2.0, "b": 0.5, "V": 3.0}
    weights = {name: rng.normal(scale=scales.get(name, 1.0), size=shape) for name, shape in shapes.items()}
    return {"words": words, **weights, "temperature": rng.uniform(0.4, 2.5), "u": rng.uniform(size=N)}


@next_word.cases(hidden=3)
def trained(rng):
    """Two beginnings of sentences of the text, of any length."""
    while True:
        chosen = [SENTENCES[n].split() for n in rng.choice(len(SENTENCES), 2, replace=False)]
        words = padded(" ".join(sentence[: rng.integers(len(sentence))]) for sentence in chosen)
        inputs = {"words": words, **ITS_OWN, "temperature": rng.uniform(0.5, 1.5), "u": rng.uniform(size=2)}
        if settled(next_word(**inputs), inputs["u"]):
            return inputs


@next_word.oracle.model("next_word_lstm")
def as_trained(model, words, *others):
    weights = dict(zip(NAMES.values(), others, strict=False))
    found = model.forward(words, weights)
    last = {name: found[f"lstm.{name}"][:, -1] for name in "ch"}
    return {**last, "logits": found["logits"], "greedy": found["logits"].argmax(axis=1)}


@next_word.oracle.pytorch
def by_torch(words, E, U, W, b, V, d, temperature, u):
    """torch.nn.LSTM's order is input, forget, candidate, output."""
    import torch

    lstm = torch.nn.LSTM(E.shape[1], W.shape[2], batch_first=True, dtype=torch.float64)
    U, W, b = (weights.double()[[1, 0, 3, 2]] for weights in (U, W, b))
    stacked = {"weight_ih_l0": U.mT.flatten(0, 1), "weight_hh_l0": W.mT.flatten(0, 1)}
    lstm.load_state_dict({**stacked, "bias_ih_l0": b.flatten(), "bias_hh_l0": torch.zeros(b.numel())})
    _, (h, c) = lstm(torch.nn.functional.embedding(words, E.double()))
    logits = torch.nn.functional.linear(h[0], V.double().T, d.double())
    probabilities = torch.softmax(logits / temperature, 1)
    sampled = torch.searchsorted(probabilities.cumsum(1), u[:, None], right=True)[:, 0]
    return c[0], h[0], logits, probabilities, logits.topk(1).indices[:, 0], sampled


@next_word.oracle.relation
def beginnings_know_nothing_of_each_other(f, words, *others):
    *network, u = others
    return f(words[-1:], *network, u[-1:]), [each[-1:] for each in f(words, *network, u)]


@next_word.oracle.relation
def a_temperature_is_a_division_of_the_last_layer(f, words, E, U, W, b, V, d, temperature, u):
    cooled = f(words, E, U, W, b, V / np.float64(temperature), d / np.float64(temperature), 1.0, u)
    return cooled[3:], f(words, E, U, W, b, V, d, temperature, u)[3:]


def divided(logits, temperature):
    return logits / temperature


def softmax(z):
    """Of any size: e^z over all e^z is one over all e^(difference)."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)


def dice(probabilities, u):
    """For each row the first place at which the running sum is larger than u."""
    return np.array(
        [np.searchsorted(sums, v, side="right") for sums, v in zip(probabilities.cumsum(1), u, strict=True)]
    )


def altered(
    words,
    E,
    U,
    W,
    b,
    V,
    d,
    temperature,
    u,
    *,
    gate=sigmoid,
    candidate=np.tanh,
    cell=None,
    shown=np.tanh,
    reads="h",
    choice=np.argmax,
    heat=divided,
    to_probabilities=softmax,
    sample=dice,
    dtype=float,
):
    """The network with other squashing functions, another rule for the cell, another last layer, or other dice."""
    E, U, W, b, V, d = (weights.astype(dtype) for weights in (E, U, W, b, V, d))
    h, c = np.zeros((2, len(words), len(V)), dtype)
    for column in words.T:
        z = [E[column] @ U[k] + h @ W[k] + b[k] for k in range(4)]
        f, i, o, new = gate(z[0]), gate(z[1]), gate(z[2]), candidate(z[3])
        c = cell(f, i, c, new) if cell else f * c + i * new
        h = o * shown(c)
    logits = {"c": c, "h": h}[reads] @ V + d
    probabilities = to_probabilities(heat(logits, temperature))
    return c, h, logits, probabilities, choice(logits, axis=1), sample(probabilities, u)


def reordered(order, words, E, U, W, b, *others):
    return next_word(words, E, U[order], W[order], b[order], *others)


@next_word.mistake(
    "forget_and_input_swapped", hint="You swapped the forget and the input gate: layer 0 is forget, 1 is input."
)
def _(*inputs):
    return reordered([1, 0, 2, 3], *inputs)


@next_word.mistake(
    "output_and_candidate_swapped",
    hint="You swapped the output gate and the candidate: here the candidate is the last.",
)
def _(*inputs):
    return reordered([0, 1, 3, 2], *inputs)


@next_word.mistake(
    "pytorch_order",
    hint="That is PyTorch's order: input, forget, candidate, output. Here: forget, input, output, candidate.",
)
def _(*inputs):
    return reordered([1, 0, 3, 2], *inputs)


@next_word.mistake(
    "tanh_gates", hint="Your gates are squashed by tanh. A gate says how much, from 0 to 1: the sigmoid."
)
def _(*inputs):
    return altered(*inputs, gate=np.tanh)


@next_word.mistake(
    "sigmoid_candidate", hint="Your candidate is squashed by the sigmoid. It may be negative, too: tanh, from −1 to 1."
)
def _(*inputs):
    return altered(*inputs, candidate=sigmoid)


@next_word.mistake("no_bias", hint="The four layers of your LSTM have no bias: add b[k] to each.")
def _(words, E, U, W, b, *others):
    return next_word(words, E, U, W, 0 * b, *others)


@next_word.mistake("no_bias_in_the_last_layer", hint="Your logits have no bias: d is missing.")
def _(words, E, U, W, b, V, d, *others):
    return next_word(words, E, U, W, b, V, 0 * d, *others)


@next_word.mistake(
    "W_transposed", hint="Your W[k] is transposed. States are rows here, so h stands to the left of W[k] as it is."
)
def _(words, E, U, W, *others):
    return next_word(words, E, U, W.transpose(0, 2, 1), *others)


@next_word.mistake(
    "hidden_state_not_fed_back", hint="Your gates look at the word only. The hidden state before it goes in, too: W[k]."
)
def _(words, E, U, W, *others):
    return next_word(words, E, U, 0 * W, *others)


@next_word.mistake(
    "cell_forgets", hint="Your cell starts anew at each word: what it had, times the forget gate, is kept."
)
def _(*inputs):
    return altered(*inputs, cell=lambda f, i, c, new: i * new)


@next_word.mistake(
    "cell_shown_as_it_is",
    hint="Your hidden state is the output gate times the cell itself: squash the cell by tanh first.",
)
def _(*inputs):
    return altered(*inputs, shown=lambda c: c)


@next_word.mistake("predicts_from_the_cell", hint="Your logits see the cell state. They are made of the hidden state.")
def _(*inputs):
    return altered(*inputs, reads="c")


@next_word.mistake("reads_backwards", hint="You read from the last word to the first.")
def _(words, *others):
    return next_word(words[:, ::-1], *others)


@next_word.mistake(
    "padding_skipped",
    hint="You skip <pad>. The network was trained with it, and reads it as a word of its own: so must you.",
)
def _(words, *others):
    *weights, temperature, u = others
    rows = [next_word(row[None, row > 0], *weights, temperature, u[n, None]) for n, row in enumerate(words)]
    return tuple(np.concatenate(output) for output in zip(*rows, strict=True))


@next_word.mistake(
    "padding_behind",
    hint="You move the words to the left and read <pad> behind them. It stands before the first word: the last thing "
    "that is read is the last word.",
)
def _(words, *others):
    return next_word(np.array([[*row[row > 0], *row[row == 0]] for row in words]), *others)


@next_word.mistake(
    "last_word_left_out", hint="Your loop stops before the last word. The states asked for have read all T words."
)
def _(words, *others):
    return next_word(words[:, :-1], *others)


@next_word.mistake(
    "goes_on_from_the_last_beginning",
    hint="Your states go on from the beginning before. Each one starts with h and c at zero.",
)
def _(words, *others):
    *weights, temperature, u = others
    rows = [next_word(words[: n + 1].reshape(1, -1), *weights, temperature, u[n, None]) for n in range(len(words))]
    return tuple(np.concatenate(output) for output in zip(*rows, strict=True))


@next_word.mistake("least_likely", hint="Your greedy word has the smallest logit. It is the one with the largest.")
def _(*inputs):
    return altered(*inputs, choice=np.argmin)


@next_word.mistake(
    "temperature_ignored", hint="Your probabilities are those of temperature 1. Divide the logits by the temperature."
)
def _(*inputs):
    return altered(*inputs, heat=lambda logits, temperature: logits)


@next_word.mistake(
    "temperature_multiplied",
    hint="You multiply by the temperature, so that heat sharpens and cold blurs. The logits are divided by it.",
)
def _(*inputs):
    return altered(*inputs, heat=lambda logits, temperature: logits * temperature)


@next_word.mistake(
    "temperature_after_the_softmax",
    hint="You divide the probabilities by the temperature, and they no longer add up to 1. It divides the logits, "
    "before the softmax.",
)
def _(*inputs):
    temperature = inputs[-2]
    return altered(
        *inputs, heat=lambda logits, _: logits, to_probabilities=lambda logits: softmax(logits) / temperature
    )


@next_word.mistake(
    "logits_with_temperature",
    hint="Your logits are divided by the temperature already. Return them as the network gives them; the temperature "
    "is for the probabilities.",
)
def _(*inputs):
    c, h, logits, *others = next_word(*inputs)
    return c, h, logits / inputs[-2], *others


@next_word.mistake(
    "softmax_over_the_beginnings",
    hint="Your softmax runs down the columns, over the beginnings. It is over the words: each row adds up to 1.",
)
def _(*inputs):
    return altered(*inputs, to_probabilities=lambda z: softmax(z.T).T)


@next_word.mistake(
    "no_softmax", hint="You divide the logits by their sum. The softmax takes the exponential of each first."
)
def _(*inputs):
    return altered(*inputs, to_probabilities=lambda z: z / z.sum(axis=1, keepdims=True))


def in_danger(largest, axis=1):
    """Exponentials of numbers that are as large as they may be, but for what `largest` gives."""

    def to_probabilities(z):
        powers = np.exp(z - largest(z))
        return powers / powers.sum(axis=axis, keepdims=True)

    return to_probabilities


@next_word.mistake(
    "sums_of_columns",
    hint="You divide by the sums of the columns, over the beginnings. Divide by those of the rows: each adds up to 1.",
)
def _(*inputs):
    return altered(*inputs, to_probabilities=in_danger(lambda z: z.max(axis=1, keepdims=True), axis=0))


@next_word.mistake(
    "overflow",
    hint="At a low temperature your exponentials are infinite. Take the largest logit of each row away before: the "
    "probabilities stay the same.",
)
def _(*inputs):
    return altered(*inputs, to_probabilities=in_danger(lambda z: 0.0))


@next_word.mistake(
    "one_maximum_for_all",
    hint="You take the largest logit of all beginnings away from each. At a low temperature nothing but 0 is left of "
    "the others: each row has a largest of its own.",
)
def _(*inputs):
    return altered(*inputs, to_probabilities=in_danger(np.max))


@next_word.mistake(
    "sampled_is_greedy", hint="Your sampled word is the likeliest one, whatever u says. Add up the probabilities to u."
)
def _(*inputs):
    return altered(*inputs, sample=lambda probabilities, u: probabilities.argmax(axis=1))


@next_word.mistake(
    "sum_runs_on",
    hint="Your running sum goes on from one beginning to the next. It starts anew in each row.",
)
def _(*inputs):
    return altered(*inputs, sample=lambda probabilities, u: (probabilities.cumsum() > u[:, None]).argmax(axis=1))


@next_word.mistake(
    "word_before",
    hint="You take the last word whose running sum is still below u. The one after it is the word whose stretch holds "
    "u.",
)
def _(*inputs):
    return altered(*inputs, sample=lambda probabilities, u: np.maximum(dice(probabilities, u) - 1, 0))


@next_word.mistake(
    "may_equal_u",
    hint="You stop where the running sum reaches u. It must be larger: or else u = 0 draws the first word, even one "
    "without any chance.",
)
def _(*inputs):
    return altered(*inputs, sample=lambda probabilities, u: (probabilities.cumsum(1) >= u[:, None]).argmax(1))


@next_word.mistake(
    "sampled_at_temperature_1",
    hint="Your dice are loaded by the probabilities of temperature 1. Take those that you return.",
)
def _(*inputs):
    c, h, logits, probabilities, greedy, _ = next_word(*inputs)
    return c, h, logits, probabilities, greedy, dice(softmax(logits), inputs[-1])


@next_word.mistake(
    "likeliest_first",
    hint="You put the likeliest words first before you add up. The order is that of the vocabulary.",
)
def _(*inputs):
    def sample(probabilities, u):
        order = np.argsort(-probabilities, axis=1)
        return order[np.arange(len(u)), dice(np.take_along_axis(probabilities, order, axis=1), u)]

    return altered(*inputs, sample=sample)


@next_word.variant
def _(*inputs):
    return altered(*inputs)


@next_word.variant
def _(words, E, U, W, b, V, d, temperature, u):
    # One-hot words in front of the embeddings, all four layers in one product.
    (N, T), (K, D), H = words.shape, E.shape, len(V)
    by_word = (np.eye(K)[words] @ E).reshape(N * T, D) @ np.hstack(U) + b.ravel()
    joined, h, c = np.hstack(W), np.zeros((N, H)), np.zeros((N, H))
    for z in by_word.reshape(N, T, 4 * H).swapaxes(0, 1):
        f, i, o, new = np.split(z + h @ joined, 4, axis=1)
        f, i, o = ((np.tanh(each / 2) + 1) / 2 for each in (f, i, o))
        c = f * c + i * np.tanh(new)
        h = o * np.tanh(c)
    logits = h @ V + d
    logs = logits / temperature
    logs = logs - np.logaddexp.reduce(logs, axis=1)[:, None]
    below = np.cumsum(np.exp(logs), axis=1) <= u[:, None]
    return c, h, logits, np.exp(logs), np.argsort(logits, axis=1)[:, -1], below.sum(axis=1)


@next_word.variant
def _(words, E, U, W, b, V, d, temperature, u):
    # One beginning after the other, its states as columns, the dice rolled by hand.
    found = []
    for beginning, roll in zip(words, u, strict=True):
        c = h = np.zeros(len(V))
        for word in beginning:
            z = np.einsum("kdh,d->kh", U, E[word]) + np.einsum("kgh,g->kh", W, h) + b
            forget, write, show = np.exp(-np.logaddexp(0, -z[:3]))
            c = forget * c + write * np.tanh(z[3])
            h = show * np.tanh(c)
        logits = V.T @ h + d
        powers = np.exp((logits - max(logits)) / temperature)
        probabilities = powers / sum(powers)
        word, passed = 0, probabilities[0]
        while passed <= roll:
            word += 1
            passed += probabilities[word]
        found.append((c, h, logits, probabilities, int(np.argmax(logits)), word))
    return [np.array(column) for column in zip(*found, strict=True)]


@next_word.variant
def _(*inputs):
    return altered(*inputs, dtype=np.float32)
