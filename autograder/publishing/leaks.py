"""A helper that is published must not be the answer to an exercise of the same notebook."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograder.authoring import AuthorError, Exercise
from autograder.judge import judge
from autograder.pack import Pack
from autograder.publishing.stub import helper_names
from autograder.running import inprocess


def refuse(exercises: Sequence[Exercise], packs: Sequence[Pack]) -> None:
    """Raises AuthorError for a helper that has the name, or gives the answers, of an exercise of its unit.

    packs: the public packs of `exercises`. By another name a helper would give the solution away; by the same
    name it would replace the student's own function when its cell is run.
    """
    names = {exercise.name for exercise in exercises}
    for exercise, pack in zip(exercises, packs, strict=True):
        for name, helper in _helpers(exercise, pack):
            if name in names:
                raise AuthorError(
                    f"{exercise.path} publishes a helper called {name}, which is an exercise of its unit: "
                    "in the notebook it would replace the student's own. Give the helper another name."
                )
            solved = next((other.name for other in packs if _solves(helper, other)), None)
            if solved:
                raise AuthorError(
                    f"{exercise.path} publishes the helper {name}, which solves {solved}. "
                    "Move it below the exercise, or give its values as an argument."
                )


def _helpers(exercise: Exercise, pack: Pack) -> Iterator[tuple[str, Callable[..., Any]]]:
    if not (names := sorted(helper_names(exercise))):
        return
    namespace: dict[str, Any] = {"__name__": exercise.name}
    exec(compile(pack.stub, f"<stub of {exercise.identity}>", "exec"), namespace)
    for name in names:
        if callable(namespace[name]):
            yield name, namespace[name]


def _solves(helper: Callable[..., Any], pack: Pack) -> bool:
    return judge(pack, inprocess.answer_all(helper, pack.cases, pack.seconds)).correct
