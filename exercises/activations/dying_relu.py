r"""Dying ReLU

A unit whose ReLU is 0 for every example passes no gradient back, so its weights stay as they are, and it stays
dead. How much of a layer is lost?

$$\text{share} = \frac{1}{H}\,\bigl|\{\, j : \mathrm{ReLU}(z_{ij}) = 0 \text{ for all } i \,\}\bigr|$$
"""

import numpy as np


def dying_relu(z):
    """Share of a layer's units that are dead: those whose ReLU is 0 on every example.

    z: float array of shape (N, H), what goes into the ReLU: one example in each row, one unit in each column.
    Returns a float from 0 (none is dead) to 1 (all are).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(dying_relu))
