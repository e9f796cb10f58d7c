"""A verdict as plain text: for terminals, for pytest, and wherever HTML is not shown."""

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

CONTROL = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}


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
    return clean("\n".join(filter(None, [headline(verdict), indent(verdict.message), indent(following(verdict))])))


def following(verdict: Verdict) -> str:
    """The next step, where the message does not say it."""
    if verdict.correct and verdict.hidden_cases:
        return "Hidden cases are checked when it is graded."
    if verdict.outcome is Outcome.wrong and not verdict.hint:
        return "Try the first case by hand, and print the steps in between."
    return ""


def indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def clean(text: str) -> str:
    """Without control characters: an exception's text must not move the cursor or reach the clipboard."""
    return text.translate(CONTROL)
