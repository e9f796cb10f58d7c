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

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


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
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(next_word))
