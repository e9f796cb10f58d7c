"""The card in a notebook: one self-contained piece of HTML, everything escaped, no script."""

from html import escape

from autograder.feedback import plain, sanitise
from autograder.outcome import Outcome, Verdict

COLOURS = {
    Outcome.correct: "#1a7f37",
    Outcome.wrong: "#c4320a",
    Outcome.crashed: "#c4320a",
    Outcome.timed_out: "#c4320a",
    Outcome.not_attempted: "#6e7781",
    Outcome.missing: "#9a6700",
    Outcome.grader_error: "#9a6700",
}


def card(verdict: Verdict) -> str:
    """A verdict as HTML that reads on light and dark pages: colours only for the bar, text inherits."""
    colour = COLOURS[verdict.outcome]
    message, _, _ = verdict.message.partition("\n→ ")
    parts = [
        f'<div style="border-left:4px solid {colour};padding:.4em .8em;margin:.4em 0;max-width:60em">',
        f"<div><strong>{plain.SYMBOLS[verdict.outcome]} {escape(plain.words(verdict))}</strong> "
        f'<code>{escape(verdict.exercise)}</code> <span style="opacity:.7">{plain.points(verdict)}</span></div>',
    ]
    if message:
        style = "margin:.5em 0;background:none;font-family:monospace;color:inherit;white-space:pre-wrap;font-size:.9em"
        style += ";padding:0;border:0"  # formgrader draws a box around every <pre>
        parts.append(f'<pre style="{style}">{escape(sanitise.terminal(message))}</pre>')
    if verdict.pictures:
        from autograder.feedback import drawings

        parts.append(drawings.as_html(verdict))
    if verdict.hint:
        parts.append(f'<div style="margin:.4em 0">→ {escape(sanitise.terminal(verdict.hint))}</div>')
    if following := plain.following(verdict):
        parts.append(f'<div style="opacity:.7;font-size:.9em">{escape(following)}</div>')
    return "".join([*parts, "</div>"])
