"""Submissions that are alike: who copied is on the list however they disguised it, and who did not is not."""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import NEEDED, chromium, new_page
from building import write_course
from honest_class import copied, given, honest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from autograder import course as courses
from autograder.course import CourseError
from autograder.feedback.report import command, saved
from autograder.feedback.report.similar import MAX_PAIRS, page
from autograder.grading import batch, similarity, submissions
from autograder.grading.similarity import pairs, worth_a_look
from autograder.grading.sources import Part, Work
from autograder.publishing import build
from autograder.running.submission import HandedIn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = '''
def attention(query, key, value):
    """What every word takes from the others."""
    # first the scores, by hand
    scores = np.zeros((len(query), len(key)))
    for row in range(len(query)):
        for column in range(len(key)):
            scores[row, column] = (query[row] * key[column]).sum() / query.shape[1] ** 0.5
    largest = scores.max(axis=1)[:, None]
    weights = np.exp(scores - largest)
    total = weights.sum(axis=1)
    answer = []
    for row, whole in zip(weights, total):
        answer.append(sum(share / whole * word for share, word in zip(row, value)))
    if len(answer) == 0:
        raise ValueError('there are no words')
    return np.array(answer)
'''
OTHER = """
def attention(query, key, value):
    scaled = query @ key.T * (1 / np.sqrt(key.shape[-1]))
    scaled -= np.max(scaled, axis=-1, keepdims=True)
    soft = np.exp(scaled)
    soft /= np.sum(soft, axis=-1, keepdims=True)
    assert soft.shape == (query.shape[0], key.shape[0]), "one weight for each pair of words"
    mixed = np.einsum("qk,kd->qd", soft, value)
    print("weights", soft.min(), soft.max())
    return mixed
"""
SHORT = "def gated(z):\n    gate = 1 / (1 + np.exp(-z))\n    return gate * z"


def works(*texts: str) -> list[Work]:
    return [Work(f"student-{number}", [Part("attention", text)]) for number, text in enumerate(texts)]


def names(found: list[similarity.Pair]) -> list[tuple[str, str]]:
    return [(pair.first.student, pair.second.student) for pair in found]


@pytest.mark.parametrize(("unit", "size"), [("activations", 10), ("losses", 24), ("gates", 12), ("backprop", 24)])
def test_a_class_that_worked_honestly_gives_no_pair(unit: str, size: int) -> None:
    assert pairs(honest(unit, size), given(unit)) == []


@pytest.mark.parametrize("unit", ["gates", "rnn"])
def test_in_such_a_class_the_one_who_copied_is_found_and_nobody_else(unit: str) -> None:
    """The copy has other names, comments, layout and quotes, and its functions stand in another order."""
    honestly = honest(unit, 10)
    (found,) = pairs([*honestly, copied(honestly[4])], given(unit))
    assert {found.first.student, found.second.student} == {"honest-004", "copier"}
    assert found.share == pytest.approx(1.0)
    assert found.characters >= similarity.LEAST
    assert set(found.exercises) <= set(given(unit))


@pytest.mark.parametrize(
    "disguised",
    [
        LONG,
        LONG.replace("scores", "table").replace("weights", "w").replace("row", "i").replace("attention", "attend"),
        LONG.replace("    # first the scores, by hand\n", "").replace("What every", "My own: what every"),
        "\n".join(f"{line}  # line {number}" for number, line in enumerate(LONG.split("\n"))),
        LONG.replace("    ", "\t").replace("\n", "\n\n"),
        LONG.replace("'there are no words'", '"nothing to read!"'),
        LONG.replace(" = ", "=").replace(", ", ",").replace(" * ", "*"),
    ],
    ids=["as it is", "names", "comments", "more comments", "white space", "texts", "spaces"],
)
def test_what_does_not_count(disguised: str) -> None:
    (found,) = pairs(works(LONG, OTHER, disguised), {})
    assert names([found]) == [("student-0", "student-2")]
    assert (found.first.share, found.second.share) == (pytest.approx(1.0), pytest.approx(1.0))


def test_two_ways_to_write_the_same_are_not_alike() -> None:
    assert pairs(works(LONG, OTHER), {}) == []


def test_a_few_changed_lines_do_not_help() -> None:
    changed = LONG.replace("if len(answer) == 0:", "if not answer:").replace(".max(axis=1)", ".max(1)")
    (found,) = pairs(works(LONG, changed), {})
    assert 0.8 < found.share < 1


