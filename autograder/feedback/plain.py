"""A verdict as plain text: for terminals, for pytest, and wherever HTML is not shown."""

from collections.abc import Sequence

from autograder.feedback import sanitise
from autograder.outcome import Outcome, Verdict

SYMBOLS = {
    Outcome.correct: "✓",
    Outcome.wrong: "✗",
    Outcome.crashed: "✗",
    Outcome.timed_out: "✗",
    Outcome.not_attempted: "·",
    Outcome.missing: "?",
    Outcome.grader_error: "!",
}


def headline(verdict: Verdict) -> str:
    """One line: symbol, exercise, outcome, points."""
    earned = points(verdict)
    return f"{SYMBOLS[verdict.outcome]} {verdict.exercise}: {words(verdict)}{f' · {earned}' if earned else ''}"


def points(verdict: Verdict) -> str:
    """What it earned; '' for a self-check, since points come from the hidden cases."""
    if not any(case.hidden for case in verdict.cases):
        return ""
    return f"{verdict.score:g} of {verdict.max_score:g} points"


def words(verdict: Verdict) -> str:
    """The outcome in words; it never says more than was checked."""
    if verdict.correct and verdict.hidden_cases and not any(case.hidden for case in verdict.cases):
        return "public checks passed"
    return verdict.outcome.words


def card(verdict: Verdict) -> str:
    """The headline, what is wrong, and what to do next."""
    parts = [headline(verdict), indent(body(verdict)), indent(following(verdict))]
    return sanitise.terminal("\n".join(filter(None, parts)))


def feedback(verdict: Verdict, notes: Sequence[str]) -> str:
    """The same without indentation, and where the function is from where that needs saying."""
    parts = [headline(verdict), body(verdict), following(verdict), *notes]
    return sanitise.terminal("\n".join(filter(None, parts)))


def brief(verdict: Verdict) -> str:
    """The headline, and the mistake where it is known."""
    return sanitise.terminal("\n".join(filter(None, [headline(verdict), verdict.hint and f"  → {verdict.hint}"])))


def bar(done: int, total: int, width: int = 40) -> str:
    """How much is done; full only when all of it is."""
    filled = width * done // max(total, 1)
    return "█" * filled + "░" * (width - filled)


def body(verdict: Verdict) -> str:
    """What is wrong, with the formulas drawn in letters, and what to do about it."""
    if not verdict.pictures:
        return verdict.message
    from autograder.feedback import drawings

    said, arrow, hint = verdict.message.partition("\n→ ")
    return "\n".join(filter(None, [said, drawings.as_text(verdict)])) + arrow + hint


def following(verdict: Verdict) -> str:
    """The next step, where the message does not say it."""
    if verdict.correct and verdict.hidden_cases and not any(case.hidden for case in verdict.cases):
        return "Hidden cases are checked when it is graded."
    if verdict.hint and verdict.outcome is not Outcome.grader_error:
        return ""
    failing = [case for case in verdict.cases if case.outcome is not Outcome.correct]
    if failing and all(case.hidden for case in failing) and verdict.outcome in (Outcome.wrong, Outcome.crashed):
        return "Which inputs are unlike those of the public cases? Try zeros, a single row, large numbers."
    if failing and failing[0].rung == "held-out":
        return "Print the error every hundred steps: does it fall, and is it still falling at the end?"
    if verdict.outcome is Outcome.missing and not verdict.cases:
        return ""  # there is no such exercise, and the message says where it was looked for
    return _NEXT.get(verdict.outcome, "")


_NEXT = {
    Outcome.grader_error: "This is no fault of yours, and costs no points.",
    Outcome.missing: "Write it under the name that it was given.",
    Outcome.timed_out: "Call it with smaller inputs, and print what changes in its loops.",
    Outcome.crashed: "Run it by itself: the traceback leads to the line.",
    Outcome.wrong: "Try the first case by hand, and print the steps in between.",
}


def indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
