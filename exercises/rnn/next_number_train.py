r"""Training a recurrent network to count on

1, 2, … what comes next? A recurrent network reads a few numbers, one after the other, and says the next. Nobody tells
it the rule: it is in the examples, and it is another one each time. Steps may stay, shrink, grow, or turn around.

$$h_t = \tanh(x_t U + h_{t-1} W + b) \qquad \hat y = h_T V + c$$

The error comes in after the last number and goes back through every step, where it meets the same U, W and b again.
"""

import numpy as np


def next_number_train(x, y, U, W, b, V, c):
    """Trains a recurrent network on sequences of numbers and returns its parameters.

    x: (N, T), a sequence in each row; all numbers are divided by 20, so that tanh sees no large ones. y: (N,), the
    number that follows, divided by 20, too. U: (1, H), W: (H, H), b: (H,), V: (H, 1), c: (1,): the weights to start
    from. Before the first number the hidden state is zero.

    Returns a tuple of U, W, b, V and c, trained. A sequence is predicted from its last hidden state: h @ V + c.

    Scored by the mean squared error on sequences that you are not given. Full marks: 98 % of what the reference gains
    over the best constant answer. How you go downhill, and how long, is up to you.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(next_number_train))
