"""What a card shows of wrong numbers: where an array differs, a function over its input, output by output."""

import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from building import pack

from autograder.feedback import card, plain
from autograder.judge import heat_maps, judge
from autograder.outcome import Answer, Curves, HeatMap, Lines, Status, Verdict
from autograder.pack import Output, read_file

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"
WANTED = np.array([[1.0, 2.0, 0.0], [4.0, 5.0, 6.0]])
GOT = np.array([[1.0, 2.5, 0.1], [0.0, np.nan, 4.0]])
MATRIX = Output(name="", shape="N D")


def verdict(wanted, got, *, output=MATRIX, hidden=False):
    """The verdict on `got` where `wanted` is expected; the input says nothing of either."""
    one = pack(lambda seed: wanted, [{"seed": 7}], outputs=[output], hidden=hidden)
    return judge(one, [Answer(status=Status.returned, value=got)])


def drawn(given, kind):
    return next((picture for picture in given.pictures if isinstance(picture, kind)), None)


def page(given):
    """The card as a tree: that it can be read as one shows that nothing in it breaks its markup."""
    return ElementTree.fromstring(card.card(given))


def mistaken(exercise: str, mistake: str) -> Verdict:
    """The verdict on somebody who makes a known mistake, from the published cases."""
    unit, name = exercise.split("/")
    published = read_file(EXERCISES / unit / "packs" / f"{name}.pack")
    return judge(published, [case.mistakes[mistake] for case in published.cases])


# Where it differs ------------------------------------------------------------------------------------------------


def test_each_element_has_the_mark_of_what_is_wrong_with_it():
    found = drawn(verdict(WANTED, GOT), HeatMap)
    assert found.marks == ("=+0", "x?-")
    assert (found.lengths, found.covers, found.first, found.largest) == ((2, 3), (1, 1), (0, 1), 4.0)


def test_a_square_has_the_area_of_the_difference():
    assert drawn(verdict(np.ones((2, 3)), 1 + np.array([[0.0, 1, 4], [9, 36, 81]])), HeatMap).sizes == ("012", "369")


# A cell is told from others by its sign and by the size of its square, whatever its colour.
def test_a_drawing_has_a_sign_in_each_cell_and_a_title_for_screen_readers():
    (svg,) = page(verdict(WANTED, GOT)).iter("svg")
    assert [text.text for text in svg.iter("text") if " " in text.get("x")] == ["·+○", "∅?−"]
    assert svg.find("title").text == "Where it differs, (N, D) = (2, 3):"
    assert "∅ is 0 and should not be" in svg.find("desc").text
    assert svg.get("role") == "img" and svg.get("viewBox")


def test_a_terminal_shows_the_same_in_letters():
    assert """
    Where it differs, (N, D) = (2, 3):
        0 1 2
      0 · + ○
      1 ∅ ? −
    + too large, − too small, ○ should be 0, ∅ is 0 and should not be, ? not a number, · right""" in plain.card(
        verdict(WANTED, GOT)
    )


