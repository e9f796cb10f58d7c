"""Public cases that say nothing: whoever made one of the known mistakes would never learn it from them."""

from collections.abc import Iterator

from autograder.judge import training
from autograder.judge.ladder import climb
from autograder.outcome import Answer, HeldOut
from autograder.pack import Case, Pack
from autograder.proving.proof import Evidence

SAID = "it rejects none of the known mistakes, so it shows nothing: choose inputs on which they differ"


def silent_cases(public: Pack) -> Iterator[Evidence]:
    """A failed piece of evidence for each public case that rejects none of the named mistakes."""
    for case in public.cases:
        names = [mistake.name for mistake in public.mistakes]
        if names and not any(_rejects(public, case, name) for name in names):
            yield Evidence(kind="public", name=case.name, ok=False, detail=SAID)


def _rejects(pack: Pack, case: Case, mistake: str) -> bool:
    answer = case.mistakes[mistake]
    if isinstance(case.expected, HeldOut) and isinstance(answer, Answer) and pack.training:
        return not answer.returned or training.lost(pack.training, answer.value, case.expected) > 1
    if not isinstance(answer, Answer):
        return answer != case.expected  # laws
    return any(climb(pack, case, answer).values())
