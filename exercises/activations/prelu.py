r"""PReLU

The parametric ReLU: how much leaks through on the negative side is not fixed but learned, like a weight, for
each unit by itself.

$$\mathrm{PReLU}(z_{ij}) = \begin{cases} z_{ij} & z_{ij} > 0 \\ a_j\,z_{ij} & z_{ij} \le 0 \end{cases}$$
"""

import numpy as np


def prelu(z, a):
    """Parametric ReLU of a layer's values.

    z: float array of shape (N, D), one example in each row and one unit in each column. a: float array of
    shape (D,), the slope of each unit on its negative side; it may be any number, negative or above 1, too.
    Returns a float array of shape (N, D): z where z > 0, otherwise z times the slope of its unit.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(prelu))
