"""Plots as SVG, made here: they take the page's colours, light or dark, and its fonts. All text in them is ours."""

from collections import Counter
from collections.abc import Sequence

from autograder.outcome import Outcome

BAR, THICK = 240, 14
WIDTH, HEIGHT, EDGE, BELOW, ABOVE = 330, 130, 14, 20, 18


def outcomes(counts: Counter[Outcome]) -> str:
    """A bar of one exercise's outcomes. It repeats what is written beside it, so it is no picture to be read out."""
    total, x, parts = counts.total(), 0.0, []
    for outcome in reversed(Outcome):
        if counts[outcome]:
            width = BAR * counts[outcome] / total
            parts.append(
                f'<rect class="{outcome.value}" x="{x:.1f}" width="{width:.1f}" height="{THICK}">'
                f"<title>{outcome.words}: {counts[outcome]}</title></rect>"
            )
            x += width
    head = f'<svg class="bar" viewBox="0 0 {BAR} {THICK}" preserveAspectRatio="none" aria-hidden="true">'
    return f"{head}{''.join(parts)}</svg>"


def histogram(counts: Sequence[int]) -> str:
    """How many students have which share of the points, in tenths."""
    step, top = (WIDTH - 2 * EDGE) / len(counts), max(*counts, 1)
    floor = HEIGHT - BELOW
    parts = []
    for index, count in enumerate(counts):
        height = (floor - ABOVE) * count / top
        x, y = EDGE + step * index, floor - height
        parts.append(f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}"/>')
        parts.append(f'<text x="{x + step / 2:.1f}" y="{y - 4:.1f}">{count or ""}</text>')
    for tick in range(len(counts) + 1):
        parts.append(f'<text class="quiet" x="{EDGE + step * tick:.1f}" y="{HEIGHT - 5}">{10 * tick}</text>')
    said = ", ".join(f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(counts) if count)
    base = f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{floor}" y2="{floor}"/>'
    head = f'<svg class="histogram" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Students by points. {said}.">'
    return f"{head}{''.join(parts)}{base}</svg>"
