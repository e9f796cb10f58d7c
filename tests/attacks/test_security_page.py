"""docs/security.md names every attack, and what it says of the walls is what the code says."""

from pathlib import Path

from abuses import ABUSES
from attempts import ATTEMPTS
from cheats import CHEATS
from payloads import PAYLOADS

from autograder.child import confinement, frames, output
from autograder.running import isolation

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text()


def test_the_table_holds_every_attack() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("|")]
    listed = rows[rows.index("attack") + 2 :]
    on_screen = [f"on the instructor's screen: {each.name}" for each in PAYLOADS]
    assert listed == [*(each.name for each in (*ATTEMPTS, *ABUSES, *CHEATS)), *on_screen], (
        "run `python docs/attacks.py`"
    )


def test_the_limits_are_those_of_the_code() -> None:
    text = " ".join(PAGE.split())
    for said in (
        f"{confinement.FILE_BYTES >> 20} MB for a file",
        f"{isolation.SCRATCH_BYTES >> 20} MB for all its files",
        f"{confinement.OPEN_FILES} open files",
        f"{isolation.survey().plan.processes} threads",
        f"{frames.MAX_ANSWER >> 20} MB for an answer",
        f"{output.MAX_TEXT:,} printed characters",
    ):
        assert said in text
