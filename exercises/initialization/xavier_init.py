r"""Xavier initialisation

A layer should neither amplify nor quench what passes through it, forwards or backwards. Glorot and Bengio
(2010) therefore draw the weights with mean 0 and a spread that both sides share:

$$\sigma = \sqrt{\frac{2}{n_\text{in} + n_\text{out}}} \qquad\text{or uniformly in}\qquad
\pm\sqrt{\frac{6}{n_\text{in} + n_\text{out}}}$$
"""

import numpy as np


def xavier_init(fan_in, fan_out, distribution, rng):
    """Weights of a dense layer by Xavier's rule.

    fan_in, fan_out: numbers of inputs and outputs. distribution: "normal" or "uniform".
    rng: a numpy.random.Generator; draw every number from it. Returns a float array of shape (fan_in, fan_out).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(xavier_init))