def test_one_function_taken_over_among_much_of_their_own_is_not_listed() -> None:
    """The rule is on all of their own code: this is what it does not see."""
    one, other = works(LONG, LONG)
    assert len(pairs([one, other], {})) == 1
    more = [Part("more", text) for text in (OTHER, inspect.getsource(similarity.pairs))]
    assert pairs([Work("ann", [*one.parts, more[0]]), Work("bob", [*other.parts, more[1]])], {}) == []


def test_what_was_given_is_nobodys() -> None:
    assert len(pairs(works(LONG, LONG), {})) == 1
    assert pairs(works(LONG, LONG), {"attention": [LONG]}) == []
    assert len(pairs(works(LONG, LONG), {"another exercise": [LONG]})) == 1


def test_nor_is_it_where_its_docstrings_were_deleted() -> None:
    authors = {
        f"exercise-{number}": f'def f(a, b):\n    """By the author."""\n    return np.sum(a * {number}, axis=0) + b'
        for number in range(10)
    }
    bare = [Part(name, text.replace('    """By the author."""\n', "")) for name, text in authors.items()]
    both = [Work("ann", bare), Work("bob", bare)]
    assert len(pairs(both, {})) == 1
    assert pairs(both, {name: [text] for name, text in authors.items()}) == []


@pytest.mark.parametrize(("size", "most"), [(2, 3), (24, 3), (199, 3), (200, 4), (450, 9), (500, 10), (1000, 10)])
def test_what_more_of_a_class_share_is_everybodys(size: int, most: int) -> None:
    assert similarity.everybodys(size) == most


def test_friends_are_found_and_a_tenth_of_the_class_is_nobody_in_particular() -> None:
    different = [f"def attention(query):\n    return query[{number}]" for number in range(30)]
    assert len(pairs(works(*different, LONG, LONG, LONG), {})) == 3
    assert pairs(works(*different, LONG, LONG, LONG, LONG), {}) == []


def test_nobody_is_accused_of_a_short_answer() -> None:
    assert pairs(works(SHORT, SHORT), {}) == []
    lines = [Part(f"exercise-{number}", SHORT) for number in range(4)]
    assert pairs([Work("ann", lines), Work("bob", lines)], {}) == []


@pytest.mark.parametrize(
    ("characters", "shares", "listed"),
    [
        (199, (1.0, 1.0), False),
        (200, (0.8, 0.8), True),
        (200, (0.79, 1.0), False),
        (599, (1.0, 0.79), False),
        (600, (0.5, 0.1), True),
        (600, (0.49, 0.49), False),
        (0, (0.0, 0.0), False),
    ],
)
def test_the_rule(characters: int, shares: tuple[float, float], listed: bool) -> None:
    assert worth_a_look(characters, shares) is listed
    assert worth_a_look(characters, shares[::-1]) is listed


LINES = st.sampled_from([*LONG.split("\n"), *OTHER.split("\n"), "class A(b.C): pass", "x = '''", "%time", "é = '𝛼'"])


@settings(max_examples=40, deadline=None)
@whatever(st.lists(st.lists(LINES, max_size=40).map("\n".join), min_size=2, max_size=3))
def test_the_runs_are_the_whole_text_and_both_marks_hold_the_same_code(texts: list[str]) -> None:
    for pair in pairs(works(*texts), {}):
        for side in (pair.first, pair.second):
            assert "".join(text for text, _ in side.parts["attention"]) == texts[int(side.student[-1])]
            assert any(alike for _, alike in side.parts["attention"])


def test_marked_is_what_is_alike() -> None:
    before, after = "def mine(a):\n    return a[0] + 17", "def yours(b, c):\n    yield from (b, c, 'other')"
    (found,) = pairs(works(before + LONG + after, LONG), {})
    (marked,) = [text for text, alike in found.first.parts["attention"] if alike]
    assert marked.startswith("def attention(") and "np.array(answer)" in marked
    assert "17" not in marked and "yield" not in marked


# What a student wrote, and the command


def book(*cells: str) -> str:
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    found = [{**code, "id": f"c{number}", "source": text} for number, text in enumerate(cells)]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


