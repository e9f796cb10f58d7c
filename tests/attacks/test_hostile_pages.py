"""What students wrote, opened in a real browser: in our report, in nbgrader's feedback and in formgrader.

Each payload asks an address of ours when it acts. It is first opened as it is, to see that it does act there.
"""

import html
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import pytest
from browsing import Canary, Course, Look, jupyter, looking
from payloads import GRADED, HTML, PAYLOADS, Payload, book, markdown

from autograder.feedback import report, sanitise
from autograder.grading.result import Graded
from autograder.outcome import Outcome, Verdict

pytestmark = browser.NEEDED


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.server.shutdown()


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    with looking() as look:
        yield look


# Our own page


def graded(written: str) -> Graded:
    wrong = Verdict(
        exercise=f"unit/{written}", outcome=Outcome.wrong, score=0, max_score=1, message=written, diagnosis=written
    )
    return Graded(student=written, unit="unit", verdicts=(wrong,), notes=(written,))


@pytest.fixture
def shown(tmp_path: Path, look: Look, canary: Canary) -> Callable[[str], set[str]]:
    def shown(page: str) -> set[str]:
        (tmp_path / "page.html").write_text(page)
        look((tmp_path / "page.html").as_uri())
        return canary.acted(ours(canary))

    return shown


def ours(canary: Canary) -> list[Payload]:
    # A page of our own shows text; HTML is what could act there.
    return [Payload(name, markdown(source)).at(canary.address) for name, source in HTML.items()]


def test_nothing_acts_in_the_class_report(shown: Callable[[str], set[str]], canary: Canary) -> None:
    texts = [payload.cell["source"] for payload in ours(canary)]
    hints = {(f"unit/{text}", text): text for text in texts}
    page = "".join(report.page("unit", " ".join(texts), [graded(text) for text in texts], hints))
    assert shown(page) == set()
    # The same with everything put in as it is: its policy still stops all of it, and without the policy all acts.
    bare = html.unescape(page)
    assert shown(bare) == set()
    assert shown(re.sub("<meta http-equiv=.Content-Security-Policy.[^>]*>", "", bare)) == set(HTML)


# Pages of nbgrader and Jupyter

# What acts in a notebook that is trusted there.
LAB = {"html/script", "html/picture set", "output/javascript", "output/vega", "markdown/picture"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Course:
    course = Course(tmp_path_factory.mktemp("nbgrader") / "course")
    written = [payload.at(canary.address) for payload in PAYLOADS]
    course.submit("control", book(*(each for each in written if each.works in ("runs", "formgrader", ""))))
    course.submit("control-feedback", book(*(each for each in written if each.works in ("runs", ""))))
    course.submit("safe", sanitise.notebook(book(*written)))
    for number, payload in enumerate(written):
        if payload.works in ("alone", "breaks"):
            course.submit(f"control-{number}", book(payload))
    # A heading with the name of a grade: formgrader would put the score of that cell beside this one.
    spoof = Payload("spoof", markdown("# essay"))
    essay = Payload("essay", markdown("An answer.", metadata={"nbgrader": GRADED}))
    course.submit("spoof", book(spoof, essay))
    course.submit("spoof-safe", sanitise.notebook(book(spoof, essay)))
    course.gradebook.close()
    in_lab = [payload for payload in written if payload.name in LAB | {"html/link"}]
    (course.root / "control.ipynb").write_text(json.dumps(book(*in_lab)))
    (course.root / "safe.ipynb").write_text(json.dumps(sanitise.notebook(book(*written))))
    return course


def controls(works: str, canary: Canary) -> dict[str, Payload]:
    """The payloads that have a page of their own, by student."""
    each = {f"control-{number}": payload for number, payload in enumerate(PAYLOADS) if payload.works == works}
    return {student: payload.at(canary.address) for student, payload in each.items()}


@pytest.fixture(scope="module")
def server(course: Course) -> Iterator[str]:
    with jupyter(course.root) as address:
        yield address


def test_nothing_acts_in_formgrader(course: Course, server: str, look: Look, canary: Canary) -> None:
    def page(student: str) -> str:
        return f"{server}/formgrader/submissions/{course.ids[student]}/"

    expected = {payload.name for payload in PAYLOADS if payload.works in ("runs", "formgrader")}
    assert "javascript:" in look(page("control"))
    assert canary.acted(PAYLOADS) == expected
    for student, payload in controls("alone", canary).items():
        look(page(student))
        assert canary.acted(PAYLOADS) == {payload.name}
    for student, payload in controls("breaks", canary).items():
        with pytest.raises(urllib.error.HTTPError, match="500"):
            urllib.request.urlopen(page(student))
            pytest.fail(f"{payload.name} breaks nothing")

    assert look(page("safe")) == []
    assert canary.acted(PAYLOADS) == set()


def test_nobody_takes_another_cells_score_box(course: Course, server: str) -> None:
    def boxes(student: str) -> int:
        with urllib.request.urlopen(f"{server}/formgrader/submissions/{course.ids[student]}/") as answer:
            return len(re.findall('id="essay"', answer.read().decode()))

    assert (boxes("spoof"), boxes("spoof-safe")) == (2, 1)


def test_nothing_acts_in_nbgraders_feedback(
    course: Course, look: Look, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    monkeypatch.chdir(course.root)
    api = NbGraderAPI(config=Config({"CourseDirectory": {"root": str(course.root), "course_id": "course"}}))
    for student in ["control-feedback", "safe", *controls("alone", canary)]:
        assert api.generate_feedback("hostile", student)["success"]
    look(course.feedback("control-feedback"))
    assert canary.acted(PAYLOADS) == {payload.name for payload in PAYLOADS if payload.works == "runs"}
    for student, payload in controls("alone", canary).items():
        look(course.feedback(student))
        assert canary.acted(PAYLOADS) == {payload.name}
    assert look(course.feedback("safe")) == []
    assert canary.acted(PAYLOADS) == set()


def test_nothing_acts_in_jupyterlab(course: Course, server: str, look: Look, canary: Canary) -> None:
    # This one first: JupyterLab opens again what was open before.
    assert look(f"{server}/doc/tree/safe.ipynb", cells=len(PAYLOADS)) == []
    assert canary.acted(PAYLOADS) == set()
    schemes = look(f"{server}/doc/tree/control.ipynb", len(LAB) + 1, lambda: len(canary.asked) >= len(LAB))
    assert schemes == ["javascript:"]
    assert canary.acted(PAYLOADS) == LAB
