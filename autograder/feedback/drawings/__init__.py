"""The pictures of a verdict: MathML, SVG and tables for a page, letters for a terminal.

All are part of the page: they take its colours, light or dark, and need neither script nor network. What a student
wrote is escaped wherever it is put into markup.
"""

from autograder.feedback.drawings import curves, formulas, heat_maps, lines
from autograder.outcome import Curves, Formulas, HeatMap, Lines, Picture, Verdict

__all__ = ["as_html", "as_text"]


def as_html(verdict: Verdict) -> str:
    """All pictures of a verdict, one below the other; '' where there are none."""
    return "".join(map(_html, verdict.pictures))


def as_text(verdict: Verdict) -> str:
    """What of the pictures can be drawn with letters: all but the curves."""
    return "\n".join(filter(None, map(_text, verdict.pictures)))


def _html(picture: Picture) -> str:
    match picture:
        case Formulas():
            return formulas.as_html(picture)
        case Curves():
            return curves.as_html(picture)
        case HeatMap():
            return heat_maps.as_html(picture)
        case Lines():
            return lines.as_html(picture)


def _text(picture: Picture) -> str:
    match picture:
        case Formulas():
            return formulas.as_text(picture)
        case Curves():
            return ""
        case HeatMap():
            return heat_maps.as_text(picture)
        case Lines():
            return lines.as_text(picture)
