"""Draws docs/path.svg: the stations of one submission. `tests/test_architecture.py` traces a real one against it."""

from html import escape
from pathlib import Path
from typing import NamedTuple


class Station(NamedTuple):
    """A function that every submission passes. side: trusted, or the student's (child)."""

    side: str
    function: str
    does: str


STATIONS = [
    Station("trusted", "running.submission.students", "who handed in, and where"),
    Station("trusted", "grading.worker.Worker.grade", "a worker takes one submission"),
    Station("trusted", "running.submission.read", "files → cells, as text; nothing is executed"),
    Station("trusted", "running.sandbox.Sandbox.answers", "asks for the answer to every case"),
    Station("trusted", "running.forkserver.Zygote.start", "orders a fresh child for this submission"),
    Station("child", "child.zygote._child", "forked from a process that has NumPy loaded"),
    Station("child", "child.cells.run_cells", "the notebook's cells, one after the other"),
    Station("child", "child.functions.find", "the function with the exercise's name"),
    Station("trusted", "running.conversation.Conversation._next_batch", "sends inputs: public cases first"),
    Station("child", "child.calls.call", "fresh inputs in, a plain copy of the value out"),
    Station("trusted", "running.conversation.Conversation._answered", "each answer is checked: whole, in order, once"),
    Station("trusted", "judge.verdict.judge", "the pack's expected values against the answers"),
    Station("trusted", "judge.ladder.climb", "type, shape, dtype, finite, values, inputs"),
    Station("trusted", "judge.diagnosis.diagnose", "which mistake fits these answers"),
    Station("trusted", "grading.result.as_json_line", "the verdict, for machines"),
    Station("trusted", "feedback.report.page", "the verdict, for people"),
]

ROW, WIDTH, BOX, TOP = 58, 980, 440, 70


def picture() -> str:
    """The picture as SVG: the trusted side on the left, the student's on the right of the wall."""
    height = TOP + ROW * len(STATIONS) + 10
    x = {"trusted": 20, "child": WIDTH - BOX - 20}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<line x1="{WIDTH / 2}" y1="15" x2="{WIDTH / 2}" y2="{height - 10}" stroke="#cf222e" stroke-width="3" '
        'stroke-dasharray="10 6"/>',
        f'<text x="{x["trusted"]}" y="38" font-size="19" font-weight="bold" fill="#1f2328">the trusted side</text>',
        f'<text x="{x["child"]}" y="38" font-size="19" font-weight="bold" fill="#1f2328">the student’s process</text>',
    ]
    for number, station in enumerate(STATIONS):
        left, top = x[station.side], TOP + ROW * number
        fill = "#ddf4ff" if station.side == "trusted" else "#fff1e5"
        parts += [
            f'<rect x="{left}" y="{top}" width="{BOX}" height="{ROW - 14}" rx="6" fill="{fill}" stroke="#afb8c1"/>',
            f'<text x="{left + 12}" y="{top + 18}" font-size="13" fill="#57606a" font-family="monospace">'
            f"{number + 1} {escape(station.function)}</text>",
            f'<text x="{left + 12}" y="{top + 36}" font-size="14" fill="#1f2328">{escape(station.does)}</text>',
        ]
        if number + 1 < len(STATIONS):
            following = STATIONS[number + 1]
            start = (left + BOX / 2, top + ROW - 14)
            end = (x[following.side] + BOX / 2, top + ROW - 3)
            points = f'x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}"'
            parts.append(f'<line {points} stroke="#57606a" stroke-width="1.5" marker-end="url(#tip)"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "path.svg").write_text(picture(), encoding="utf-8")
