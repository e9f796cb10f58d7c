"""A learning curve as a small SVG: the loss of both sets of examples over the epochs, on a logarithmic scale."""

import math

WIDTH, HEIGHT, LEFT, BOTTOM = 480, 240, 56, 32
COLOURS = {"train": "#4477aa", "held_out": "#ee6677"}
SMALLEST = 1e-30  # below it lies only rounding


def drawn(curve: dict[str, list[float]]) -> str:
    """curve: "epoch", and the loss of "train" and perhaps of "held_out" at each."""
    logs = {name: [math.log10(max(value, SMALLEST)) for value in curve[name]] for name in COLOURS if name in curve}
    low, high = (choice(value for values in logs.values() for value in values) for choice in (min, max))
    low, high = math.floor(low), max(math.ceil(high), math.floor(low) + 1)

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - 12) * epoch / curve["epoch"][-1]

    def y(log: float) -> float:
        return 12 + (HEIGHT - BOTTOM - 12) * (high - log) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for log in range(low, high + 1, math.ceil((high - low) / 6)):
        parts.append(f'<path d="M{LEFT} {y(log):.1f}H{WIDTH - 12}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(log) + 4:.1f}" text-anchor="end">{10.0**log:g}</text>')
    for position, (name, values) in enumerate(logs.items()):
        colour = COLOURS[name]
        points = " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in zip(curve["epoch"], values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label = f'y="{HEIGHT - 8}" fill="{colour}">loss, {name.replace("_", " ")}</text>'
        parts.append(f'<text x="{LEFT + 110 * position}" {label}')
    last = f"{curve['epoch'][-1]:g} epochs"
    parts.append(f'<text x="{WIDTH - 12}" y="{HEIGHT - 8}" text-anchor="end">{last}</text>')
    return "\n".join([*parts, "</svg>\n"])
