"""`check(f)`: the self-check of one function, in a notebook or a script; and nbgrader's own test of it."""

import contextlib
import contextvars
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from autograder.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from autograder.running.written import Unit

# nbgrader sets the first while it runs a notebook: "autograde" or "validate". The second is the folder of the
# hidden packs: the road to them, which only the instructor's nbgrader_config.py gives.
EXECUTION, ROAD = "NBGRADER_EXECUTION", "AUTOGRADER_HIDDEN_PACKS"

_silent: contextvars.ContextVar[bool] = contextvars.ContextVar("silent", default=False)


class Checked(NamedTuple):
    """A verdict, the hints there are for the exercise, and sentences about where the function is from."""

    verdict: Verdict
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Card:
    """A verdict to look at: text in a terminal, HTML in a notebook, a plain number for nbgrader.

    name: the exercise's. hint: the number of the hint that was asked for.
    """

    def __init__(self, checked: Checked, name: str, hint: Any = None) -> None:
        self.verdict, self.hints, _ = checked
        self.name = name
        self.hint = hint

    def __repr__(self) -> str:
        if EXECUTION in os.environ:
            return number(self.verdict)
        from autograder.feedback import hints
        from autograder.feedback.plain import card

        told = hints.as_text(self.hints, self.hint, self.name) if self.hint is not None else self._stuck()
        return "\n".join(filter(None, [card(self.verdict), told]))

    def _repr_html_(self) -> str:
        from autograder.feedback import hints
        from autograder.feedback.card import card

        if EXECUTION in os.environ:
            return card(self.verdict)
        if self.hint is not None:
            return card(self.verdict) + hints.as_html(self.hints, self.hint, self.name)
        return card(self.verdict) + hints.line(self._stuck())

    def _stuck(self) -> str:
        """How to ask for the first hint; '' where nobody needs one."""
        from autograder.feedback import hints

        return "" if self.verdict.correct else hints.following(self.hints, None, self.name)


def number(verdict: Verdict) -> str:
    """The score as nbgrader reads it from the result of a cell.

    There everything that is no number of 0 or more is full marks, and a number above the cell's points stops the
    grading of the submission without a score. So that is the answer where nothing could be judged: a fault of
    the grader must not become a student's score.
    """
    if verdict.outcome is Outcome.grader_error and os.environ.get(EXECUTION) == "autograde":
        return "inf"
    return repr(float(verdict.score))


def check(function: Callable[..., Any], hint: int | None = None) -> Card | None:
    """Checks a function against the public cases of the exercise that has its name.

    hint: 1 for a question to ask oneself, 2 for the idea, 3 for a smaller example, shown below what is said.

    Returns a card that shows itself at the end of a cell. Never raises and prints nothing. While a whole
    notebook is being checked or graded the call does nothing and returns None.

    Under `nbgrader autograde` the hidden cases decide and the card is a number; under `nbgrader validate`, too, but
    from the public cases, and what is wrong is said on stderr, which is what nbgrader shows.
    """
    if _silent.get():
        return None
    name = _name(function, sys._getframe(1))
    if EXECUTION not in os.environ:
        return Card(checked(function, name), name, hint)
    with _nothing_on_stderr():
        card = Card(checked(function, name), name, hint)
    if os.environ[EXECUTION] == "validate" and not card.verdict.correct:
        from autograder.feedback import plain

        print(plain.card(card.verdict), file=sys.stderr)
    return card


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Inside this block `check` does nothing: the notebook around it is being checked as a whole."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def checked(function: Any, name: str) -> Checked:
    """The verdict on a function as the answer to the exercise `name`; what cannot be judged is said in one."""
    from autograder.judge import judge
    from autograder.pack import PackError, read_file
    from autograder.running.inprocess import answer_all

    if not callable(function) or not name:
        said = "It wants the function itself: check(relu_derivative), without calling it."
        return _unjudged("check", f"{type(function).__name__} is not a function. {said}", Outcome.missing)
    grading = os.environ.get(EXECUTION) == "autograde"
    found = _hidden_pack(name) if grading else _public_pack(function, name)
    if isinstance(found, str):
        return _unjudged(name, found, Outcome.grader_error if grading else Outcome.missing)
    try:
        pack = read_file(found)
    except PackError as problem:
        return _unjudged(name, str(problem), Outcome.grader_error)
    return Checked(judge(pack, answer_all(function, pack.cases, pack.seconds)), pack.hints)


