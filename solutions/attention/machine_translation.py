r"""Translating with attention

This network was trained on numbers in words: “ninety nine” is “quatre vingt dix neuf”, four twenties, ten and nine. An
encoder reads the English words and keeps its state after *each* of them. A decoder writes the French ones, and before
each it looks back: its own state $s_{t-1}$ asks every state $h_j$ of the encoder how much it matters now. The answers
are weights that add up to 1, and what the decoder gets to see is their mixture, the *context*:

$$e_{t,j} = v^\top\tanh(h_j U_a + s_{t-1} W_a) \qquad \alpha_{t,j} = \frac{e^{e_{t,j}}}{\sum_k e^{e_{t,k}}} \qquad
C_t = \sum_j \alpha_{t,j}\,h_j$$

Both are GRUs. With the input $x$ and the state $h$ before it,

$$r = \sigma(x U_0 + h W_0 + b_0) \qquad z = \sigma(x U_1 + h W_1 + b_1) \qquad
\tilde h = \tanh(x U_2 + (r \odot h) W_2 + b_2) \qquad h' = z \odot \tilde h + (1 - z) \odot h$$

The decoder's input is the word it wrote last, and the context behind it. It writes the likeliest word, and stops when
that is the sign for the end, END.
"""

import math
from functools import cache, partial

import numpy as np
from safetensors.numpy import load_file

from autograder import Out, exercise, reference_models

END, START = 0, 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    shapes="source: N S",
    returns=[
        Out("encoded", "N S H"),
        Out("attention", "N T S"),
        Out("contexts", "N T H"),
        Out("states", "N T G"),
        Out("logits", "N T K"),
        Out("translation", "N T"),
    ],
    tolerance=1e-4,  # with float32 weights, arrays made like them round on the way
)
def machine_translation(source, encoder, attention, decoder, output, longest):
    """The translations of N sentences of S words, by a trained encoder and decoder with attention between them.

    source: (N, S), the ids of the sentences' words. The weights come in four dicts, as float32, as they were trained;
    whether you compute in float32 or in float64, either is right.

    encoder: a GRU. E: (M, D), the embeddings, word k in row k; U: (3, D, H), W: (3, H, H), b: (3, H), its three layers
    in the order reset, update, candidate. It starts from zeros, and reads the words from the first to the last.
    attention: U: (H, A), W: (G, A), v: (A,). The state it asks with is the decoder's before the step.
    decoder: a GRU. E: (K, B), U: (3, B + H, G), W: (3, G, G), b: (3, G). It starts from zeros, too. Its input is the
    embedding of the last word, and behind it the context. Before the first word that is START.
    output: a dense layer. W: (G + H, K), b: (K,). It makes the logits from the decoder's new state, and behind it the
    context.

    All sentences take their steps together. Each step takes the word with the largest logit; once a sentence has come
    to END, that is its word in all further steps, and what the decoder is given. After the step at which the last of
    the sentences has come to END there is no further one, nor after `longest` steps. T is the number of steps.

    Returns a tuple of
    encoded: (N, S, H), the encoder's states; attention: (N, T, S), the weights α; contexts: (N, T, H);
    states: (N, T, G), the decoder's after each step; logits: (N, T, K);
    translation: (N, T), ids, with END from the end of a sentence on.
    """

    ### BEGIN SOLUTION
    def gru(layer, x, h):
        U, W, b = layer["U"], layer["W"], layer["b"]
        reset, update = (sigmoid(x @ U[k] + h @ W[k] + b[k]) for k in range(2))
        candidate = np.tanh(x @ U[2] + (reset * h) @ W[2] + b[2])
        return update * candidate + (1 - update) * h

    N, H, G = len(source), len(attention["U"]), len(attention["W"])
    h, encoded = np.tile(0.0, (N, H)), []
    for words in source.T:
        h = gru(encoder, encoder["E"][words].astype(float), h)
        encoded = [*encoded, h]
    encoded = np.stack(encoded, axis=1)
    s, words, steps = np.tile(0.0, (N, G)), np.repeat(START, N), []
    ended = words == END
    for _ in range(longest):
        asked = encoded @ attention["U"] + (s @ attention["W"])[:, None]
        scores = (np.tanh(asked) * attention["v"]).sum(axis=2)
        weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        context = (weights[:, :, None] * encoded).sum(axis=1)
        s = gru(decoder, np.hstack([decoder["E"][words], context]), s)
        logits = np.hstack([s, context]) @ output["W"] + output["b"]
        written = np.where(ended, END, logits.argmax(axis=1))
        steps.append((weights, context, s, logits, written))
        ended = written == END
        if ended.all():
            break
        words = written
    return encoded, *(np.stack([step[k] for step in steps], axis=1) for k in range(5))
    ### END SOLUTION


