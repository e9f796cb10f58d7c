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

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sentiment_lstm(x, U, W, b, V, d):
    """Cell states, hidden states and the answer of an LSTM that has read N sentences of T words.

    x: (N, T, D), sentence n's word t as a row of its embedding. U: (4, D, H), W: (4, H, H) and b: (4, H) hold four
    layers each, in the order forget, input, output, candidate: U[k] takes the word, W[k] the hidden state, and there
    is one bias. V: (H, 1) and d: (1,) make the answer from the last hidden state. Before the first word, h and c are
    zero. The weights are float32, as they were trained: whether you compute in float32 or in float64, either is right.

    Returns a tuple of c: (N, T, H) and h: (N, T, H), the states after each word, and probability: (N,), how sure the
    network is that the sentence is positive.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(sentiment_lstm))
