"""What a student wrote, made safe to show: in a notebook, on a page, on a terminal, in a spreadsheet.

An allow-list throughout: what is not known to be harmless is left out, and a sentence says so.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

from autograder.feedback import markup, pictures
from autograder.feedback.markup import markdown, terminal

__all__ = ["markdown", "notebook", "outputs", "spreadsheet", "terminal"]

# All that is kept of what a notebook says of itself: the exercises are Python's.
NOTEBOOK = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MAX_WRITTEN = 500_000  # characters of a notebook's markdown: a book
MAX_KNOWN = 20_000  # characters of a text whose safe form is remembered
NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
EXERCISE = re.compile(r"[\w./-]{1,100}")
# A colour that nbconvert can read: it raises on `38` without the number of the colour.
_COLOUR = r"[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3}|0?\d|2[2-9]|[34][0-79]|9[0-7]|10[0-7]"
_COLOURS = re.compile(rf"(\x1b\[(?:(?:{_COLOUR})(?:;(?!m)|(?=m)))*m)")
_FORMULA = re.compile(r"""(^|;)(?=[\s"'`]*[=+\-@＝＋－＠﹢﹣﹦﹫])""")


def notebook(book: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook of format 4 as plain data → a new one that is safe to show in nbconvert's HTML and in JupyterLab.

    Code is kept as it is, and so is nbgrader's and our own metadata; all other metadata is dropped. What is not of
    the format is dropped, too: this raises nothing.
    """
    cells = book.get("cells")
    found = [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []
    kept = [_metadata(cell.get("metadata")) for cell in found]
    names = {str(each["nbgrader"].get("grade_id")) for each in kept if "nbgrader" in each} - {"None"}
    targets = frozenset(_letters(name + ending) for name in names for ending in ("", "-comment", "_extra_credit"))
    taken: set[str] = set()
    safe = [
        _identified(cell, number, taken) | _cell(cell, targets) | {"metadata": metadata}
        for number, (cell, metadata) in enumerate(zip(found, kept, strict=True), 1)
    ]
    room = MAX_WRITTEN
    for cell in safe:
        room -= len(cell["source"]) if cell["cell_type"] == "markdown" else 0
        if cell["cell_type"] == "markdown" and room < 0:
            cell["source"] = "[This text was left out: there is too much of it in the notebook.]"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {**NOTEBOOK}, "cells": safe}


def outputs(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Outputs of a code cell (nbformat 4) → those that may be shown; a sentence stands where something was left out.

    Kept: text, errors with their colours, PNG and JPEG pictures, SVG as a picture, HTML and markdown without what
    acts, formulas. Dropped: scripts, widgets, every other type.
    """
    return [safe for each in outputs for safe in _output(each if isinstance(each, Mapping) else {})]


def spreadsheet(text: str) -> str:
    """Text in one line that no spreadsheet takes for a formula, wherever it splits its columns.

    An apostrophe goes before what would begin one (OWASP's way). Numbers are to be written as numbers.
    """
    line = " ".join(terminal(text.replace("\r", " ")).split())
    return _FORMULA.sub(r"\1'", line)


def _identified(cell: Mapping[str, Any], number: int, taken: set[str]) -> dict[str, str]:
    """An id of nbformat's form that no other cell has."""
    name = cell.get("id")
    if not isinstance(name, str) or not _name(name) or len(name) > 64 or name in taken:
        name = f"chainrule-{number}"
    taken.add(name)
    return {"id": name}


def _cell(cell: Mapping[str, Any], targets: frozenset[str]) -> dict[str, Any]:
    kind, source = cell.get("cell_type"), markup.text(cell.get("source"))
    if kind == "code":
        listed = cell.get("outputs")
        return {
            "cell_type": "code",
            "execution_count": _count(cell.get("execution_count")),
            "source": markup.encodable(source),
            "outputs": outputs(listed if isinstance(listed, list) else []),
        }
    if kind != "markdown":
        # nbconvert puts a raw cell into the page as it is; as a block of code everybody sees what was written.
        return {"cell_type": "markdown", "source": _apart(markdown(markup.fenced(source)), targets)}
    if attached := _attachments(cell.get("attachments")):
        source = _apart(markdown(source, attached), targets)
        return {"cell_type": "markdown", "source": source, "attachments": attached}
    safe = _text if len(source) < MAX_KNOWN else _text.__wrapped__
    return {"cell_type": "markdown", "source": safe(source, targets)}


@lru_cache(200)
def _text(source: str, targets: frozenset[str]) -> str:
    """Most texts of a notebook are the instructor's, and so the same in a whole class."""
    return _apart(markdown(source), targets)


def _apart(source: str, targets: Set[str]) -> str:
    """No heading has a grade's name as its anchor: formgrader would put another cell's score beside it.

    targets: what anchors formgrader looks for, as `_letters` has them.
    """
    return "\n".join(f"{line} ." if _letters(line) in targets else line for line in source.split("\n"))


def _letters(line: str) -> str:
    return re.sub(r"[\W_]", "", line).lower()


def _metadata(data: Any) -> dict[str, Any]:
    """Of a cell's metadata what nbgrader and we wrote, if it has the form in which we write it."""
    found = data if isinstance(data, dict) else {}
    theirs, ours = found.get("nbgrader"), found.get("chainrule")
    safe: dict[str, Any] = {}
    if isinstance(theirs, dict) and "grade_id" in theirs and all(_marks(*each) for each in theirs.items()):
        safe["nbgrader"] = {**theirs}
    if isinstance(ours, dict) and all(map(_exercise, ours.values())):
        safe["chainrule"] = {key: ours[key] for key in ("exercise", "role") if key in ours}
    return safe


def _marks(key: Any, value: Any) -> bool:
    return key in _NBGRADER and _NBGRADER[key](value)


def _exercise(value: Any) -> bool:
    return isinstance(value, str) and EXERCISE.fullmatch(value) is not None


def _name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _flag(value: Any) -> bool:
    return type(value) is bool


def _number(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1e9  # not for NaN either


# nbgrader's schema, of which its templates put several into the page as they are.
_NBGRADER: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("grade", "solution", "locked", "task"), _flag),
    **dict.fromkeys(("grade_id", "checksum", "cell_type"), _name),
    **dict.fromkeys(("points", "schema_version"), _number),
}


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 10**9 else None


def _attachments(data: Any) -> dict[str, dict[str, str]]:
    safe: dict[str, dict[str, str]] = {}
    for name, bundle in data.items() if isinstance(data, dict) else ():
        for kind in pictures.KINDS if markup.ATTACHED.fullmatch(str(name)) and isinstance(bundle, dict) else ():
            if picture := pictures.checked(kind, markup.text(bundle.get(kind))):
                safe[str(name)] = {kind: picture}
    return safe


def _output(output: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    kind, data = output.get("output_type"), output.get("data")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        yield {"output_type": "stream", "name": name, "text": _printed(markup.text(output.get("text")))}
    elif kind == "error":
        lines = output.get("traceback")
        yield {
            "output_type": "error",
            "ename": terminal(markup.text(output.get("ename"))),
            "evalue": terminal(markup.text(output.get("evalue"))),
            "traceback": [_printed(markup.text(line)) for line in lines] if isinstance(lines, list) else [],
        }
    elif kind in ("display_data", "execute_result") and isinstance(data, dict):
        shown, left_out = _bundle(data)
        if shown:
            number = {"execution_count": _count(output.get("execution_count"))} if kind == "execute_result" else {}
            yield {"output_type": kind, "data": shown, "metadata": {}, **number}
        if left_out:
            yield _said(f"Left out for safety: {', '.join(left_out)}.")
    else:
        yield _said("Left out for safety: an output of unknown form.")


def _said(sentence: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/plain": f"[{sentence}]"}, "metadata": {}}


def _bundle(data: Mapping[Any, Any]) -> tuple[dict[str, str], list[str]]:
    """The forms of an output that may be shown, and what was left out."""
    shown: dict[str, str] = {}
    left_out: list[str] = []
    for kind, value in data.items():
        source = markup.text(value)
        if kind == "text/html":
            shown[kind] = markup.html(source)
            left_out += filter(None, [markup.missing(source)])
        elif kind in _SAFE:
            shown[kind] = _SAFE[kind](source)
        elif kind in pictures.KINDS and (picture := pictures.checked(kind, source)):
            shown[kind] = picture
        elif kind != "image/svg+xml":
            left_out.append(f"an output of type {re.sub(r'[^A-Za-z0-9.+/-]', '?', str(kind))[:60]}")
    if "image/svg+xml" in data and "text/html" not in shown:
        # As a picture it neither runs nor fetches anything, which inside the page it would.
        shown["text/html"] = pictures.drawing(markup.text(data["image/svg+xml"]))
    return {kind: text for kind, text in shown.items() if text}, list(dict.fromkeys(left_out))[:5]


def _printed(text: str) -> str:
    """Text for a notebook: its colours are kept, and a line that was written over shows what was written last."""
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    parts = _COLOURS.split("\n".join(lines))
    return "".join(part if index % 2 else terminal(part) for index, part in enumerate(parts))


_SAFE: dict[Any, Callable[[str], str]] = {
    "text/plain": _printed,
    "text/markdown": markdown,
    "text/latex": markup.latex,
}
