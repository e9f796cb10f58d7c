"""The card in a notebook: one self-contained piece of HTML, everything escaped, no script."""

import re
from html import escape
from itertools import groupby

from autograder.feedback import plain, sanitise
from autograder.feedback.palette import SCROLLED
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
# White on each of them can be read: 4.5 to 1 or more.
BADGE = "color:#fff;padding:.1em .5em;border-radius:.3em"
# Bare, in whatever page: formgrader draws a box around every <pre>.
VALUES = (
    "margin:.2em 0;background:none;font-family:monospace;color:inherit;white-space:pre;font-size:.9em;"
    "padding:0;border:0;overflow:auto;max-height:26em;line-height:1.3"
)


def card(verdict: Verdict) -> str:
    """A verdict as HTML that reads on light and dark pages: colours only for the outcome, text inherits."""
    colour = COLOURS[verdict.outcome]
    message, _, _ = verdict.message.partition("\n→ ")
    parts = [
        f'<div style="border-left:4px solid {colour};padding:.4em .8em;margin:.4em 0;max-width:60em">',
        f'<div><strong style="{BADGE};background:{colour}">{plain.SYMBOLS[verdict.outcome]} '
        f"{escape(plain.words(verdict))}</strong> "
        f'<code>{escape(verdict.exercise)}</code> <span style="opacity:.7">{plain.points(verdict)}</span></div>',
        f'<div style="margin:.5em 0;overflow-wrap:anywhere">{_message(sanitise.terminal(message))}</div>',
    ]
    if verdict.pictures:
        from autograder.feedback import drawings

        parts.append(drawings.as_html(verdict))
    if verdict.hint:
        parts.append(f'<div style="margin:.4em 0">→ {escape(sanitise.terminal(verdict.hint))}</div>')
    if following := plain.following(verdict):
        parts.append(f'<div style="opacity:.8;font-size:.9em">{escape(following)}</div>')
    return "".join([*parts, "</div>"])


def _message(message: str) -> str:
    """Sentences that wrap, and between them the values, whose columns stay below each other."""
    parts = []
    for indented, lines in groupby(message.splitlines(), key=lambda line: line.startswith("    ")):
        if indented:
            values = escape("\n".join(lines))
            parts.append(f'<pre style="{VALUES}" {SCROLLED} aria-label="values">{values}</pre>')
        else:
            parts += [f"<div>{_sentence(line)}</div>" for line in lines]
    return "".join(parts)


def _sentence(line: str) -> str:
    """What stands between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(line))
