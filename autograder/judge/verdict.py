"""The verdict on an exercise, from the answers to all its cases."""

from collections.abc import Sequence

from autograder.judge import pictures, wording
from autograder.judge.diagnosis import Diagnosis, diagnose
from autograder.judge.ladder import Finding, Findings, climb
from autograder.outcome import Answer, CaseVerdict, Outcome, Verdict
from autograder.pack import Case, Pack

# What may be said of an exception where inputs are secret: a name of its own could carry one out.
SPEAKABLE = frozenset(
    "ArithmeticError AssertionError AttributeError EOFError FloatingPointError ImportError IndexError KeyError "
    "LookupError MemoryError ModuleNotFoundError NameError OSError OverflowError RecursionError RuntimeError "
    "StopIteration SystemExit TypeError UnboundLocalError ValueError ZeroDivisionError".split()
)
SENTENCES = 3  # on different outputs of a case


def judge(pack: Pack, answers: Sequence[Answer]) -> Verdict:
    """The verdict on `answers`, one for each case of `pack` in order.

    The outcome is the strongest claim that holds of any case; the score is the weight of the cases and
    outputs that are right. Nothing of a hidden case is told but the kind of failure.
    """
    findings = [climb(pack, case, answer, told=()) for case, answer in zip(pack.cases, answers, strict=True)]
    told = [_case_verdict(pack, case, found) for case, found in zip(pack.cases, findings, strict=True)]
    outcome = min((case.outcome for case in told), key=lambda outcome: outcome.strength)
    right = sum(case.weight * verdict.right for case, verdict in zip(pack.cases, told, strict=True))
    total = sum(case.weight for case in pack.cases)
    score = pack.points if outcome is Outcome.correct else round(pack.points * right / total, 4)
    diagnosis = diagnose(pack, answers, findings) if outcome in (Outcome.wrong, Outcome.crashed) else None
    first = _first(told)
    return Verdict(
        exercise=pack.exercise,
        outcome=outcome,
        score=score,
        max_score=pack.points,
        message="" if first is None else _message(pack, told, first, answers[first], findings[first], diagnosis),
        diagnosis=diagnosis.name if diagnosis else None,
        hint=diagnosis.hint if diagnosis else "",
        cases=tuple(told),
        hidden_cases=pack.hidden_cases > 0,
        pictures=() if first is None else pictures.of(pack, answers, findings[first], first),
    )


def _case_verdict(pack: Pack, case: Case, findings: Findings) -> CaseVerdict:
    if not any(findings.values()):
        return CaseVerdict(case=case.name, outcome=Outcome.correct, right=1.0, hidden=case.hidden)
    weights = {output.name: output.weight for output in pack.outputs}
    right = sum(weights[name] * (found.share if found else 1.0) for name, found in findings.items())
    output, first = _worst(findings)
    return CaseVerdict(
        case=case.name,
        outcome=first.outcome,
        right=right / sum(weights.values()),
        hidden=case.hidden,
        rung=first.rung,
        output=output,
    )


def _worst(findings: Findings) -> tuple[str, Finding]:
    """The first of the outputs that failed most, and why."""
    failed = ((name, found) for name, found in findings.items() if found)
    return min(failed, key=lambda item: item[1].outcome.strength)


def _sentences(pack: Pack, case: Case, answer: Answer, findings: Findings) -> str:
    """What is wrong in a public case: the call, then each wrong output that says something new."""
    new: dict[str, str] = {}
    for name, found in findings.items():
        if found:
            new.setdefault(found.sentence or name, name)
    shown = [*new.values()][:SENTENCES]
    spoken = climb(pack, case, answer, told=shown)
    right = [f"`{name}`" for name, found in findings.items() if not found]
    lines = [wording.call(pack, case), *(found.sentence for name in shown if (found := spoken[name]))]
    if len(new) > len(shown):
        lines.append(f"… and {len(new) - len(shown)} more outputs.")
    if right:
        lines.append(f"Right already: {', '.join(right)}.")
    return "\n".join(lines)


def _hidden_sentence(found: Finding, answer: Answer) -> str:
    if found.rung == "ran" and answer.exception:
        name = answer.exception if answer.exception in SPEAKABLE else "an exception"
        return f"It raised {name} on a hidden case."
    return {
        "load": found.sentence,
        "ran": found.sentence if found.outcome is not Outcome.wrong else "It did not raise what it should.",
        "type": "It returned another type than expected on a hidden case.",
        "shape": "It returned another shape than expected on a hidden case.",
        "dtype": "It returned another dtype than expected on a hidden case.",
        "finite": "It returned NaN or infinity on a hidden case.",
        "values": "It returned other values than expected on a hidden case.",
        "inputs": "It changed its inputs on a hidden case: work on a copy.",
        "held-out": f"On a hidden case its parameters earn {found.share:.0%} of the points: too little was learned.",
    }[found.rung]


def _first(told: Sequence[CaseVerdict]) -> int | None:
    """The failing case to speak of: the strongest claim first, and of these one that may be shown."""
    failing = [number for number, case in enumerate(told) if case.outcome is not Outcome.correct]
    return min(failing, key=lambda number: (told[number].outcome.strength, told[number].hidden), default=None)


def _message(
    pack: Pack,
    told: Sequence[CaseVerdict],
    number: int,
    answer: Answer,
    findings: Findings,
    diagnosis: Diagnosis | None,
) -> str:
    """What is wrong with the case of this number; then how many are right, and what to do."""
    case, (_, found) = pack.cases[number], _worst(findings)
    if found.rung == "load":
        return found.sentence
    if case.hidden:
        lines = [_hidden_sentence(found, answer)]
    else:
        lines = [f"Case “{case.name}”: {_sentences(pack, case, answer, findings)}"]
    if len(told) > 1:
        right = sum(each.outcome is Outcome.correct for each in told)
        lines.append(f"{right} of {len(told)} cases are right.")
    if diagnosis:
        lines.append(f"→ {diagnosis.hint}")
    return "\n".join(lines)
