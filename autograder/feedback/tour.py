"""`autograder demo`: what a student sees, on three versions of one exercise, each really judged."""

from rich.console import Console
from rich.text import Text

from autograder.course import Course
from autograder.feedback import plain
from autograder.judge import judge
from autograder.pack import Pack
from autograder.publishing import build, packs
from autograder.running import inprocess

STATION = "backprop/productivity_step"
MISTAKE = "new_output_weights"


def show(course: Course, console: Console | None = None) -> None:
    """Builds the exercises, then judges the untouched stub, a classic mistake and the reference."""
    console = console or Console()
    console.rule("build")
    secret = packs.read_secret(course.root)
    with console.status("freezing the exercises…"):
        made = build.files(course, secret)
    changes = build.write(course, made)
    console.print(f"{len(course.names())} exercises in {len(course.units)} units, {len(changes)} files changed.")
    exercise = course.exercise(STATION)
    pack = packs.build(exercise, course.points(STATION), course.limits.seconds, secret).public
    mistaken = next(mistake.function for mistake in exercise.mistakes if mistake.told.name == MISTAKE)
    namespace: dict[str, object] = {}
    exec(compile(pack.stub, "<stub>", "exec"), namespace)
    for title, function in (
        ("the stub, untouched", namespace[exercise.name]),
        ("with a mistake that many make", mistaken),
        ("right", exercise.function),
    ):
        console.rule(f"{STATION}: {title}")
        console.print(Text(_card(pack, function)))
    console.rule("next")
    console.print("As a student:  pytest exercises      As an author:  autograder verify")


def _card(pack: Pack, function: object) -> str:
    assert callable(function)
    return plain.card(judge(pack, inprocess.answer_all(function, pack.cases, pack.seconds)))
