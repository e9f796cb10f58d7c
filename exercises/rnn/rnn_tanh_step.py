r"""One step of a recurrent network

A recurrent network reads a sequence word by word. Its state is all that it remembers: each step mixes the
new input with the old state, squashes the sum, and reads the output off the new state.

$$h_t = \tanh(x_t U + h_{t-1} W) \qquad \hat y_t = h_t V$$
"""

import numpy as np


def rnn_tanh_step(x, h_prev, U, V, W):
    """The new state and the output of a recurrent network, for a batch of N sequences at one time step.

    x: (N, D), the inputs. h_prev: (N, H), the states before the step. U: (D, H), input to state.
    V: (H, K), state to output. W: (H, H), old state to new; row i holds the weights of old unit i.
    There are no biases, and the output is linear. Returns (h, y): the new states (N, H), the outputs (N, K).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(rnn_tanh_step))