machine_translation.hints(
    "Which state of the decoder asks at the first step, and what do the weights hang on then?",
    "Write one step of a GRU and use it twice, with other weights. Let the encoder read, and keep its state after each "
    "word. Then write, step by step: scores of all words of the source, weights of them that add up to 1 for each "
    "sentence, their mixture of the encoder's states, a step of the decoder, the logits, the largest. What the step "
    "needs of the one before is a state and a word, and which sentences have ended.",
    """
    Two words whose states are 0.3 and −0.1; v = 1, no query yet, U_a = 10: tanh(3) ≈ 0.995 and tanh(−1) ≈ −0.762
    powers: e^0.995 ≈ 2.705 and e^−0.762 ≈ 0.467, together 3.172
    weights: 0.853 and 0.147
    context: 0.853 · 0.3 − 0.147 · 0.1 ≈ 0.241
    Two sentences end at steps 2 and 4: T is 4, and the first one's words are, say, 7 0 0 0
    """,
)

TRAINED = reference_models.folder(__file__) / "trained"
WEIGHTS = load_file(TRAINED / "translation_seq2seq.safetensors")
LAYERS = {
    "encoder": {"E": "source.E", "U": "encoder.U", "W": "encoder.W", "b": "encoder.b"},
    "attention": {"U": "attention.U", "W": "attention.W", "v": "attention.v"},
    "decoder": {"E": "target.E", "U": "decoder.U", "W": "decoder.W", "b": "decoder.b"},
    "output": {"W": "output.W", "b": "output.b"},
}
ITS_OWN = {part: {key: WEIGHTS[whole] for key, whole in labels.items()} for part, labels in LAYERS.items()}
EXAMPLES = reference_models.module(__file__, "examples")
NUMBERS = reference_models.module(__file__, "numbers_in_words")
SOURCE = EXAMPLES.Vocabulary(NUMBERS.ENGLISH)
TARGET = EXAMPLES.Vocabulary(["<end>", "<start>", *NUMBERS.FRENCH])