LONGER = LONG.replace("def attention(query, key, value)", "def double(x, key=(), value=())").replace("query", "x")
TWO = "title: A course\nunits:\n  arithmetic:\n    title: Arithmetic\n    about: Numbers.\n    exercises:\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> courses.Course:
    """A course of double and triple, which is built."""
    root = write_course(tmp_path_factory.mktemp("course"), course=f"{TWO}      double: 2\n      triple: 3\n")
    text = (root / "solutions" / "arithmetic" / "double.py").read_text()
    text = text.replace("double", "triple").replace("2.0 * x", "3.0 * x").replace("[[3, -4]]", "[[4.5, -6]]")
    (root / "solutions" / "arithmetic" / "triple.py").write_text(
        text.replace("v + v", "v * 3").replace("x + x", "x * 3")
    )
    found = courses.find(root)
    build.write(found, build.files(found, "s" * 32))
    saved.write(_made(root / "reports") / f"arithmetic{saved.SUFFIX}", "arithmetic", "Arithmetic", [], {})
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def inside(course: courses.Course, monkeypatch: pytest.MonkeyPatch) -> courses.Course:
    monkeypatch.chdir(course.root)
    return course


def parts(course: courses.Course, path: Path) -> dict[str, str]:
    packs = batch.hidden_packs(course, "arithmetic")
    found, problems = submissions.works([HandedIn("ann", path)], "arithmetic", packs, lambda _: None)
    assert problems == {}
    return {part.name: part.text for work in found for part in work.parts}


def test_compared_is_what_was_changed_in_the_place_that_is_judged(course: courses.Course, tmp_path: Path) -> None:
    stub = next(pack.stub for pack in batch.hidden_packs(course, "arithmetic") if pack.name == "triple")
    path = tmp_path / "arithmetic.ipynb"
    path.write_text(book("def double(x): return 1", "def double(x): return 2", "print('mine')", f"{stub}# a word\n"))
    assert parts(course, path) == {"double": "def double(x): return 2"}


def test_a_script_is_cut_into_its_functions(course: courses.Course, tmp_path: Path) -> None:
    path = tmp_path / "arithmetic.py"
    path.write_text(
        "import math\n\ndef double(x):\n    return x\n\ndef help(): pass\n\ndef triple(x):\n    return help()\n"
    )
    assert parts(course, path) == {
        "double": "import math\n\ndef double(x):\n    return x",
        "triple": "def help(): pass\n\ndef triple(x):\n    return help()",
    }


def test_a_script_that_cannot_be_read_is_compared_as_a_whole(course: courses.Course, tmp_path: Path) -> None:
    path = tmp_path / "arithmetic.py"
    path.write_text("def double(x): return ((\ndef triple(x): return x")
    assert list(parts(course, path)) == ["double, triple"]


