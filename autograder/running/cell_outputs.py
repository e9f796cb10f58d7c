"""Outputs of cells as nbformat 4 has them."""

import msgspec

from autograder.child import frames
from autograder.child.frames import Output


def as_nbformat(output: Output, count: int) -> dict[str, object]:
    """An output as nbformat 4 wants it."""
    fields: dict[str, object] = msgspec.to_builtins(output)
    if isinstance(output, frames.Display | frames.Result):
        fields["metadata"] = {}
    if isinstance(output, frames.Result):
        fields["execution_count"] = count
    return fields


def left_out(text: str) -> dict[str, object]:
    """What stands in place of the outputs of a cell that was not run. text: why."""
    return as_nbformat(frames.Error("LeftOut", text, [f"This cell was left out: {text}\n"]), 0)