# One unit each. Candidates are 0 or tanh(±ln 2) = ±0.6, all gates σ(0) = 0.5: states of ±0.3 and ±0.15, in both GRUs.
# The scores are 15/14 · ln 3 times tanh of some ln 2: tanh(ln 2) = 3/5, tanh(½ ln 2) = 1/3, tanh(1½ ln 2) = 7/9 and
# tanh(2 ln 2) = 15/17. So e to the difference of two of them is 3 to the power of ±1 at first, then of 10/17 and −5/6.
# The second sentence ends at once, and would go on with word 3.
LN2 = np.log(2)
machine_translation.case(
    "logarithms, worked by hand",
    source=np.array([[0, 1], [1, 0]]),
    encoder={
        "E": np.array([[LN2], [-LN2]]),
        "U": np.array([[[0.0]], [[0.0]], [[1.0]]]),
        "W": np.zeros((3, 1, 1)),
        "b": np.zeros((3, 1)),
    },
    attention={"U": np.array([[LN2 / 0.3]]), "W": np.array([[LN2 / 0.3]]), "v": np.array([15 / 14 * np.log(3)])},
    decoder={
        "E": np.array([[-LN2], [LN2], [0.0], [0.0]]),
        "U": np.array([[[0.0], [0.0]], [[0.0], [0.0]], [[1.0], [0.0]]]),
        "W": np.zeros((3, 1, 1)),
        "b": np.zeros((3, 1)),
    },
    output={"W": np.array([[0.0, 0, 10, -10], [0, 0, 40, -40]]), "b": np.array([0.0, -2, -8, 0])},
    longest=5,
    expect={
        "encoded": [[[0.3], [-0.15]], [[-0.3], [0.15]]],
        "attention": [[[0.75, 0.25], ["0.6562", "0.3438"]], [[0.25, 0.75], ["0.2859", "0.7141"]]],
        "contexts": [[[0.1875], ["0.14527"]], [[0.0375], ["0.02136"]]],
        "states": [[[0.3], [0.15]], [[0.3], [-0.15]]],
        "logits": [
            [[0, -2, 2.5, -10.5], [0, -2, "-0.689", "-7.311"]],
            [[0, -2, -3.5, -4.5], [0, -2, "-8.646", "0.646"]],
        ],
        "translation": [[2, END], [END, END]],
    },
)
machine_translation.case(
    "“two hundred”, by the trained network",
    source=np.array([SOURCE.encode("two hundred")]),
    **ITS_OWN,
    longest=4,
    expect={"translation": [[*TARGET.encode("deux cents"), END]]},
)


def settled(translated):
    """Whether no word hangs on rounding: until a sentence ends, its likeliest word leads by 0.05.

    Another BLAS or float32 moves a logit by 1e-5 at most.
    """
    *_, logits, translation = translated
    second, best = np.moveaxis(np.sort(logits), -1, 0)[-2:]
    ends = translation == END
    return (best - second)[np.cumsum(ends, axis=1) - ends == 0].min() > 0.05


@machine_translation.cases(public=1, hidden=3)
def small(rng):
    """One of the two sentences ends before the last step, and would go on if it were let."""
    while True:
        inputs = any_network(rng)
        *_, logits, translation = translated = machine_translation(**inputs)
        if settled(translated) and (logits.argmax(axis=2) != translation)[:, :-1].any():
            return inputs


def any_network(rng):
    """Two sentences, and weights that let the words hang on the states."""
    D, H, A, G, B = rng.permutation([2, 3, 4, 5, 6])
    N, S, M, K = 2, 3, 8, 7
    shapes = {
        "encoder": {"E": (M, D), "U": (3, D, H), "W": (3, H, H), "b": (3, H)},
        "attention": {"U": (H, A), "W": (G, A), "v": (A,)},
        "decoder": {"E": (K, B), "U": (3, B + H, G), "W": (3, G, G), "b": (3, G)},
        "output": {"W": (G + H, K), "b": (K,)},
    }
    weights = {layer: {name: rng.normal(size=shape) for name, shape in of.items()} for layer, of in shapes.items()}
    weights["output"]["W"] *= 3
    weights["output"]["b"][END] += 1
    return {"source": rng.integers(M, size=(N, S)), **weights, "longest": 4}


@cache
def held_out():
    """Numbers that the network was not trained on, by the length of their English words."""
    found = {}
    for number in range(1, 10_000):
        if EXAMPLES.share(str(number), 10) == 0:
            found.setdefault(len(NUMBERS.english(number).split()), []).append(number)
    return [group for group in found.values() if len(group) > 2]


@machine_translation.cases(hidden=1)
def trained(rng):
    """Two numbers whose English words are equally many."""
    while True:
        group = held_out()[int(rng.integers(len(held_out())))]
        words = [SOURCE.encode(NUMBERS.english(int(number))) for number in rng.choice(group, 2, replace=False)]
        inputs = {"source": np.array(words), **ITS_OWN, "longest": 9}
        if settled(machine_translation(**inputs)):
            return inputs


