"""Formulas are drawn as a textbook does: in a terminal's letters, and in MathML for a page."""

from xml.etree import ElementTree

import pytest
from formulas import FORMULAS, NAMES
from hypothesis import given, settings

from autograder.judge import formula_drawing


def lines(text):
    return [line.rstrip() for line in formula_drawing.pretty(text, NAMES).lines]


# SymPy's own drawing reasons about what it draws, and on some formulas never comes to an end.
@given(FORMULAS)
@settings(max_examples=100, deadline=None)
def test_any_formula_is_drawn(u):
    drawn = formula_drawing.pretty(u, NAMES)
    assert all(drawn.lines) and drawn.width <= max(90, len(u))
    assert drawn.base < len(drawn.lines)
    assert ElementTree.fromstring(formula_drawing.mathml(u, NAMES)).tag == "math"


def mrow(*parts):
    return f"<mrow>{''.join(parts)}</mrow>"


X, T, TWO = "<mi>x</mi>", "<mi>t</mi>", "<mn>2</mn>"
FRACTION = f"<mfrac>{X}{T}</mfrac>"
MINUS, TIMES, OPEN, CLOSE = (f"<mo>{sign}</mo>" for sign in "−⋅()")


@pytest.mark.parametrize(
    ("text", "drawn", "mathml"),
    [
        ("x - x/t", ["    x", "x - ─", "    t"], mrow(X, MINUS, FRACTION)),
        ("(x/t)**2", ["   2", "⎛x⎞", "⎜─⎟", "⎝t⎠"], f"<msup>{mrow(OPEN, FRACTION, CLOSE)}{TWO}</msup>"),
        ("x - (t - x)", ["x - (t - x)"], mrow(X, MINUS, mrow(OPEN, mrow(T, MINUS, X), CLOSE))),
        ("-x**2", ["  2", "-x"], mrow(MINUS, f"<msup>{X}{TWO}</msup>")),
        ("-2*x", ["-2⋅x"], mrow(MINUS, mrow(TWO, TIMES, X))),
        ("t - (-2*x)", ["t - (-2⋅x)"], mrow(T, MINUS, mrow(OPEN, mrow(MINUS, mrow(TWO, TIMES, X)), CLOSE))),
        ("(-x)**2", ["    2", "(-x)"], f"<msup>{mrow(OPEN, mrow(MINUS, X), CLOSE)}{TWO}</msup>"),
        ("sqrt(pi)*Abs(x)", ["√π⋅│x│"], mrow("<msqrt><mi>π</mi></msqrt>", TIMES, mrow("<mo>|</mo>", X, "<mo>|</mo>"))),
        ("exp(-x)", [" -x", "ℯ"], f"<msup><mi>ℯ</mi>{mrow(MINUS, X)}</msup>"),
        ("0.3*sigmoid(x)", ["0.3⋅σ(x)"], mrow("<mn>0.3</mn>", TIMES, mrow("<mi>σ</mi>", mrow(OPEN, mrow(X), CLOSE)))),
        ("x if 0 < x <= 1 else 0", ["⎨ x  0 < x and x <= 1", "⎨ 0  otherwise"], None),
    ],
)
def test_a_formula_is_drawn_as_a_textbook_does(text, drawn, mathml):
    assert lines(text) == drawn
    if mathml:
        found = formula_drawing.mathml(text, NAMES)
        assert found[found.index(">") + 1 : -len("</math>")] == mathml


def test_the_pieces_of_a_formula_are_the_rows_of_a_table():
    table = ElementTree.fromstring(formula_drawing.mathml("x if 0 < x <= 1 else 0", NAMES)).find("mtable")
    assert ["".join(row.itertext()) for row in table] == ["x0<x∧x≤1", "0otherwise"]


def test_what_is_too_wide_to_draw_stays_as_it_is_typed():
    text = " + ".join(f"x**{n}/t" for n in range(40))
    assert lines(text) == [text]
