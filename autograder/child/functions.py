"""Which of a student's functions is the one an exercise asks for, and what to say when there is none."""

import ast
import difflib
import re
import types
from collections.abc import Iterable, Sequence
from typing import Any

from autograder.child.frames import Asked, Found


class Piece:
    """A cell or a script as it was run. problem: what stopped it, or ''."""

    def __init__(self, place: str, source: str) -> None:
        self.place = place
        self.source = source
        self.defines = defined(source)
        self.problem = ""


class Group:
    """Pieces that share their names: the cells of a notebook, or one script.

    history: for each name asked for, what it was after the cells that changed it, with their places.
    """

    def __init__(self, namespace: dict[str, Any], names: Sequence[str]) -> None:
        self.namespace = namespace
        self.pieces: list[Piece] = []
        self.history: dict[str, list[tuple[str, Any]]] = {name: [] for name in names}

    def note_changes(self, piece: Piece) -> None:
        """To be called after each cell: remembers which of the names it set."""
        for name, past in self.history.items():
            if name in self.namespace and not (past and past[-1][1] is self.namespace[name]):
                past.append((piece.place, self.namespace[name]))

    def last(self, name: str) -> Piece | None:
        """The last piece that defines `name`, or would if it ran."""
        return next((piece for piece in reversed(self.pieces) if name in piece.defines), None)


# No \s: it would run over line ends, and a text of a million empty lines would take hours.
_DEFINITION = re.compile(
    r"^(?:[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE
)


def defined(source: str) -> set[str]:
    """The names that a text defines or, where it does not run, tries to."""
    return {function or name for function, name in _DEFINITION.findall(source)}


def find(asked: Asked, groups: Sequence[Group], notes: list[str]) -> tuple[Any, Found]:
    """The function of an exercise, or None and the sentence that says why there is none."""
    name = asked.name
    candidates = [group for group in groups if group.last(name) or name in group.namespace]
    if not candidates:
        return None, Found("absent", _absent(name, groups))
    group = chosen(asked, candidates, notes) if len(candidates) > 1 else candidates[0]
    last, past = group.last(name), group.history[name]
    value = group.namespace.get(name)
    if callable(value):
        _note_redefinition(name, last, past, notes)
        return value, Found("found", "")
    if name in group.namespace:
        where = past[-1][0] if past else "the code"
        was = "it was overwritten" if any(callable(earlier) for _, earlier in past[:-1]) else "it was set"
        return None, Found("absent", f"{name} is {_thing(value)}, not a function: {was} in {where}.")
    if last and last.problem:
        return None, Found("unloadable", f"{last.place} does not run: {last.problem}")
    return None, Found("absent", _absent(name, groups))


def chosen(asked: Asked, candidates: Sequence[Group], notes: list[str]) -> Group:
    """Where it was written, of several places: the first that is no longer the stub; else the last."""
    pieces = [(group, group.last(asked.name)) for group in candidates]
    written = [(group, piece) for group, piece in pieces if piece and touched(piece, asked)]
    if not written:
        return candidates[-1]
    group, first = written[0]
    others = [
        piece.place
        for _, piece in written[1:]
        if _function(piece.source, asked.name) != _function(first.source, asked.name)
    ]
    if others:
        notes.append(
            f"{asked.name} is written in {first.place} and, differently, in {', '.join(others)}: the first was judged."
        )
    return group


def touched(piece: Piece, asked: Asked) -> bool:
    """Whether a piece's function is no longer the stub's."""
    return _function(piece.source, asked.name) != _function(asked.stub, asked.name)


def _note_redefinition(name: str, last: Piece | None, past: Sequence[tuple[str, Any]], notes: list[str]) -> None:
    places = [place for place, value in past if callable(value)]
    if last and last.problem and places and last.place != places[-1]:
        said = f"{last.place} defines {name} again but does not run: {last.problem}"
        notes.append(f"{said} The one of {places[-1]} was judged.")
    elif len(places) > 1:
        notes.append(f"{name} is defined in {' and again in '.join(places)}: the last one was judged.")


def _function(text: str, name: str) -> str:
    """A function as its syntax tree, so that layout and comments do not count; the text when it has none."""
    try:
        body = ast.parse(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text.strip()
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return ast.dump(found[-1]) if found else text.strip()


def _absent(name: str, groups: Iterable[Group]) -> str:
    there = list(dict.fromkeys(written for group in groups for written in _functions(group.namespace)))
    lowered = {written.lower(): written for written in there}
    near = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.75)
    if near:
        return f"There is no function {name}; there is {lowered[near[0]]}: is the name misspelt?"
    if there:
        listed = ", ".join(there[:8]) + (" …" if len(there) > 8 else "")
        return f"There is no function {name}; there is {listed}. Was it renamed?"
    return f"There is no function {name}: nothing defines it."


def _functions(namespace: dict[str, Any]) -> list[str]:
    """The names of the functions a student wrote, in order."""
    module = namespace.get("__name__")
    return [
        name[:80]
        for name, value in list(namespace.items())
        if type(value) is types.FunctionType and value.__module__ == module and not name.startswith("_")
    ]


def _thing(value: Any) -> str:
    """What a value is, in words, without calling into it."""
    if value is None or type(value) is bool:
        return repr(value)
    if type(value) is float or (type(value) is int and value.bit_length() < 64):
        return f"the number {value!r}"
    name = str(type.__dict__["__name__"].__get__(type(value)))[:60]
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
