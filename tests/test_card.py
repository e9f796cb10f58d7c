"""The card's pictures: both formulas, where their values part, the first wrong step; of a hidden case nothing."""

import re
from xml.etree import ElementTree

import msgspec
import pytest
from building import pack
from formulas import DECLARED, SLOPE

from autograder.feedback import card, drawings, plain
from autograder.feedback.palette import EXPECTED, GOT
from autograder.judge import judge
from autograder.outcome import Answer, Curves, Formulas, Status, Verdict
from autograder.pack import Output

DERIVATION = Output(name="slope", symbols=DECLARED, steps=True)


def verdict(value, *, expected=SLOPE, output=DERIVATION, hidden=False, symbols=None):
    output = msgspec.structs.replace(output, symbols=symbols or output.symbols)
    one = pack(lambda z: expected, [{"z": "x"}], outputs=[output], hidden=hidden)
    return judge(one, [Answer(status=Status.returned, value=value)])


def page(given):
    """The card as a tree: that it can be read as one shows that nothing in it breaks its markup."""
    return ElementTree.fromstring(card.card(given))


def curves(given):
    return next((picture for picture in given.pictures if isinstance(picture, Curves)), None)


def test_a_card_shows_both_formulas_and_their_curves():
    found = page(verdict("a*(1 + a)"))
    both = ["".join(math.itertext()) for math in found.iter("math")]
    assert both == ["ℯ−x(1+ℯ−x)2", "a⋅(1+a)"]
    assert [code.text for code in found.iter("code")] == ["unit/f", "slope", "slope", "a*(1 + a)"]
    assert "slope along x" in "".join(found.itertext())
    assert len(list(found.iter("circle"))) >= 1


def test_a_terminal_shows_both_formulas_in_letters():
    shown = plain.card(verdict("a*(1 + a)"))
    assert "yours     a⋅(1 + a)" in shown
    assert re.search(r"expected  ─+\n", shown)


def test_the_first_wrong_step_is_marked():
    given = verdict(["a*(1 - a)", "a*(1 + a)", "a*(1 - a"])
    labels = re.findall(r"step \d ?[✓✗]?", plain.card(given))
    assert labels == ["step 1 ✓", "step 2 ✗", "step 3 "]
    assert given.pictures[0].wrong == 1
    said = "".join(page(given).itertext())
    assert "step 1 ✓" in said and "step 2 ✗" in said and "step 3  a*(1 - a" in said


def test_nothing_of_a_hidden_case_is_drawn():
    given = verdict("a*(1 + a)", hidden=True)
    assert given.pictures == ()
    assert not list(page(given).iter("math")) and not list(page(given).iter("svg"))


def test_in_grading_the_public_case_is_drawn_and_not_the_hidden_one():
    shown = pack(lambda z: "2*x", [{"z": "x"}], outputs=[DERIVATION])
    secret = pack(lambda z: "37*x", [{"z": "x"}], outputs=[DERIVATION], hidden=True)
    both = msgspec.structs.replace(secret, cases=(*secret.cases, *shown.cases))
    given = judge(both, [Answer(status=Status.returned, value="3*x")] * 2)
    assert [each.expected for each in given.pictures if isinstance(each, Formulas)] == ["2*x"]
    assert "37" not in msgspec.json.encode(given).decode()


@pytest.mark.parametrize("value", [SLOPE, "a.b", None, [], {"x": 1}])
def test_what_is_right_or_no_formula_has_no_picture(value):
    assert verdict(value).pictures == ()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "x</code></div><b>", "\x1b[31mx", '"><svg onload="alert(1)">', "x" * 5000]
)
def test_what_a_student_wrote_stays_text(text):
    given = verdict(["a*(1 + a)", text])
    found = page(given)
    assert {each.tag for each in found.iter()}.isdisjoint({"script", "b"})
    assert not [each for each in found.iter("svg") if "onload" in each.attrib]
    assert "\x1b" not in card.card(given) + plain.card(given)


def test_the_curves_pass_through_the_place_that_the_message_names():
    given = verdict("a*(1 + a)")
    place, wanted, got = curves(given).mark
    named, *values = map(float, re.findall(r"-?\d+\.\d+", given.message.partition("At x = ")[2]))
    assert (place, wanted, got) == (named, *(pytest.approx(value, rel=1e-4) for value in values[:2]))
    assert place in curves(given).x


def test_all_other_symbols_stay_where_they_are():
    found = curves(verdict("x*t + 1", expected="x*t"))
    assert found.axis == "x"
    value = float(found.where.removeprefix("t = "))
    assert found.expected == tuple(pytest.approx(x * value, rel=1e-3) for x in found.x)


def test_a_curve_has_a_gap_where_there_is_no_number():
    found = curves(verdict("1/(x - 1)", expected="x", symbols="x: 0..2"))
    assert found.got[len(found.x) // 2 - 2 : len(found.x) // 2 + 2].count(None) == 1
    assert None not in found.expected
    assert "nan" not in drawings.as_html(verdict("log(x)", expected="x"))


@pytest.mark.parametrize(("expected", "value"), [("x/3", "0.333333*x"), ("1/16", "1/4"), ("pi", "22/7")])
def test_curves_that_would_show_nothing_are_left_out(expected, value):
    given = verdict(value, expected=expected)
    assert isinstance(given.pictures[0], Formulas)
    assert curves(given) is None


def test_a_difference_at_a_kink_alone_is_seen_as_two_dots():
    given = verdict("1 if x >= 0 else 0", expected="Heaviside(x, 0)", symbols="x: real at 0")
    assert curves(given).mark == (0.0, 0.0, 1.0)
    first, second = page(given).iter("circle")
    assert first.get("cx") == second.get("cx") and first.get("cy") != second.get("cy")


@pytest.mark.parametrize("declared", ["x: natural", "x: 0..1", "x: positive", "x: negative", "x: 5..6", "x: -1..0"])
@pytest.mark.parametrize("value", ["1e8*x", "1/x", "3", "tan(30*x)", "x - 1e-7", "sqrt(-x)"])
def test_any_domain_and_any_curve_is_drawn(declared, value):
    given = verdict(value, expected="x", symbols=declared)
    numbers = re.findall(r'(?:[a-z]+="| |,)(-?[\d.]+)', drawings.as_html(given))
    assert all(abs(float(number)) < 1000 for number in numbers if number.strip("."))
    page(given)


# Text, axes and numbers are in the page's own colour, so they are seen on a light page and on a dark one.
def test_a_card_takes_its_colours_from_the_page():
    markup = card.card(verdict("a*(1 + a)"))
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', markup)) == {"currentColor", "none", EXPECTED, GOT}
    assert re.findall(r"[^-]color:(?!inherit)|background:(?!none)", markup) == ['"color:', "background:"]  # the badge
    assert "http" not in markup and "<script" not in markup


def test_pictures_travel_with_the_verdict():
    given = verdict("a*(1 + a)")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(given), type=Verdict) == given
    assert len(msgspec.msgpack.encode(given)) < 8000
    assert len(card.card(given)) < 16000
