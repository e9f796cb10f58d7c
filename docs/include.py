"""Puts the files that a document shows into it: `python docs/include.py` after an example has changed."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent
MARK = re.compile(r"<!-- file: (\S+) -->\n(?:\n```python\n.*?\n```\n)?", re.S)


def included(text: str) -> str:
    """The document with the current text of every file that it names in a mark."""
    return MARK.sub(lambda m: f"{m[0].splitlines()[0]}\n\n```python\n{_read(m[1])}\n```\n", text)


def _read(name: str) -> str:
    return (DOCS.parent / name).read_text().rstrip()


if __name__ == "__main__":
    for document in DOCS.glob("*.md"):
        document.write_text(included(document.read_text()))
