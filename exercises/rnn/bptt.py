r"""Backpropagation through time

Unrolled, a recurrent network is a deep network whose layers share their weights. A state takes part in the
loss twice: through its own output, and through all the states after it. So the error runs backwards,

$$\delta_t = \bigl((\hat y_t - y_t)V^\top + \delta_{t+1}W^\top\bigr)\odot(1 - h_t^2)$$

and each weight collects its share of every step:

$$\frac{\partial L}{\partial V} = \sum_t h_t^\top(\hat y_t - y_t) \qquad
\frac{\partial L}{\partial U} = \sum_t x_t^\top\delta_t \qquad
\frac{\partial L}{\partial W} = \sum_t h_{t-1}^\top\delta_t$$
"""

import numpy as np


def bptt(x, targets, h0, U, V, W):
    """Gradients of a recurrent network's loss over one sequence, by backpropagation through all its steps.

    x: (T, D), the inputs; targets: (T, K), both with one time step per row. h0: (H,), the state before the
    first step. U: (D, H), V: (H, K), W: (H, H).

    Forward, for t = 1 … T:  h_t = tanh(x_t U + h_{t−1} W),  ŷ_t = h_t V, without biases.
    Loss: the sum over the steps (not the mean) of ½‖ŷ_t − y_t‖², where y_t are the targets.

    Returns (dY, dU, dV, dW), the derivatives of the loss: for all outputs ŷ (T, K), for U, for V and for W.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(bptt))
