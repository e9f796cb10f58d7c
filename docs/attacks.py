"""Writes the table of attacks into docs/security.md: every attack of tests/attacks, and what stops it.

What stops an attack on the machine is measured: it is run behind each layer alone, and the layers that suffice are
named. Needs a machine with tier A.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests" / "attacks")]
PAGE = HERE / "security.md"
BEGIN, END = "<!-- attacks: written by `python docs/attacks.py` -->", "<!-- end of attacks -->"
LAYERS = ("namespaces", "landlock", "seccomp", "user")
TIERS = {"A": "A", "B": "A, B", "D": "every tier"}


def table() -> str:
    """The table as Markdown."""
    from abuses import ABUSES
    from attempts import ATTEMPTS
    from cheats import CHEATS
    from payloads import PAYLOADS

    stoppers = measured()
    rows = ["| attack | stopped by | holds at |", "|---|---|---|"]
    for attempt in ATTEMPTS:
        # Limits are set with every plan, so they cannot be left out to see what holds without them.
        by = "limits" if attempt.holds == "D" else ", ".join(stoppers[attempt.name]) or "the layers together"
        rows.append(f"| {attempt.name} | {by} | {TIERS[attempt.holds]} |")
    rows += [f"| {abuse.name} | {abuse.stopped} | every tier |" for abuse in ABUSES]
    rows += [f"| {cheat.name} | judged by another process | every tier |" for cheat in CHEATS]
    rows += [f"| on the instructor's screen: {payload.name} | sanitised | every tier |" for payload in PAYLOADS]
    return "\n".join(rows)


def measured() -> dict[str, list[str]]:
    """For each attack on the machine the layers of which each alone stops it."""
    from attempts import ATTEMPTS
    from tqdm import tqdm

    found: dict[str, list[str]] = {attempt.name: [] for attempt in ATTEMPTS}
    with tqdm(total=len(LAYERS) * len(ATTEMPTS)) as progress:
        for layer in LAYERS:
            for name in stopped_by(layer):
                progress.update()
                if name.startswith("+"):
                    found[name[1:]].append(layer)
    return found


def stopped_by(layer: str) -> Iterator[str]:
    """The name of each attack as it has been run behind one layer, after a + when it was stopped."""
    from attempts import ATTEMPTS
    from harness import alone, attacked, packs
    from world import World

    from autograder.running.sandbox import Sandbox

    asked = packs(seconds=20.0)  # none is to be stopped by the clock
    with Sandbox(alone(layer)) as sandbox:
        for attempt in ATTEMPTS:
            with World() as world:
                result = attacked(sandbox, world.facts(), attempt.source, asked=asked)
                got_through = world.leaked(result.answered) or world.changed()
            yield attempt.name if got_through else f"+{attempt.name}"


def main() -> None:
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}")


if __name__ == "__main__":
    main()