@machine_translation.oracle.model("translation_seq2seq")
def as_trained(model, source, *layers):
    """Its module takes nine steps in any case; `longest` is no more here."""
    *layers, longest = layers
    given = zip(LAYERS.values(), layers, strict=True)
    found = model.forward(source, {whole: layer[name] for names, layer in given for name, whole in names.items()})
    unfinished = (found["ids"] != END).any(axis=0)
    T = min(longest, int(np.argmin([*unfinished, False])) + 1)
    steps = ["attention.weights", "attention.context", "decoder.s", "logits", "ids"]
    return found["encoder.h"], *(found[name][:, :T] for name in steps)


@machine_translation.oracle.brute_force
def sentence_by_sentence(source, encoder, attention, decoder, output, longest):
    def step(layer, x, h):
        r, z, n = (np.vstack([layer["U"][k], layer["W"][k], layer["b"][k]]) for k in range(3))
        reset, update = (1 / (1 + np.exp(-np.array([*x, *h, 1]) @ each)) for each in (r, z))
        candidate = np.tanh(np.array([*x, *(reset * h), 1]) @ n)
        return h + update * (candidate - h)

    def score(h, s):
        return float(np.tanh(h @ attention["U"] + s @ attention["W"]) @ attention["v"])

    encoded, written = [], []
    for sentence in source:
        states = [np.zeros(encoder["b"].shape[1])]
        for word in sentence:
            states.append(step(encoder, encoder["E"][word], states[-1]))
        encoded.append(states[1:])
        s, word, steps = np.zeros(decoder["b"].shape[1]), START, []
        for _ in range(longest):
            powers = [math.exp(score(h, s)) for h in states[1:]]
            weights = [power / math.fsum(powers) for power in powers]
            context = sum(weight * h for weight, h in zip(weights, states[1:], strict=True))
            s = step(decoder, [*decoder["E"][word], *context], s)
            logits = np.array([*s, *context, 1]) @ np.vstack([output["W"], output["b"]])
            word = END if steps and word == END else max(range(len(logits)), key=logits.__getitem__)
            steps.append((weights, context, s, logits, word))
        written.append(steps)
    lengths = [sum(word != END for *_, word in steps) for steps in written]
    T = min(longest, max(lengths) + 1)
    return np.array(encoded), *(np.array([[step[k] for step in steps[:T]] for steps in written]) for k in range(5))


@machine_translation.oracle.relation
def sentences_know_nothing_of_each_other(f, source, *others):
    encoded, *steps = f(source[-1:], *others)
    together, *all_steps = f(source, *others)
    T = steps[0].shape[1]
    return (encoded, *steps), (together[-1:], *(each[-1:, :T] for each in all_steps))


@machine_translation.oracle.relation
def weights_add_up_to_1_and_contexts_are_their_mixtures(f, *inputs):
    encoded, attention, contexts, *_ = f(*inputs)
    return (attention.sum(axis=2), contexts), (np.ones(attention.shape[:2]), attention @ encoded)


def cell(layer, x, h, *, order=(0, 1, 2), gate=sigmoid, bend=np.tanh, recalled=None, mixed=None):
    """A step of a GRU, or of one with other squashing functions, another memory, or another mixture."""
    r, z, n = order
    U, W, b = layer["U"], layer["W"], layer["b"]
    reset, update = (gate(x @ U[k] + h @ W[k] + b[k]) for k in (r, z))
    candidate = bend(x @ U[n] + b[n] + (recalled(reset, h, W[n]) if recalled else (reset * h) @ W[n]))
    return mixed(update, candidate, h) if mixed else update * candidate + (1 - update) * h


def additive(encoded, s, attention):
    """The scores of all words: (N, S)."""
    return np.tanh(encoded @ attention["U"] + s[:, None] @ attention["W"]) @ attention["v"]


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def mixture(weights, encoded):
    return (weights[:, None] @ encoded)[:, 0]


def word_first(word, context):
    return np.concatenate([word, context], axis=1)


def from_new_state(s, before, context):
    return np.concatenate([s, context], axis=1)


