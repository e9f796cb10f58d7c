r"""ELU

The exponential linear unit bends where ReLU breaks off: to the left it runs smoothly towards −α. So a unit can
answer with negative values, and its slope vanishes only far out.

$$\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}$$
"""

import numpy as np


def elu(z, alpha):
    """ELU of every element of z.

    z: float array of shape (N, D). alpha: a positive float, −alpha is what it approaches on the left.
    Returns a float array of shape (N, D): z where z > 0, otherwise alpha·(e^z − 1). It is finite for any z,
    be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(elu))
