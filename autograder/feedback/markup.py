"""Markdown, HTML and formulas a student wrote, without what acts; plain text without what controls a terminal.

Markdown is read by two programs, nbconvert's mistune and JupyterLab's marked, which disagree in many corners. So it
is not parsed here: wherever either could see the beginning of HTML, of a link or of an entity, a space goes between,
in code as in text. A space is what a reader of `x[0] (y)` or `a < b` forgives most easily.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from autograder.feedback import pictures
from autograder.feedback.tex import COMMANDS

# What is written to be slow must not stop formgrader, which renders in the server's only thread. The worst found takes
# 1.8 s for a markdown cell and 0.6 s for an HTML output; without the limits it was 13 s for 50 kB of the one and 28 s
# for 500 kB of the other, growing with the square.
MAX_MARKDOWN = 50_000  # characters of a cell
MAX_LINE = 2_000
MAX_FORMULAS = 200
MAX_HTML = 200_000  # characters, embedded pictures aside
MAX_TAGS = 20_000
MAX_REPEATED = 2_000_000  # formatting tags × all tags: <p><i><p><i>… repeats every <i> in every <p>

ATTACHED = re.compile(r"[A-Za-z0-9_.-]{1,100}")

TAGS = frozenset(
    "a b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark"
    " ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split()
)
# Neither ids nor classes (formgrader's own scripts look for some), no data- attributes (Bootstrap acts on them).
ATTRIBUTES = {"*": {"style"}, "a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "table": {"border"}}
STYLES = frozenset("color background-color font-weight font-style text-align text-decoration".split())
# Dropped with all that is in them.
WITHOUT = frozenset(
    "audio canvas embed frameset iframe math noembed noframes noscript object script select style svg template"
    " textarea title video xmp".split()
)
_ACTS = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|math|form|input|button|video|audio|canvas|link|meta)\b", re.I
)

_PICTURE = re.compile(r"data:image/[a-z+]{1,10};base64,[A-Za-z0-9+/=\s]*")
_LOST = re.compile(r"<img(?![^<>]*\ssrc=)[^<>]*>")
_TAG = re.compile("<[A-Za-z/]")
_FORMATTING = re.compile(r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.I)
_FORMULA = re.compile(r"\\(?=\\[\[(]|begin\{)")
_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC: titles, links, the clipboard
    r"|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: cursor, colours
    r"|\x1b[ -/]*[0-~]"
)
# C0 and C1, marks that turn the direction of writing, what has no width, and what stands for nothing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def text(value: Any) -> str:
    """nbformat's multi-line string: a str, or a list of them."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else ""


def encodable(source: str) -> str:
    """Text that can be written as UTF-8: half a letter becomes a question mark."""
    return _SURROGATES.sub("?", source)


def terminal(text: str) -> str:
    """Text that leaves a terminal as it is: no control sequence and nothing invisible but tabs and line ends."""
    visible = _UNSEEN.sub("", _ESCAPES.sub("", text))
    return encodable(visible.replace("\u2028", "\n").replace("\u2029", "\n"))


def markdown(source: str, attachments: Collection[str] = ()) -> str:
    """Markdown without raw HTML, links and pictures from elsewhere; those of `attachments` are kept.

    Of a link the text and the address remain, to be read. Longer text than MAX_MARKDOWN is cut, and says so.
    """
    safe = terminal(source)
    if len(safe) > MAX_MARKDOWN:
        safe = f"{safe[:MAX_MARKDOWN]}\n\n[The rest of this text was left out: it is {len(safe):,} characters long.]"
    # A break within a paragraph shows as a space.
    safe = re.sub(rf"[^\n]{{{MAX_LINE}}}(?=[^\n])", r"\g<0>\n", safe)
    if len(_FORMULA.findall(safe)) > MAX_FORMULAS:
        safe = _FORMULA.sub(r"\g<0> ", safe)
    kept = "|".join(re.escape(name) for name in attachments)
    exempt = rf"(?!\(attachment:(?:{kept})\))" if kept else ""
    safe = re.sub(r"<(?![\s\d=]|$)", "< ", safe)
    safe = re.sub(rf"\](?=[(:]){exempt}", "] ", safe)
    safe = re.sub(r"&(?=#?\w+;)(?!(?:amp|lt|gt|quot|nbsp);)", "& ", safe)
    # nbconvert puts a diagram's text into the page as it is.
    safe = re.sub(r"([`~]{3,}[^\S\n]*)(?=mermaid)", r"\1text ", safe, flags=re.I)
    return latex(safe)


def latex(source: str) -> str:
    r"""Text in which MathJax finds no command but those of formulas: not \href, \class, \require, \def …"""
    return re.sub(r"\\([A-Za-z]+)", lambda m: m[0] if m[1] in COMMANDS else rf"\ {m[1]}", encodable(source))


def fenced(source: str) -> str:
    """A block of code in markdown."""
    fence = "`" * (max((len(run) for run in re.findall("`+", source)), default=2) + 1)
    return f"{fence:`<3}\n{source}\n{fence:`<3}"


def html(source: str) -> str:
    """HTML of plain tags with pictures that are in it and links to elsewhere: nothing acts, nothing is fetched.

    '' for HTML of too many parts.
    """
    if _excessive(source):
        return ""
    safe = _cleaner().clean(terminal(source))
    return latex(_LOST.sub("[picture left out]", safe))


def missing(source: str) -> str:
    """What of a student's HTML `html` leaves out that a reader would miss, in words; '' for nothing."""
    if _excessive(source):
        return "an HTML output of too many parts"
    return "the active parts of an HTML output" if _ACTS.search(source) else ""


def _excessive(source: str) -> bool:
    tags, formatting = len(_TAG.findall(source)), len(_FORMATTING.findall(source))
    return len(_PICTURE.sub("", source)) > MAX_HTML or tags > MAX_TAGS or tags * formatting > MAX_REPEATED


@cache
def _cleaner() -> Any:
    # nh3 and not bleach, which nbconvert brings: bleach is no longer developed.
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(WITHOUT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        allowed_classes={"table": {"dataframe"}},
        filter_style_properties=set(STYLES),
        url_schemes={"http", "https", "data"},
        url_relative="deny",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return pictures.address(value) or None
    if name == "href":
        return value if re.match(r"https?://", value, re.I) else None
    return value[:200]