def altered(
    source,
    encoder,
    attention,
    decoder,
    output,
    longest,
    *,
    gru=cell,
    score=additive,
    normalised=softmax,
    mix=mixture,
    late=False,
    given=word_first,
    seen=from_new_state,
    carried=True,
    start=START,
    fed=True,
    silent=True,
    deaf=True,
    stops=np.all,
    dtype=float,
):
    """The network with another GRU, attention, or decoder; late: the new state asks. stops: of the ended sentences."""
    encoder, attention, decoder, output = (
        {name: array.astype(dtype) for name, array in layer.items()} for layer in (encoder, attention, decoder, output)
    )
    N, H = len(source), len(attention["U"])
    h, encoded = np.zeros((N, H), dtype), np.zeros((*source.shape, H), dtype)
    for j, words in enumerate(source.T):
        encoded[:, j] = h = gru(encoder, encoder["E"][words], h)
    nothing = np.zeros((N, len(attention["W"])), dtype)
    s, context, words, ended = nothing, np.zeros_like(h), np.full(N, start), np.zeros(N, bool)
    steps = []
    while not stops(ended) and len(steps) < longest:
        before = s if carried else nothing
        if late:
            s = gru(decoder, given(decoder["E"][words], context), before)
        weights = normalised(score(encoded, s if late else before, attention))
        context = mix(weights, encoded)
        if not late:
            s = gru(decoder, given(decoder["E"][words], context), before)
        logits = seen(s, before, context) @ output["W"] + output["b"]
        likeliest = logits.argmax(axis=1)
        found = np.where(ended & silent, END, likeliest)
        ended = ended | (found == END)
        words = words if not fed else found if deaf else likeliest
        steps.append((weights, context, s, logits, found))
    return encoded, *(np.stack(column, axis=1) for column in zip(*steps, strict=True))


def changed(name, change, source, encoder, attention, decoder, output, longest):
    """The network with a weight of both its GRUs changed."""
    encoder, decoder = ({**layer, name: change(layer[name])} for layer in (encoder, decoder))
    return machine_translation(source, encoder, attention, decoder, output, longest)


@machine_translation.mistake("gates_swapped", hint="You swapped a GRU's gates: layer 0 is the reset, 1 the update.")
def _(*inputs):
    return altered(*inputs, gru=partial(cell, order=(1, 0, 2)))


@machine_translation.mistake(
    "update_keeps",
    hint="Your update gate keeps the old state, as PyTorch's does. Here it lets the candidate in, and 1 − z keeps.",
)
def _(*inputs):
    return altered(*inputs, gru=partial(cell, mixed=lambda z, candidate, h: z * h + (1 - z) * candidate))


@machine_translation.mistake(
    "reset_after_the_product",
    hint="You reset h W₂, as PyTorch does. Here the reset gate multiplies h, before the product.",
)
def _(*inputs):
    return altered(*inputs, gru=partial(cell, recalled=lambda r, h, W: r * (h @ W)))


@machine_translation.mistake(
    "tanh_gates", hint="Your gates are squashed by tanh. A gate says how much, from 0 to 1: the sigmoid."
)
def _(*inputs):
    return altered(*inputs, gru=partial(cell, gate=np.tanh))


@machine_translation.mistake("no_bias", hint="The layers of your GRUs have no bias: add b[k] to each.")
def _(*inputs):
    return changed("b", lambda b: 0 * b, *inputs)


@machine_translation.mistake(
    "W_transposed", hint="Your W[k] is transposed. States are rows here, so h stands to the left of W[k] as it is."
)
def _(*inputs):
    return changed("W", lambda W: W.transpose(0, 2, 1), *inputs)


@machine_translation.mistake(
    "state_not_fed_back",
    hint="The layers of your GRUs look at the input only. The state before it goes in, too: W[k].",
)
def _(*inputs):
    return changed("W", lambda W: 0 * W, *inputs)


