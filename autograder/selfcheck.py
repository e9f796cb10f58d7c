"""`check(f)`: the self-check of one function, in a notebook or a script; and nbgrader's own test of it."""

import contextlib
import contextvars
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.outcome import Outcome, Verdict

# nbgrader sets the first while it runs a notebook: "autograde" or "validate". The second is the folder of the
# hidden packs: the road to them, which only the instructor's nbgrader_config.py gives.
EXECUTION, ROAD = "NBGRADER_EXECUTION", "AUTOGRADER_HIDDEN_PACKS"

_silent: contextvars.ContextVar[bool] = contextvars.ContextVar("silent", default=False)


class Card:
    """A verdict to look at: text in a terminal, HTML in a notebook, a plain number for nbgrader."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        if EXECUTION in os.environ:
            return number(self.verdict)
        from autograder.feedback.plain import card

        return card(self.verdict)

    def _repr_html_(self) -> str:
        from autograder.feedback.card import card

        return card(self.verdict)


def number(verdict: Verdict) -> str:
    """The score as nbgrader reads it from the result of a cell.

    There everything that is no number of 0 or more is full marks, and a number above the cell's points stops the
    grading of the submission without a score. So that is the answer where nothing could be judged: a fault of
    the grader must not become a student's score.
    """
    if verdict.outcome is Outcome.grader_error and os.environ.get(EXECUTION) == "autograde":
        return "inf"
    return repr(float(verdict.score))


def check(function: Callable[..., Any]) -> Card | None:
    """Checks a function against the public cases of the exercise that has its name.

    Returns a card that shows itself at the end of a cell. Never raises and prints nothing. While a whole
    notebook is being checked or graded the call does nothing and returns None.

    Under `nbgrader autograde` the hidden cases decide and the card is a number; under `nbgrader validate`, too, but
    from the public cases, and what is wrong is said on stderr, which is what nbgrader shows.
    """
    if _silent.get():
        return None
    name = _name(function, sys._getframe(1))
    if EXECUTION not in os.environ:
        return Card(verdict_of(function, name))
    with _nothing_on_stderr():
        card = Card(verdict_of(function, name))
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


def verdict_of(function: Any, name: str) -> Verdict:
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
    return judge(pack, answer_all(function, pack.cases, pack.seconds))


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


def _unjudged(exercise: str, message: str, outcome: Outcome) -> Verdict:
    return Verdict(exercise=exercise, outcome=outcome, score=0.0, max_score=0.0, message=message)
