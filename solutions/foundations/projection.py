r"""Projection of a vector

How much of s points along r: the shadow that s throws on the line of r. As a number it is the scalar
projection, as an arrow the vector projection.

$$\cos\theta = \frac{r \cdot s}{|r|\,|s|} \qquad \text{scalar} = \frac{r \cdot s}{|r|} \qquad
\text{vector} = \frac{r \cdot s}{r \cdot r}\, r$$
"""

import math

import numpy as np

from autograder import Out, exercise


@exercise(
    shapes="s: D, r: D",
    returns=[Out("dot"), Out("norm"), Out("cosine"), Out("scalar"), Out("vector", "D")],
)
def projection(s, r):
    """Projection of s on r.

    s, r: float arrays of shape (D,), neither of them zero. Returns a dict with

    dot: the dot product of r and s, a float
    norm: |r|, the length of the vector that s is projected on
    cosine: the cosine of the angle between s and r
    scalar: the scalar projection of s on r, negative where they point against each other
    vector: the vector projection of s on r, an array of shape (D,) along the line of r
    """
    ### BEGIN SOLUTION
    dot = r @ s
    norm = np.sqrt(r @ r)
    return {
        "dot": dot,
        "norm": norm,
        "cosine": dot / (norm * np.sqrt(s @ s)),
        "scalar": dot / norm,
        "vector": dot / norm**2 * r,
    }
    ### END SOLUTION


projection.hints(
    "Which of the five change when s is made twice as long, and which when r is?",
    "All of them come from the dot product: divided by both lengths it is the cosine; divided by the length of r "
    "alone, how far s reaches along r. That many steps of length 1 in the direction of r are the vector.",
    """
    s = [3, 4], r = [2, 0]
    dot 6, |r| = 2, |s| = 5
    cosine: 6 / (2 · 5) = 0.6; scalar: 6 / 2 = 3
    vector: three steps of [1, 0], so [3, 0]
    """,
)

lecture_s, lecture_r = [10.0, 5.0, -6.0], [3.0, -4.0, 0.0]
projection.case(
    "the lecture's numbers",
    s=lecture_s,
    r=lecture_r,
    expect={"dot": 10, "norm": 5, "cosine": 10 / (5 * 161**0.5), "scalar": 2, "vector": [6 / 5, -8 / 5, 0]},
)
projection.case(
    "the other way round",
    s=lecture_r,
    r=lecture_s,
    expect={"dot": 10, "norm": 161**0.5, "scalar": 10 / 161**0.5, "vector": [100 / 161, 50 / 161, -60 / 161]},
)
projection.case(
    "against each other",
    s=[1.0, 2.0],
    r=[-3.0, -4.0],
    expect={"dot": -11, "norm": 5, "cosine": -11 / 125**0.5, "scalar": -2.2, "vector": [1.32, 1.76]},
)
projection.cases(public=1, hidden=6)


@projection.oracle.brute_force
def by_loops(s, r):
    dot = r_squared = s_squared = 0.0
    for s_i, r_i in zip(s, r, strict=True):
        dot += s_i * r_i
        r_squared += r_i * r_i
        s_squared += s_i * s_i
    return {
        "dot": dot,
        "norm": r_squared**0.5,
        "cosine": dot / (r_squared * s_squared) ** 0.5,
        "scalar": dot / r_squared**0.5,
        "vector": np.array([dot / r_squared * r_i for r_i in r]),
    }


@projection.oracle.relation
def only_the_direction_of_r_counts(f, s, r):
    """Three times as long, r has the same line: all but its length and the dot product stay."""
    same = ("cosine", "scalar", "vector")
    return [f(s, 3.0 * r)[name] for name in same], [f(s, r)[name] for name in same]


@projection.oracle.relation
def a_shadow_throws_itself(f, s, r):
    shadow = f(s, r)["vector"]
    return f(shadow, r)["vector"], shadow


@projection.mistake("divides_by_s", hint="You divide by |s|. The shadow falls on r: it is the length of r that counts.")
def _(s, r):
    length = np.linalg.norm(s)
    return {**projection(s, r), "scalar": r @ s / length, "vector": r @ s / length**2 * r}


@projection.mistake(
    "norm_for_its_square", hint="You divide by |r| once. Making r a unit vector takes a second |r|: divide by |r|²."
)
def _(s, r):
    return {**projection(s, r), "vector": r @ s / np.linalg.norm(r) * r}


@projection.mistake("along_s", hint="Your vector lies along s. The shadow falls on the line of r.")
def _(s, r):
    return {**projection(s, r), "vector": r @ s / (s @ s) * s}


@projection.mistake("missing_root", hint="Yours is |r|². The length is its root.")
def _(s, r):
    return {**projection(s, r), "norm": r @ r}


@projection.mistake("sum_of_absolutes", hint="You add the absolute values. A length is √(r·r).")
def _(s, r):
    return {**projection(s, r), "norm": np.abs(r).sum()}


@projection.mistake("one_length", hint="You divide by one length only. The cosine needs both: |r| and |s|.")
def _(s, r):
    return {**projection(s, r), "cosine": r @ s / np.linalg.norm(r)}


@projection.mistake("angle", hint="You give the angle. Its cosine is asked for: leave arccos away.")
def _(s, r):
    return {**projection(s, r), "cosine": np.arccos(projection(s, r)["cosine"])}


@projection.mistake("elementwise", hint="You multiply element by element. A dot product adds these products up.")
def _(s, r):
    return {**projection(s, r), "dot": r * s}


@projection.variant
def _(s, r):
    unit = r / np.linalg.norm(r)
    scalar = np.dot(s, unit)
    return {
        "dot": np.sum(r * s),
        "norm": np.linalg.norm(r),
        "cosine": scalar / np.linalg.norm(s),
        "scalar": scalar,
        "vector": scalar * unit,
    }


@projection.variant
def _(s, r):
    dot, length = float(np.inner(s, r)), math.hypot(*s)
    cosine = dot / (length * math.hypot(*r))
    vector = np.outer(r, r) @ s / np.inner(r, r)
    return {"vector": vector, "scalar": length * cosine, "cosine": cosine, "norm": math.hypot(*r), "dot": dot}


@projection.variant
def _(s, r):
    dot = sum(s_i * r_i for s_i, r_i in zip(s, r, strict=True))
    norm, s_norm = sum(r**2) ** 0.5, sum(s**2) ** 0.5
    vector = np.zeros_like(r)
    for i, r_i in enumerate(r):
        vector[i] = dot * r_i / norm**2
    return {"dot": dot, "norm": norm, "cosine": dot / norm / s_norm, "scalar": dot / norm, "vector": vector}