@machine_translation.mistake(
    "reads_backwards", hint="Your encoder reads from the last word to the first. Here it reads as one writes."
)
def _(source, *others):
    return machine_translation(source[:, ::-1], *others)


@machine_translation.mistake("no_tanh", hint="Your scores are straight sums: tanh comes before v.")
def _(*inputs):
    def score(encoded, s, attention):
        return (encoded @ attention["U"] + s[:, None] @ attention["W"]) @ attention["v"]

    return altered(*inputs, score=score)


@machine_translation.mistake(
    "scaled_scores",
    hint="You divide the scores by a root, as attention by dot products does. Additive scores stay as they are.",
)
def _(*inputs):
    return altered(*inputs, score=lambda *given: additive(*given) / len(given[2]["v"]) ** 0.5)


@machine_translation.mistake(
    "nobody_asks",
    hint="Your weights are the same at every step. The decoder's state asks for them anew: s W belongs into the score.",
)
def _(*inputs):
    return altered(*inputs, score=lambda encoded, s, attention: additive(encoded, 0 * s, attention))


@machine_translation.mistake(
    "new_state_asks",
    hint="Your attention comes after the decoder's step: its new state asks. The state before the step asks, and the "
    "context goes into the step.",
)
def _(*inputs):
    return altered(*inputs, late=True)


@machine_translation.mistake(
    "softmax_over_the_sentences",
    hint="Your weights add up to 1 over the sentences. They do so over the words of each sentence.",
)
def _(*inputs):
    return altered(*inputs, normalised=lambda scores: softmax(scores.T).T)


@machine_translation.mistake(
    "no_softmax", hint="Your weights are the scores themselves. The softmax makes weights of them that add up to 1."
)
def _(*inputs):
    return altered(*inputs, normalised=lambda scores: scores)


@machine_translation.mistake(
    "hard_attention",
    hint="Your context is the one state with the largest weight. It is the mixture of all, each by its weight.",
)
def _(*inputs):
    return altered(*inputs, mix=lambda weights, encoded: encoded[np.arange(len(encoded)), weights.argmax(axis=1)])


@machine_translation.mistake(
    "last_state_as_context",
    hint="Your context is the encoder's last state, as in networks without attention. Mix all states by their weights.",
)
def _(*inputs):
    return altered(*inputs, mix=lambda weights, encoded: encoded[:, -1])


@machine_translation.mistake(
    "context_first", hint="You put the context before the word. In the decoder's input the word comes first."
)
def _(*inputs):
    return altered(*inputs, given=lambda word, context: np.hstack([context, word]))


@machine_translation.mistake(
    "context_before_state", hint="You put the context before the state in front of the output. The state comes first."
)
def _(*inputs):
    return altered(*inputs, seen=lambda s, before, context: np.hstack([context, s]))


@machine_translation.mistake(
    "old_state_answers",
    hint="Your logits are made of the decoder's state before the step. They are made of the one after it.",
)
def _(*inputs):
    return altered(*inputs, seen=lambda s, before, context: np.hstack([before, context]))


@machine_translation.mistake("no_bias_in_the_last_layer", hint="Your logits have no bias: the output's b is missing.")
def _(source, encoder, attention, decoder, output, longest):
    return machine_translation(source, encoder, attention, decoder, {**output, "b": 0 * output["b"]}, longest)


@machine_translation.mistake("softmax", hint="Those are probabilities. The logits are what stands before that softmax.")
def _(*inputs):
    *layers, logits, translation = machine_translation(*inputs)
    powers = np.exp(logits - logits.max(axis=2, keepdims=True))
    return *layers, powers / powers.sum(axis=2, keepdims=True), translation


@machine_translation.mistake(
    "decoder_forgets", hint="Your decoder starts from zeros at every step. Its state goes on from one to the next."
)
def _(*inputs):
    return altered(*inputs, carried=False)


@machine_translation.mistake(
    "starts_with_end", hint="Your decoder is given END before the first word. That word is START, 1."
)
def _(*inputs):
    return altered(*inputs, start=END)


