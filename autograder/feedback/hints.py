"""Hints in stages, as text and as HTML: a question to ask oneself, the idea, a smaller example."""

from collections.abc import Sequence
from html import escape
from typing import Any

KINDS = ("a question", "the idea", "a smaller example")


def said(hints: Sequence[str], asked: Any, name: str) -> tuple[str, str]:
    """The heading and the text of the hint that was asked for, or the sentence that says why there is none."""
    if not hints:
        return f"No hints were written for {name}.", ""
    if type(asked) is not int or not 1 <= asked <= len(hints):
        numbered = ", ".join(f"hint={number} ({kind})" for number, kind in enumerate(KINDS, 1))
        return f"There are {len(hints)} hints: {numbered}.", ""
    return f"Hint {asked} of {len(hints)}, {KINDS[asked - 1]}:", hints[asked - 1]


def following(hints: Sequence[str], asked: Any, name: str) -> str:
    """How to ask for the next one; '' after the last."""
    number = asked if type(asked) is int and asked > 0 else 0
    if number >= len(hints):
        return ""
    return f"{'Still stuck' if number else 'Stuck'}? check({name}, hint={number + 1}) gives {KINDS[number]}."


def as_text(hints: Sequence[str], asked: Any, name: str) -> str:
    """The hint, indented below its heading, and how to ask for the next."""
    from autograder.feedback.plain import indent

    heading, text = said(hints, asked, name)
    return "\n".join(filter(None, [heading, indent(text), following(hints, asked, name)]))


def as_html(hints: Sequence[str], asked: Any, name: str) -> str:
    """The same in the card's manner: colours only for the bar, everything escaped."""
    heading, text = said(hints, asked, name)
    style = "margin:.3em 0;background:none;font-family:inherit;color:inherit;white-space:pre-wrap"
    parts = [
        '<div style="border-left:4px solid #0969da;padding:.4em .8em;margin:.4em 0;max-width:60em">',
        f"<div><strong>{escape(heading)}</strong></div>",
        f'<pre style="{style}">{escape(text)}</pre>' if text else "",
        f'<div style="opacity:.7;font-size:.9em">{escape(following(hints, asked, name))}</div>',
    ]
    return "".join([*parts, "</div>"])


def line(text: str) -> str:
    """A sentence below a card, as HTML; '' for none."""
    return f'<div style="opacity:.7;font-size:.9em;padding:0 1.05em">{escape(text)}</div>' if text else ""
