"""An exercise of several outputs, line by line: which of them was the first to go wrong."""

from typing import Any

import numpy as np

from autograder.judge import heat_maps, wording
from autograder.judge.ladder import Findings
from autograder.outcome import Line, Lines
from autograder.pack import Output, Pack

# An array of no more elements is shown, of any other its shape; and no line takes more characters.
FEW, ROOM = 4, 40
# Digits that are read with ease, and all there are, for two values that are the same in fewer.
SHORT, FULL = 7, 17


def of(pack: Pack, findings: Findings, wanted: dict[str, Any], got: dict[str, Any]) -> Lines:
    """The outputs in their order, each with what was expected and what came back."""
    return Lines(
        lines=tuple(
            _line(output, wanted[output.name], got[output.name], not findings[output.name], pack.tolerance)
            for output in pack.outputs
        )
    )


def _line(output: Output, wanted: Any, got: Any, right: bool, override: float | None) -> Line:
    if isinstance(wanted, np.ndarray) and wanted.size > FEW:
        shape = wording.shape(output.shape, wanted.shape)
        differ = heat_maps.wrong(wanted, got, override)
        came = wording.kind(got) if differ is None else f"{int(differ.sum())} of {differ.size} differ"
        return Line(output=output.name, expected=shape, got=shape if right else came, right=right)
    for digits in (SHORT, FULL):
        expected, came = _brief(wanted, digits), _brief(got, digits)
        if right or expected != came:
            break
    return Line(output=output.name, expected=expected, got=came, right=right)


def _brief(value: Any, digits: int) -> str:
    if isinstance(value, np.ndarray) and value.size > FEW:
        return wording.kind(value)
    if isinstance(value, float | np.floating):
        text = f"{value:.{digits}g}"
    elif isinstance(value, np.ndarray):
        style: Any = {"float_kind": lambda number: f"{number:.{digits}g}"}
        text = np.array2string(value, separator=", ", formatter=style)
    else:
        text = wording.show(value)
    text = " ".join(text.split())
    return text if len(text) <= ROOM else text[: ROOM - 1] + "…"
