"""Several outputs, a line for each: which was the first to go wrong."""

from html import escape

from autograder.feedback import sanitise
from autograder.feedback.palette import GOT
from autograder.outcome import Line, Lines

HERE = "← the first"


def as_text(lines: Lines) -> str:
    """A table in letters."""
    rows = [("", "expected", "yours"), *((line.output, line.expected, line.got) for line in lines.lines)]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    marks = ["", *(_mark(lines, number) for number in range(len(lines.lines)))]
    drawn = [
        f"  {'  '.join(text.ljust(width) for text, width in zip(row, wide, strict=True))}  {mark}".rstrip()
        for row, mark in zip(rows, marks, strict=True)
    ]
    return "\n".join(drawn)


def as_html(lines: Lines) -> str:
    """A table, with a bar beside the first line that is wrong."""
    head = "".join(f'<th scope="col" style="{_CELL};opacity:.85">{said}</th>' for said in ("expected", "yours"))
    rows = "".join(_row(line, number == lines.first, _mark(lines, number)) for number, line in enumerate(lines.lines))
    style = "border-collapse:collapse;margin:.4em 0;font-size:.9em;border:0"
    return f'<table style="{style}"><tr><td style="{_CELL}"></td>{head}<td style="{_CELL}"></td></tr>{rows}</table>'


_CELL = "text-align:left;vertical-align:top;padding:.15em .7em;border:0"


def _row(line: Line, first: bool, mark: str) -> str:
    bar = f";border-left:3px solid {GOT if first else 'transparent'}"
    values = (line.expected, line.got)
    cells = "".join(
        f'<td style="{_CELL};font-family:monospace;overflow-wrap:anywhere">{escape(sanitise.terminal(value))}</td>'
        for value in values
    )
    name = f'<th scope="row" style="{_CELL}{bar}"><code>{escape(line.output)}</code></th>'
    return f'<tr>{name}{cells}<td style="{_CELL}">{mark}</td></tr>'


def _mark(lines: Lines, number: int) -> str:
    return "✓" if lines.lines[number].right else f"✗ {HERE}" if number == lines.first else "✗"
