"""Formulas, one below the other: in MathML for a page, in letters for a terminal."""

from html import escape

from autograder.feedback import sanitise
from autograder.feedback.palette import EXPECTED, GOT, SCROLLED
from autograder.judge.formula_drawing import mathml, pretty
from autograder.judge.formula_text import FormulaError
from autograder.outcome import Formulas


def _labelled(formulas: Formulas) -> list[tuple[str, str]]:
    """Each formula with what to write beside it; of a derivation each line, and the first wrong one marked."""
    rows = [("expected", formulas.expected)]
    if len(formulas.got) == 1:
        return [*rows, ("yours", formulas.got[0])]
    marks = {formulas.wrong: "✗"} | dict.fromkeys(range(formulas.wrong), "✓")
    return [*rows, *((f"step {n + 1} {marks.get(n, ' ')}", line) for n, line in enumerate(formulas.got))]


def as_text(formulas: Formulas) -> str:
    """The formulas, each with its label on the line that it stands on."""
    rows = [(label, pretty(text, frozenset(formulas.symbols))) for label, text in _labelled(formulas)]
    wide = max(len(label) for label, _ in rows) + 2
    lines = [
        f"    {label if number == drawn.base else '':{wide}}{line}".rstrip()
        for label, drawn in rows
        for number, line in enumerate(drawn.lines)
    ]
    return "\n".join([f"  {formulas.output}"] * bool(formulas.output) + lines)


def _mathml(formulas: Formulas, text: str) -> str:
    try:
        return mathml(text, frozenset(formulas.symbols))
    except FormulaError:  # a step below the first wrong one, which nobody has read yet
        return ""


def as_html(formulas: Formulas) -> str:
    """A row for each formula; what the student typed stands beside the drawing of it."""
    cells = []
    for number, (label, text) in enumerate(_labelled(formulas)):
        wrong = number == formulas.wrong + 1
        typed = (
            f'<code style="opacity:.7;font-size:.8em;margin-left:1em">{escape(sanitise.terminal(text))}</code>'
            if number
            else ""
        )
        bar = f"border-left:3px solid {GOT if wrong else EXPECTED if not number else 'transparent'};padding-left:.5em"
        cells.append(f'<span style="{bar};white-space:nowrap;opacity:.85">{escape(label)}</span>')
        cells.append(f"<span>{_mathml(formulas, text)}{typed}</span>")
    style = "display:grid;grid-template-columns:max-content 1fr;gap:.5em 1em;align-items:center"
    style += ";overflow:auto hidden;padding:.2em 0"
    name = f"<div><code>{escape(formulas.output)}</code></div>" if formulas.output else ""
    return f'{name}<div style="{style};margin:.4em 0" {SCROLLED} aria-label="formulas">{"".join(cells)}</div>'