@machine_translation.mistake(
    "always_start", hint="Your decoder is given START at every step. After the first it is given the word it wrote."
)
def _(*inputs):
    return altered(*inputs, fed=False)


@machine_translation.mistake(
    "writes_on_after_the_end",
    hint="Your sentences go on after their end while others are not done. From END on, each of their words is END.",
)
def _(*inputs):
    return altered(*inputs, silent=False)


@machine_translation.mistake(
    "fed_on_after_the_end",
    hint="You write END, but after it you still give the decoder the words that it would write. From END on it is "
    "given END.",
)
def _(*inputs):
    return altered(*inputs, deaf=False)


@machine_translation.mistake(
    "stops_at_the_first_end",
    hint="You stop when one sentence has come to its end. The others are not done: stop when all have.",
)
def _(*inputs):
    return altered(*inputs, stops=np.any)


@machine_translation.mistake(
    "goes_on_to_the_longest",
    hint="You take all `longest` steps. There is none after that at which the last sentence has come to END.",
)
def _(*inputs):
    return altered(*inputs, stops=lambda ended: False)


@machine_translation.mistake(
    "last_step_left_out",
    hint="You leave before you keep the last step. The one at which the last sentence comes to END belongs to the "
    "answer.",
)
def _(*inputs):
    encoded, *steps, translation = machine_translation(*inputs)
    kept = translation.shape[1] - bool((translation[:, -1] == END).all())
    return encoded, *(each[:, :kept] for each in (*steps, translation))


@machine_translation.variant
def _(*inputs):
    return altered(*inputs)


@machine_translation.variant
def _(*inputs):
    return altered(*inputs, dtype=np.float32)


@machine_translation.variant
def _(source, encoder, attention, decoder, output, longest):
    # What hangs on no state is computed once; arrays of `longest` steps are cut to those taken.
    def gru(layer, from_input, h):
        size = h.shape[1]
        from_input = from_input + layer["b"].ravel()
        gates = from_input[:, : 2 * size] + h @ np.hstack(layer["W"][:2])
        r, z = np.split(0.5 * (1 + np.tanh(0.5 * gates)), 2, axis=1)
        return h + z * (np.tanh(from_input[:, 2 * size :] + (r * h) @ layer["W"][2]) - h)

    N, S = source.shape
    H, G, K = len(attention["U"]), len(attention["W"]), len(output["b"])
    by_word = encoder["E"][source].astype(float) @ np.hstack(encoder["U"])
    encoded, attended, contexts = np.zeros((N, S, H)), np.zeros((N, longest, S)), np.zeros((N, longest, H))
    states, logits, translation = np.zeros((N, longest, G)), np.zeros((N, longest, K)), np.full((N, longest), END)
    for j in range(S):
        encoded[:, j] = gru(encoder, by_word[:, j], encoded[:, j - 1] if j else np.zeros((N, H)))
    keys = np.einsum("nsh,ha->nsa", encoded, attention["U"])
    s, words, T = np.zeros((N, G)), np.array([START] * N), 0
    for t in range(longest):
        T = t + 1
        scores = np.einsum("nsa,a->ns", np.tanh(keys + (s @ attention["W"]).reshape(N, 1, -1)), attention["v"])
        attended[:, t] = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
        contexts[:, t] = np.einsum("ns,nsh->nh", attended[:, t], encoded)
        given = np.concatenate([decoder["E"][words], contexts[:, t]], axis=1)
        states[:, t] = s = gru(decoder, given @ np.hstack(decoder["U"]), s)
        logits[:, t] = s @ output["W"][:G] + contexts[:, t] @ output["W"][G:] + output["b"]
        running = words != END
        words = translation[:, t] = np.argsort(logits[:, t], axis=1)[:, -1] * running
        if not words.any():
            break
    return encoded, *(each[:, :T] for each in (attended, contexts, states, logits, translation))


@machine_translation.variant
def _(*inputs):
    return list(sentence_by_sentence(*inputs))
