"""`check(f)`: the self-check of one function, in a notebook or a script."""

import contextlib
import contextvars
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.outcome import Outcome, Verdict

_silent: contextvars.ContextVar[bool] = contextvars.ContextVar("silent", default=False)


class Card:
    """A verdict to look at: text in a terminal, HTML in a notebook, a plain number for nbgrader."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        if "NBGRADER_EXECUTION" in os.environ:
            # nbgrader reads partial credit from the printed result, and takes anything but a number for full marks.
            return f"{self.verdict.score:g}"
        from autograder.feedback.plain import card

        return card(self.verdict)

    def _repr_html_(self) -> str:
        from autograder.feedback.card import card

        return card(self.verdict)


def check(function: Callable[..., Any]) -> Card | None:
    """Checks a function against the public cases of the exercise that has its name.

    Returns a card that shows itself at the end of a cell. Never raises and prints nothing. While a whole
    notebook is being checked or graded the call does nothing and returns None.
    """
    if _silent.get():
        return None
    return Card(verdict_of(function))


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Inside this block `check` does nothing: the notebook around it is being checked as a whole."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def verdict_of(function: Any) -> Verdict:
    """The verdict on a function against its public pack; what cannot be judged is said in one."""
    from autograder.judge import judge
    from autograder.pack import PackError, read_file
    from autograder.running.inprocess import answer_all

    name = getattr(function, "__name__", None)
    if not callable(function) or not isinstance(name, str):
        said = "It wants the function itself: check(relu_derivative), without calling it."
        return _unjudged("check", f"{type(function).__name__} is not a function. {said}", Outcome.missing)
    folders = _folders(function)
    path = next((path for folder in folders for path in _candidates(folder, name) if path.is_file()), None)
    if path is None:
        looked = " and ".join(map(str, folders))
        text = (
            f"No exercise called {name} was found in {looked}. "
            "Is the name as it was given? Start from the unit's folder."
        )
        return _unjudged(name, text, Outcome.missing)
    try:
        pack = read_file(path)
    except PackError as problem:
        return _unjudged(name, str(problem), Outcome.grader_error)
    return judge(pack, answer_all(function, pack.cases, pack.seconds))


def _folders(function: Any) -> list[Path]:
    """Where the function's exercise may be: beside its file, or in the working directory."""
    filename = getattr(getattr(function, "__code__", None), "co_filename", "")
    beside = [Path(filename).resolve().parent] if Path(filename).is_file() else []
    return list(dict.fromkeys([*beside, Path.cwd()]))


def _candidates(folder: Path, name: str) -> list[Path]:
    inside = folder.glob(f"exercises/*/packs/{name}.pack")
    return [folder / "packs" / f"{name}.pack", *sorted(folder.glob(f"*/packs/{name}.pack")), *sorted(inside)]


def _unjudged(exercise: str, message: str, outcome: Outcome) -> Verdict:
    return Verdict(exercise=exercise, outcome=outcome, score=0.0, max_score=0.0, message=message)
