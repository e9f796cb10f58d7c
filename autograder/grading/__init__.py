"""A class: submissions in, verdicts out, many at a time."""