def handed_in(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for student, text in files.items():
        (folder / f"{student}.ipynb").write_text(text)
    return folder


def test_the_page_lies_beside_the_report(inside: courses.Course, tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "class", ann=book(LONGER), bob=book(LONGER.replace("row", "i")), eve="no notebook")
    target, count = command.write_similar("arithmetic", folder, tmp_path / "out" / "again.html")
    assert (target, count) == (tmp_path / "out" / "again-similar.html", 1)
    text = target.read_text()
    assert "A place to look, not a finding" in text
    assert "ann and bob" in text and "eve.ipynb is not a notebook" in text


def test_what_the_authors_file_holds_is_subtracted(inside: courses.Course, tmp_path: Path) -> None:
    right = (inside.root / "solutions" / "arithmetic" / "double.py").read_text().partition("double.case")[0]
    folder = handed_in(tmp_path / "class", ann=book(right + LONGER), bob=book(right * 3))
    assert command.write_similar("arithmetic", folder, tmp_path / "page.html")[1] == 0


def autograder(root: Path, *words: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    code = f"import sys; {before}; from autograder.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *words], cwd=root, capture_output=True, text=True)


def test_it_is_off_unless_it_is_asked_for(course: courses.Course, tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "class", ann=book(LONGER), bob=book(LONGER))
    similar = course.root / "reports" / "arithmetic-similar.html"
    assert autograder(course.root, "report", "arithmetic").returncode == 0
    assert not similar.exists()
    result = autograder(course.root, "report", "arithmetic", "--similar", "--course", str(folder))
    assert (result.returncode, result.stderr) == (0, "")
    assert f"pairs that are alike, a place to look: 1, in {similar}" in result.stdout
    assert "ann and bob" in similar.read_text()


def test_without_the_library_a_sentence_says_how_to_get_it(course: courses.Course, tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "class", ann=book(LONGER), bob=book(LONGER))
    words = ("report", "arithmetic", "--similar", "--course", str(folder))
    result = autograder(course.root, *words, before="sys.modules['copydetect'] = None")
    assert result.returncode == 2
    assert result.stderr == "autograder: this command needs copydetect: pip install 'chainrule[staff]'\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no submission of arithmetic: expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb"),
        ({"ann": book(LONGER)}, "of 1 submissions of arithmetic in .*class, 1 can be compared, and it takes two"),
        ({"ann": book(LONGER), "bob": "{"}, "of 2 submissions of .*, 1 can be compared, .* with --course DIR"),
    ],
)
def test_what_cannot_be_compared_is_said(
    inside: courses.Course, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(CourseError, match=said):
        command.write_similar("arithmetic", handed_in(tmp_path / "class", **files), tmp_path / "page.html")


def test_where_submissions_are_must_be_said_or_known(inside: courses.Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="has no folder submitted/: say where"):
        command.write_similar("arithmetic", None, tmp_path / "page.html")
    with pytest.raises(CourseError, match="does not exist"):
        command.write_similar("arithmetic", tmp_path / "nowhere", tmp_path / "page.html")


# The page

HOSTILE = "</pre><script>acted = 1</script><img src=x onerror=acted=1>"


def made(*students: str) -> list[similarity.Pair]:
    """Pairs of long texts with what a student could write to act in a page."""
    text = f"{LONG}\nprint('{HOSTILE}')\n# {'a' * 300}\n"
    return pairs([Work(name, [Part("attention", text)]) for name in students], {})


def test_a_page_without_pairs_proves_nothing_and_says_so() -> None:
    text = page("A unit", [], 24, ["attention"])
    assert "No two of them are alike enough to be listed." in text
    assert "not to say that nobody copied" in text


def test_a_class_that_had_the_same_help_is_told_so() -> None:
    (pair,) = made("ann", "bob")
    text = page("A unit", [pair] * (MAX_PAIRS + 7), 24, ["attention"])
    assert text.count("<section") == MAX_PAIRS
    assert "7 more pairs are not shown" in text and f"{MAX_PAIRS + 7} pairs of them" in text


def test_what_students_wrote_is_text() -> None:
    text = page("A unit", made("ann", "bob"), 2, ["attention"], {"<b>eve": f"her file {HOSTILE}"})
    assert "<script" not in text and "<img" not in text and "<b>" not in text
    assert "&lt;script&gt;acted = 1" in text


# Of the elements in sight those that begin or end outside of the window, or hold more than they show.
CUT = """() => [...document.querySelectorAll('body *')].filter(each => {
    const box = each.getBoundingClientRect();
    const cut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible';
    return each.checkVisibility() && box.width && (box.left < 0 || box.right > innerWidth + 0.5 || cut);
}).map(each => `${each.tagName} ${each.textContent.slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> "Iterator[Page]":
    """The page, on which nothing is said on the console and nothing acts."""
    said: list[str] = []
    path = tmp_path / "similar.html"
    path.write_text(page("A unit", made("ann", "bob", "e" * 120), 3, ["attention"], {"eve": HOSTILE}), encoding="utf-8")
    shown = new_page(browser)
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda problem: said.append(str(problem)))
    shown.goto(path.as_uri())
    yield shown
    assert said == []
    assert shown.evaluate("typeof acted") == "undefined"
    shown.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
class TestInABrowser:
    pytestmark = NEEDED

    def test_axe_finds_nothing_and_nothing_is_cut(self, opened: "Page", scheme: Any, width: int) -> None:
        from axe_playwright_python.sync_playwright import Axe

        opened.emulate_media(color_scheme=scheme)
        opened.set_viewport_size({"width": width, "height": 900})
        assert opened.evaluate(CUT) == []
        found = Axe().run(opened).response["violations"]
        assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found] == []

    def test_both_texts_are_side_by_side_where_there_is_room(self, opened: "Page", scheme: Any, width: int) -> None:
        opened.set_viewport_size({"width": width, "height": 900})
        opened.get_by_role("link", name="ann and bob").click()
        first, second = (opened.locator("section").first.locator("pre").nth(place).bounding_box() for place in (0, 1))
        assert first and second
        assert (first["y"] == second["y"]) == (width == 1600)
        assert opened.locator("section").first.locator("mark").count() >= 2
