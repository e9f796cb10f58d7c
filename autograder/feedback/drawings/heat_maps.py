"""Where an array is wrong: a square for each element, as large as it is far off, with a sign in it."""

from collections.abc import Iterator
from html import escape
from math import prod

import numpy as np

from autograder.feedback.palette import EITHER, LARGER, SMALLER
from autograder.judge import wording
from autograder.outcome import HeatMap

SIDE, LETTER, ABOVE = 18, 6, 16
COLOUR = {"+": LARGER, "-": SMALLER}
SHOWN = {"=": "·", "-": "−", "0": "○", "x": "∅"}
WORDS = {
    "+": "too large",
    "-": "too small",
    "0": "should be {zero}",
    "x": "is {zero} and should not be",
    "?": "not a number",
    "~": "different",
    "=": "right",
}


def as_text(heat: HeatMap) -> str:
    """The map in letters, with the indices beside it."""
    rows, columns = _indices(heat)
    left = max(map(len, rows))
    wide = max(map(len, columns))
    cells = [[_shown(mark).rjust(wide) for mark in row] for row in heat.marks]
    lines = [_caption(heat), " ".join(["", "", " " * left, *(each.rjust(wide) for each in columns)])]
    lines += [" ".join(["", "", name.rjust(left), *row]) for name, row in zip(rows, cells, strict=True)]
    return "\n".join(["  " + line for line in [*lines, _legend(heat)]])


def as_html(heat: HeatMap) -> str:
    """The map as a drawing that grows narrower with the page; screen readers are told the caption."""
    rows, columns = _indices(heat)
    left = LETTER * max(map(len, rows)) + 8
    width, height = left + SIDE * len(columns) + 2, ABOVE + SIDE * len(rows) + 2
    caption, legend = escape(_caption(heat)), escape(_legend(heat))
    inside = "".join([*_squares(heat), _outline(heat), *_stack(heat, len(columns)), *_signs(heat)])
    return (
        f'<div style="margin:.6em 0"><div style="font-size:.9em;opacity:.85">{caption}</div>'
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" style="max-width:100%;height:auto" '
        f'font-size="11" font-family="sans-serif" fill="currentColor"><title>{caption}</title><desc>{legend}</desc>'
        f'<g font-size="9">{_numbers(rows, columns, left)}</g>'
        f'<g transform="translate({left} {ABOVE})" text-anchor="middle">{inside}</g></svg>'
        f'<div style="font-size:.85em;opacity:.85">{legend}</div></div>'
    )


def _shown(mark: str) -> str:
    return SHOWN.get(mark, mark)


def _caption(heat: HeatMap) -> str:
    shape = wording.shape(heat.letters, heat.lengths)
    said = f"Where {heat.output or 'it'} differs, {shape}"
    if heat.covers == (1, 1):
        return f"{said}:"
    return f"{said}; each cell shows the worst of {' × '.join(map(str, heat.covers))} elements:"


def _legend(heat: HeatMap) -> str:
    """What the signs in this map mean, and how much the largest square is."""
    found = set("".join(heat.marks))
    zero = "False" if heat.truth else "0"
    said = ", ".join(f"{_shown(mark)} {words.format(zero=zero)}" for mark, words in WORDS.items() if mark in found)
    return said + (f"; the largest difference is {heat.largest:.3g}" if heat.largest is not None else "")


def _indices(heat: HeatMap) -> tuple[list[str], list[str]]:
    """The index of each row of cells, of all axes but the last, and of each column; where cells merge, their first."""
    leading = heat.lengths[:-1]
    starts = range(0, prod(leading), heat.covers[0])
    rows = [",".join(str(int(i)) for i in np.unravel_index(start, leading)) if leading else "" for start in starts]
    return rows, [str(column) for column in range(0, heat.lengths[-1], heat.covers[1])]


def _squares(heat: HeatMap) -> Iterator[str]:
    """One path for all squares of a colour."""
    drawn: dict[str, list[str]] = {}
    for row, (marks, sizes) in enumerate(zip(heat.marks, heat.sizes, strict=True)):
        for column, (mark, size) in enumerate(zip(marks, sizes, strict=True)):
            if mark != "=":
                side = round((SIDE - 2) * (3 + int(size)) / 12, 1)  # never too small to be seen
                x, y = (round(SIDE * (place + 0.5) - side / 2, 1) for place in (column, row))
                drawn.setdefault(COLOUR.get(mark, EITHER), []).append(f"M{x} {y}h{side}v{side}h-{side}z")
    for colour, squares in drawn.items():
        yield f'<path d="{"".join(squares)}" fill="{colour}" fill-opacity=".55"/>'


def _outline(heat: HeatMap) -> str:
    """A frame around the first difference, which the message speaks of."""
    row, column = heat.first
    place = f'x="{column * SIDE}" y="{row * SIDE}" width="{SIDE}" height="{SIDE}"'
    return f'<rect {place} fill="none" stroke="currentColor" stroke-width="1.5"/>'


def _stack(heat: HeatMap, columns: int) -> Iterator[str]:
    """A line between the matrices of a stack of them."""
    if len(heat.lengths) > 2 and heat.covers[0] == 1:
        for row in range(heat.lengths[-2], len(heat.marks), heat.lengths[-2]):
            yield f'<path d="M0 {row * SIDE}h{columns * SIDE}" stroke="currentColor" stroke-opacity=".6"/>'


def _signs(heat: HeatMap) -> Iterator[str]:
    """One text for all signs of a row, each with its place."""
    for row, marks in enumerate(heat.marks):
        places = " ".join(str(SIDE * column + SIDE // 2) for column in range(len(marks)))
        yield f'<text x="{places}" y="{SIDE * row + 13}">{"".join(map(_shown, marks))}</text>'


def _numbers(rows: list[str], columns: list[str], left: int) -> str:
    """Indices at both edges; of the columns so many that they do not touch."""
    every = -(-(LETTER * len(columns[-1]) + 2) // SIDE)
    placed = [(left - 4, ABOVE + SIDE * row + 12, "end", name) for row, name in enumerate(rows)]
    placed += [
        (left + SIDE * column + SIDE // 2, ABOVE - 4, "middle", columns[column])
        for column in range(0, len(columns), every)
    ]
    return "".join(f'<text x="{x}" y="{y}" text-anchor="{at}">{name}</text>' for x, y, at, name in placed)
