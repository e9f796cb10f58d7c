"""Pack + answers → verdict. Imports neither the runners nor the feedback."""

from autograder.judge.verdict import judge

__all__ = ["judge"]