@pytest.mark.parametrize("shape", [(500, 300), (4, 5, 30, 20), (100_000,), (2, 100_000)])
def test_of_a_large_array_each_cell_shows_the_worst_element(shape):
    wanted = np.ones(shape)
    got = wanted.copy()
    got.ravel()[wanted.size // 2] = 0.5
    given = verdict(wanted, got, output=Output(name=""))
    found = drawn(given, HeatMap)
    assert len(found.marks) <= heat_maps.ROWS and {len(row) for row in found.marks} <= set(range(heat_maps.COLUMNS + 1))
    assert "".join(found.marks).count("-") == 1 and "".join(found.sizes).count("9") == 1
    row, column = np.unravel_index(wanted.size // 2, (wanted.size // shape[-1], shape[-1]))
    assert found.first == (row // found.covers[0], column // found.covers[1])
    assert found.marks[found.first[0]][found.first[1]] == "-"
    assert len(card.card(given)) < 16_000


def test_a_stack_of_jacobians_shows_which_entries_were_forgotten():
    found = drawn(mistaken("activations/softmax_jacobian", "diagonal_only"), HeatMap)
    assert found.marks == ("=xx", "x=x", "xx=") * 2
    shown = plain.card(mistaken("activations/softmax_jacobian", "diagonal_only"))
    assert "(N, C, C) = (2, 3, 3)" in shown and "      1,0 · ∅ ∅" in shown


@pytest.mark.parametrize("shape", [(6,), (2, 3), (1, 2, 3), (3, 1, 1, 2, 1), (0, 3), (30, 40)])
@pytest.mark.parametrize("kind", ["f4", "f8", "i8", "u1", "?", "c16"])
@pytest.mark.parametrize("special", [None, np.nan, np.inf, -np.inf])
def test_any_numbers_can_be_drawn(shape, kind, special):
    wanted, got = np.ones(shape, kind), np.zeros(shape, kind)
    if special is not None and kind in ("f4", "f8", "c16"):
        got[..., 0] = special
        wanted[..., -1] = special
    given = verdict(wanted, got)
    assert [path for each in page(given).iter("path") if "n" in (path := each.get("d"))] == []
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(given), type=Verdict) == given
    plain.card(given)


def test_truth_has_its_own_words():
    wanted = np.array([True, True, True, False, False, False])
    given = verdict(wanted, np.array([True, False, True, False, True, False]))
    assert "○ should be False, ∅ is False and should not be, · right" in plain.card(given)


@pytest.mark.parametrize("value", [WANTED, WANTED[:1], WANTED.tolist(), None, 3.0, WANTED > 0])
def test_what_is_right_or_of_another_form_has_no_map(value):
    assert verdict(WANTED, value).pictures == ()


def test_nothing_of_a_hidden_case_is_drawn():
    given = verdict(WANTED, GOT, hidden=True)
    assert given.pictures == () and not list(page(given).iter("svg"))


# A function over its input ---------------------------------------------------------------------------------------

ELEMENTWISE = {  # an exercise and a mistake in it
    "activations/relu_derivative": "open_at_zero",
    "activations/sigmoid": "tanh",
    "activations/tanh": "sinh",
    "activations/elu": "leaky",
    "activations/swish_derivative": "missing_z",
}
OTHERS = {
    "activations/softmax": "sigmoid",  # of the same shape, but each element depends on its row
    "activations/prelu": "one_slope",  # another slope for each column
    "losses/mse_gradient": "sum_for_mean",  # two arrays
    "foundations/standardize": "variance",
    "activations/dying_relu": "count",
}


@pytest.mark.parametrize(("exercise", "mistake"), ELEMENTWISE.items())
def test_an_elementwise_function_is_drawn_over_its_input(exercise, mistake):
    given = mistaken(exercise, mistake)
    found = drawn(given, Curves)
    assert list(found.x) == sorted(found.x) and len(found.x) >= 5
    assert given.pictures[0] is found
    place, wanted, got = found.mark
    assert wanted != got and found.x[0] <= place <= found.x[-1]


@pytest.mark.parametrize(("exercise", "mistake"), OTHERS.items())
def test_no_other_function_is(exercise, mistake):
    assert drawn(mistaken(exercise, mistake), Curves) is None


def cases_of(*inputs, hidden=False, **fields):
    return pack(lambda z, a=0: z**2, [{"z": np.array(z), **fields} for z in inputs], hidden=hidden)


def test_the_places_are_those_of_all_public_cases_and_of_no_hidden_one():
    shown, secret = cases_of([1.0, 2, 3], [4.0, 5, 6]), cases_of([10.0, 20, 30], hidden=True)
    both = msgspec.structs.replace(shown, cases=(*secret.cases, *shown.cases))
    values = [np.array([0.0, 0, 0])] * 3
    given = judge(both, [Answer(status=Status.returned, value=value) for value in values])
    assert drawn(given, Curves).x == (1, 2, 3, 4, 5, 6)
    assert drawn(given, Curves).expected == (1, 4, 9, 16, 25, 36)


def test_cases_with_another_parameter_are_on_another_curve():
    one, other = cases_of([1.0, 2, 3, 4, 5], a=2.0), cases_of([6.0, 7, 8], a=3.0)
    both = msgspec.structs.replace(one, cases=(*one.cases, *other.cases))
    given = judge(both, [Answer(status=Status.returned, value=case.expected.value + 1) for case in both.cases])
    assert (drawn(given, Curves).x, drawn(given, Curves).where) == ((1, 2, 3, 4, 5), "a = 2")


def test_where_single_places_are_known_each_is_drawn():
    shown = card.card(mistaken("activations/tanh", "sinh"))
    assert "expected</span> ●" in shown and "yours</span> ×" in shown


def test_a_place_far_away_does_not_press_the_others_together():
    given = cases_of([-1.0, 0, 1, 2, 3, 4, 5, 6], [1e6])
    wrong = [Answer(status=Status.returned, value=case.expected.value + 1) for case in given.cases]
    assert drawn(judge(given, wrong), Curves).x[-1] == 6


# Output by output ------------------------------------------------------------------------------------------------


def test_the_first_output_that_is_wrong_is_marked():
    given = mistaken("backprop/productivity_step", "no_sigmoid_slope")
    found = drawn(given, Lines)
    assert [line.output for line in found.lines] == "w1 w2 w3 w4 w5 w6 w7 w8 b1 b2 b3".split()
    assert [line.output for line in found.lines if line.right] == ["w7", "w8", "b3"]
    marked = [row for row in page(given).iter("tr") if "the first" in "".join(row.itertext())]
    assert ["".join(row.itertext()) for row in marked] == ["w115.3323966.37156✗ ← the first"]
    assert re.search(r"w1 +15\.33239 +66\.37156 +✗ ← the first\n +w2 +\S+ +\S+ +✗\n", plain.card(given))


def outputs(wanted, got):
    names = [Output(name="a", shape="N"), Output(name="b")]
    both = pack(lambda seed: wanted, [{"seed": 1}], outputs=names, returns="tuple")
    return judge(both, [Answer(status=Status.returned, value=got)])


@pytest.mark.parametrize(
    ("wanted", "got", "line"),
    [
        (1.0, 1.00000001, ("1", "1.0000000099999999")),
        (np.arange(9.0), np.arange(9.0) % 5, ("(N,) = (9,)", "4 of 9 differ")),
        (np.arange(9.0), np.arange(8.0), ("(N,) = (9,)", "an array of shape (8,)")),
        (np.array([[1.0, 0.5]]), np.array([[1.0, 0.25]]), ("[[1, 0.5]]", "[[1, 0.25]]")),
        ("softmax", "relu" * 100, ("'softmax'", "'" + "relu" * 9 + "re…")),
        (2, None, ("2", "None")),
    ],
)
def test_a_value_is_told_in_one_short_line(wanted, got, line):
    found = drawn(outputs((wanted, 1.0), (got, 1.0)), Lines).lines
    assert (found[0].expected, found[0].got) == line
    assert found[1].right


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</td></table><b>", "\x1b[31mx", '" onload="x'])
def test_what_a_student_wrote_stays_text(text):
    given = outputs(("softmax", 1), (text, 1))
    assert {each.tag for each in page(given).iter()}.isdisjoint({"script", "b"})
    assert "\x1b" not in card.card(given) + plain.card(given)


def test_one_output_needs_no_table():
    assert drawn(verdict(WANTED, GOT), Lines) is None
