"""Two curves in one picture: what was expected and what came back."""

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from autograder.feedback.palette import EXPECTED, GOT
from autograder.outcome import Curves

WIDTH, HEIGHT, LEFT, RIGHT, BELOW = 340, 150, 52, 60, 20
# Of so few places each is drawn: what lies between them is not known.
FEW = 60

Values = Sequence[float | None]


class _Plot:
    """The coordinates of two curves, and what is drawn in them."""

    def __init__(self, curves: Curves) -> None:
        self.curves = curves
        self.left, self.right = curves.x[0], curves.x[-1]
        self.low, self.high = _window(curves)
        self.few = len(curves.x) <= FEW

    def x(self, value: float) -> float:
        return round((value - self.left) / (self.right - self.left) * WIDTH, 1)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return round(max(-1.0, min(2.0, share)) * HEIGHT, 1)

    def line(self, values: Values) -> str:
        # Far apart as they are, no step between single places is a jump.
        runs = _runs(self.curves.x, values, math.inf if self.few else (self.high - self.low) / 8)
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
        if self.few:
            parts += self.dots()
        for value, colour in ((wanted, EXPECTED), (got, GOT)):
            if value is not None:
                parts.append(f'<circle cx="{self.x(place)}" cy="{self.y(value)}" r="4" fill="{colour}"/>')
        return "".join(parts)

    def dots(self) -> list[str]:
        """A disc at each place for what was expected, a cross for what came back."""
        discs, crosses = (
            [
                (self.x(place), self.y(value))
                for place, value in zip(self.curves.x, values, strict=True)
                if value is not None
            ]
            for values in (self.curves.expected, self.curves.got)
        )
        around = "".join(f"M{x - 3:g} {y:g}a3 3 0 1 0 6 0a3 3 0 1 0-6 0" for x, y in discs)
        across = "".join(f"M{x - 3:g} {y - 3:g}l6 6m0-6l-6 6" for x, y in crosses)
        return [f'<path d="{around}" fill="{EXPECTED}"/>', f'<path d="{across}" stroke="{GOT}" stroke-width="1.5"/>']

    def numbers(self) -> str:
        """A few round numbers at both axes, and the name of the lower one."""
        below = HEIGHT + 18
        placed = [(LEFT - 5.0, 8 + self.y(value), "end", f"{value:g}") for value in _ticks(self.low, self.high)]
        placed += [(LEFT + self.x(value), below, "middle", f"{value:g}") for value in _ticks(self.left, self.right)]
        placed.append((LEFT + WIDTH + 12, below, "start", self.curves.axis))
        return "".join(f'<text x="{x}" y="{y}" text-anchor="{at}">{escape(said)}</text>' for x, y, at, said in placed)


def as_html(curves: Curves) -> str:
    plot = _Plot(curves)
    along = f"along {curves.axis}{f', with {curves.where}' if curves.where else ''}"
    told = escape(f"{curves.output or 'the value'} {along}")
    wide, high = LEFT + WIDTH + RIGHT, HEIGHT + BELOW + 4
    signs = (" ●", " ×") if plot.few else ("", "")
    box = f'x="{LEFT}" y="4" width="{WIDTH}" height="{HEIGHT}"'
    return (
        f'<div style="margin:.6em 0"><div style="font-size:.9em;opacity:.85">{told}: '
        f'<span style="border-bottom:3px solid {EXPECTED}">expected</span>{signs[0]} and '
        f'<span style="border-bottom:2px dashed {GOT}">yours</span>{signs[1]}</div>'
        f'<svg viewBox="0 0 {wide} {high}" width="{wide}" role="img" aria-label="{told}" '
        'style="max-width:100%;height:auto" font-size="11" font-family="sans-serif" fill="currentColor">'
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