def written(unit: "Unit", name: str, notebook_only: bool = False, ended: str = "") -> Checked:
    """The verdict on what is written for an exercise in a unit's folder.

    ended: how a process that tried it before was lost, a `Status`: 'died' or 'timed_out'. Then nothing is run.
    """
    from autograder.judge import judge
    from autograder.outcome import Answer, Status
    from autograder.pack import PackError, read_file
    from autograder.running.inprocess import late

    try:
        pack = read_file(unit.folder / "packs" / f"{name}.pack")
    except PackError as problem:
        return _unjudged(f"{unit.folder.name}/{name}", str(problem), Outcome.grader_error)
    if ended:
        lost = late(pack.seconds) if ended == Status.timed_out else Answer(status=Status(ended))
        return Checked(judge(pack, [lost] * len(pack.cases)), pack.hints)
    answers, notes = unit.answers(pack, notebook_only)
    return Checked(judge(pack, answers), pack.hints, tuple(notes))


def _name(function: Any, caller: FrameType) -> str:
    """The name that a function was given to `check` by: a lambda, or what is assigned to it, has another of its own."""
    own = getattr(function, "__name__", None)
    called = [name for name in caller.f_code.co_names if caller.f_globals.get(name) is function]
    return own if isinstance(own, str) and (own in called or not called) else next(iter(called), "")


def _hidden_pack(name: str) -> Path | str:
    """The hidden pack of an exercise, or why there is none."""
    if ROAD not in os.environ:
        return f"{ROAD} is not set: run nbgrader in the folder of the course, where its nbgrader_config.py is."
    # Where two units have an exercise of this name, the notebook's folder says which.
    found = sorted(Path(os.environ[ROAD]).glob(f"*/{name}.pack"), key=lambda path: path.parent.name != Path.cwd().name)
    return found[0] if found else f"No hidden cases of {name} are in {os.environ[ROAD]}: run `autograder build`."


def _public_pack(function: Any, name: str) -> Path | str:
    """The public pack of an exercise: beside the function's file, or in the working folder; or why there is none."""
    filename = getattr(getattr(function, "__code__", None), "co_filename", "")
    beside = [Path(filename).resolve().parent] if Path(filename).is_file() else []
    folders = list(dict.fromkeys([*beside, Path.cwd()]))
    found = next((path for folder in folders for path in _candidates(folder, name) if path.is_file()), None)
    if found is None:
        looked = " and ".join(map(str, folders))
        said = "Is the name as it was given? Start from the unit's folder."
        return f"No exercise called {name} was found in {looked}. {said}"
    return found


def _candidates(folder: Path, name: str) -> list[Path]:
    inside = folder.glob(f"exercises/*/packs/{name}.pack")
    return [folder / "packs" / f"{name}.pack", *sorted(folder.glob(f"*/packs/{name}.pack")), *sorted(inside)]


@contextlib.contextmanager
def _nothing_on_stderr() -> Iterator[None]:
    """Keeps off stderr what a captured sys.stderr does not: log handlers, C libraries, programs.

    In nbgrader anything on stderr is 0 points.
    """
    import logging

    logged, kept = logging.root.manager.disable, os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    logging.disable()
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        logging.disable(logged)
        os.close(kept)
        os.close(nowhere)


def _unjudged(exercise: str, message: str, outcome: Outcome) -> Checked:
    return Checked(Verdict(exercise=exercise, outcome=outcome, score=0.0, max_score=0.0, message=message))
