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


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_gates(x, h_prev, U, W, b):
    """The three gates and the candidate of an LSTM, for a batch of N sequences at one time step.

    x: (N, D), the inputs. h_prev: (N, H), the hidden states before the step. U: (4, D, H), W: (4, H, H) and
    b: (4, H) hold four layers each, in the order forget, input, output, candidate: U[0], W[0] and b[0]
    make the forget gate. In each, U[k] takes the input and W[k] the hidden state; there is one bias.
    Returns (f, i, o, candidate), each of shape (N, H): gates by the sigmoid, the candidate by tanh.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(lstm_gates))
