r"""Projection of a vector

How much of s points along r: the shadow that s throws on the line of r. As a number it is the scalar
projection, as an arrow the vector projection.

$$\cos\theta = \frac{r \cdot s}{|r|\,|s|} \qquad \text{scalar} = \frac{r \cdot s}{|r|} \qquad
\text{vector} = \frac{r \cdot s}{r \cdot r}\, r$$
"""

import numpy as np


def projection(s, r):
    """Projection of s on r.

    s, r: float arrays of shape (D,), neither of them zero. Returns a dict with

    dot: the dot product of r and s, a float
    norm: |r|, the length of the vector that s is projected on
    cosine: the cosine of the angle between s and r
    scalar: the scalar projection of s on r, negative where they point against each other
    vector: the vector projection of s on r, an array of shape (D,) along the line of r
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(projection))
