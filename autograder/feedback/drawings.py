"""The pictures of a verdict: formulas in MathML and curves in SVG for a page, formulas in letters for a terminal.

Both are part of the page: they take its colours, light or dark, and need neither script nor network. What a student
wrote is escaped wherever it is put into markup.
"""

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from autograder.feedback import sanitise
from autograder.judge.formula_drawing import mathml, pretty
from autograder.judge.formula_text import FormulaError
from autograder.outcome import Curves, Formulas, Verdict

# Both stand out from white and from black.
COLOURS = EXPECTED, GOT = "#2f81f7", "#e8590c"
WIDTH, HEIGHT, LEFT, BELOW = 340, 150, 52, 20

Values = Sequence[float | None]


def as_html(verdict: Verdict) -> str:
    """All pictures of a verdict, one below the other; '' where there are none."""
    return "".join(_formulas(each) if isinstance(each, Formulas) else _curves(each) for each in verdict.pictures)


def as_text(verdict: Verdict) -> str:
    """What of the pictures can be drawn with letters: the formulas."""
    return "\n".join(_letters(each) for each in verdict.pictures if isinstance(each, Formulas))


def _labelled(formulas: Formulas) -> list[tuple[str, str]]:
    """Each formula with what to write beside it; of a derivation each line, and the first wrong one marked."""
    rows = [("expected", formulas.expected)]
    if len(formulas.got) == 1:
        return [*rows, ("yours", formulas.got[0])]
    marks = {formulas.wrong: "✗"} | dict.fromkeys(range(formulas.wrong), "✓")
    return [*rows, *((f"step {n + 1} {marks.get(n, ' ')}", line) for n, line in enumerate(formulas.got))]


def _letters(formulas: Formulas) -> str:
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


def _formulas(formulas: Formulas) -> str:
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
    return f'{name}<div style="{style};margin:.4em 0">{"".join(cells)}</div>'


class _Plot:
    """The coordinates of two curves, and what is drawn in them."""

    def __init__(self, curves: Curves) -> None:
        self.curves = curves
        self.left, self.right = curves.x[0], curves.x[-1]
        self.low, self.high = _window(curves)

    def x(self, value: float) -> float:
        return round((value - self.left) / (self.right - self.left) * WIDTH, 1)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return round(max(-1.0, min(2.0, share)) * HEIGHT, 1)

    def line(self, values: Values) -> str:
        runs = _runs(self.curves.x, values, (self.high - self.low) / 8)
        return " ".join("M" + " L".join(f"{self.x(a)},{self.y(b)}" for a, b in run) for run in runs)

    def axes(self) -> str:
        flat = f"M0,{self.y(0)} H{WIDTH}" if self.low < 0 < self.high else ""
        return flat + (f" M{self.x(0)},0 V{HEIGHT}" if self.left < 0 < self.right else "")

    def between(self) -> str:
        """The space between the curves, one strip for each pair of places."""
        columns = list(zip(self.curves.x, self.curves.expected, self.curves.got, strict=True))
        x, y = self.x, self.y
        return " ".join(
            f"M{x(a)},{y(b)} L{x(d)},{y(e)} L{x(d)},{y(f)} L{x(a)},{y(c)}Z"
            for (a, b, c), (d, e, f) in pairwise(columns)
            if b is not None and c is not None and e is not None and f is not None and (b != c or e != f)
        )

    def inside(self) -> str:
        """The curves, and the place that the message speaks of."""
        place, wanted, got = self.curves.mark
        here = f"M{self.x(place)},0 V{HEIGHT}"
        parts = [
            f'<path d="{self.axes()}" stroke="currentColor" stroke-opacity=".25"/>',
            f'<path d="{self.between()}" fill="{GOT}" fill-opacity=".15"/>',
            f'<path d="{here}" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="2 3"/>',
            f'<path d="{self.line(self.curves.expected)}" fill="none" stroke="{EXPECTED}" stroke-width="3"/>',
            f'<path d="{self.line(self.curves.got)}" fill="none" stroke="{GOT}" stroke-width="2" '
            'stroke-dasharray="6 3"/>',
        ]
        for value, colour in ((wanted, EXPECTED), (got, GOT)):
            if value is not None:
                parts.append(f'<circle cx="{self.x(place)}" cy="{self.y(value)}" r="4" fill="{colour}"/>')
        return "".join(parts)

    def numbers(self) -> str:
        """A few round numbers at both axes, and the name of the lower one."""
        below = HEIGHT + 18
        placed = [(LEFT - 5.0, 8 + self.y(value), "end", f"{value:g}") for value in _ticks(self.low, self.high)]
        placed += [(LEFT + self.x(value), below, "middle", f"{value:g}") for value in _ticks(self.left, self.right)]
        placed.append((LEFT + WIDTH + 12, below, "start", self.curves.axis))
        return "".join(f'<text x="{x}" y="{y}" text-anchor="{at}">{escape(said)}</text>' for x, y, at, said in placed)


def _curves(curves: Curves) -> str:
    plot = _Plot(curves)
    along = f"along {curves.axis}{f', with {curves.where}' if curves.where else ''}"
    told = escape(f"{curves.output or 'the value'} {along}")
    box = f'x="{LEFT}" y="4" width="{WIDTH}" height="{HEIGHT}"'
    return (
        f'<div style="margin:.6em 0"><div style="font-size:.9em;opacity:.85">{told}: '
        f'<span style="border-bottom:3px solid {EXPECTED}">expected</span> and '
        f'<span style="border-bottom:2px dashed {GOT}">yours</span></div>'
        f'<svg width="{LEFT + WIDTH + 60}" height="{HEIGHT + BELOW + 4}" role="img" aria-label="{told}" '
        'style="max-width:100%" font-size="11" font-family="sans-serif" fill="currentColor">'
        f'<svg {box} overflow="hidden">{plot.inside()}</svg>'
        f'<rect {box} fill="none" stroke="currentColor" stroke-opacity=".3"/>{plot.numbers()}</svg></div>'
    )


def _window(curves: Curves) -> tuple[float, float]:
    """What of the vertical axis is shown: the expected curve but for its poles, and as much again for the other."""
    wanted = sorted(value for value in curves.expected if value is not None) or [0.0]
    low, high = wanted[len(wanted) // 20], wanted[-1 - len(wanted) // 20]
    room = max(high - low, abs(high) / 2, 1e-6)
    others = [value for value in curves.got if value is not None] or [low]
    low, high = min(low, max(min(others), low - room)), max(high, min(max(others), high + room))
    margin = 0.08 * max(high - low, room)
    return low - margin, high + margin


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers between two."""
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(size * power for size in (0.2, 0.5, 1.0, 2.0) if (high - low) / (size * power) <= 6)
    return [round(step * n, 12) + 0.0 for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _runs(places: Sequence[float], values: Values, least: float) -> list[list[tuple[float, float]]]:
    """The points of a curve, in pieces: it ends where there is no number, and at a jump of more than `least`.

    A jump is a step unlike the steps beside it; a curve that is only steep has others of its size there.
    """
    runs: list[list[tuple[float, float]]] = [[]]
    steps = [0.0, *(abs(b - a) if a is not None and b is not None else 0.0 for a, b in pairwise(values)), 0.0]
    for number, (place, value) in enumerate(zip(places, values, strict=True)):
        before, step, after = steps[max(0, number - 1)], steps[number], steps[number + 1]
        if value is None or step > max(least, 2.5 * before, 2.5 * after):
            runs.append([])
        if value is not None:
            runs[-1].append((place, value))
    return [run for run in runs if run]
