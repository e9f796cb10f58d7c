"""Verdicts as Gradescope's `results.json`, one for each submission.

The fields are those of its autograder specification:
https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
"""

from typing import Any

import msgspec

from autograder.feedback.sanitise import terminal
from autograder.gradebook.verdicts import ExportError, Line


def results(line: Line) -> bytes:
    """The `results.json` of a submission. Raises ExportError when it has no score: there must be one in it."""
    if line.score is None:
        raise ExportError(f"{line.student} has no score: it could not be judged. Grade it again")
    tests = [
        {
            "name": name,
            "number": str(place),
            "score": exercise.score,
            "max_score": exercise.max_score,
            "status": "passed" if exercise.outcome == "correct" else "failed",
            "output": terminal(exercise.message),
            "visibility": "visible",
        }
        for place, (name, exercise) in enumerate(line.exercises.items(), 1)
    ]
    content: dict[str, Any] = {
        "score": line.score,
        "execution_time": line.seconds,
        # Messages quote what students wrote: they are text there, never HTML or Markdown.
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(content)) + b"\n"
