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

import numpy as np


END, START = 0, 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


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

    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(machine_translation))
