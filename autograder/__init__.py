"""Deep learning from scratch: exercises that prove themselves, and a judge that says what the mistake is.

Students need `check`; authors need `exercise`, `Out`, `Formula`, `Training` and the laws. Names are loaded when
first used: starting a grading process imports this package and must not pay for what it does not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.authoring import Exercise, Out, exercise
    from autograder.formulas import Formula
    from autograder.outcome import Normal, Uniform
    from autograder.pack import Training
    from autograder.selfcheck import check

__all__ = ["Exercise", "Formula", "Normal", "Out", "Training", "Uniform", "check", "exercise"]

_HOMES = {
    "check": "autograder.selfcheck",
    "exercise": "autograder.authoring",
    "Exercise": "autograder.authoring",
    "Out": "autograder.authoring",
    "Formula": "autograder.formulas",
    "Normal": "autograder.outcome",
    "Training": "autograder.pack",
    "Uniform": "autograder.outcome",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)
