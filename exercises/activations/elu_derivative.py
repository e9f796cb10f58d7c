r"""Derivative of ELU

On the left the slope fades slowly instead of breaking off. There it is ELU(z) + α, which the forward pass
nearly knows.

$$\mathrm{ELU}'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^z & z \le 0 \end{cases}$$
"""

import numpy as np


def elu_derivative(z, alpha):
    """Derivative of ELU (z where z > 0, otherwise alpha·(e^z − 1)) at every element of z.

    z: float array of shape (N, D). alpha: a positive float. Returns a float array of shape (N, D), finite for
    any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.) At z = 0 it is
    alpha, as in PyTorch.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(elu_derivative))
