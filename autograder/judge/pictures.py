"""What can be drawn of a wrong answer to a public case: data, for the feedback to draw."""

from autograder.judge.ladder import Findings, outputs_of
from autograder.outcome import Answer, Picture
from autograder.pack import Case, Pack

# As many outputs as the message has sentences for.
MOST = 3


def of(pack: Pack, case: Case, answer: Answer, findings: Findings) -> tuple[Picture, ...]:
    """The pictures of those outputs whose values are wrong; () where there is nothing to see, or to be shown."""
    if case.hidden or not isinstance(case.expected, Answer):
        return ()
    wanted, got = outputs_of(pack, case.expected.value), outputs_of(pack, answer.value)
    if not wanted or not got:
        return ()
    wrong = [output for output in pack.outputs if (found := findings[output.name]) and found.rung == "values"]
    drawn: list[Picture] = []
    for output in [output for output in wrong if output.symbols is not None][:MOST]:
        from autograder.judge import formula_pictures

        drawn += formula_pictures.of(output, wanted[output.name], got[output.name], pack.exercise)
    return tuple(drawn)
