"""The sanitiser: nothing of a payload is left that acts, and what students write in earnest stays readable."""

import base64
import copy
import json
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from payloads import GRADED, PAYLOADS, PNG, Payload, book, code, error, markdown, shown, stream

from autograder.feedback import markup, sanitise

pytest.importorskip("nbconvert", reason="nbconvert is not installed: the staff's dependencies are missing")


def sanitised(cell: dict[str, Any]) -> dict[str, Any]:
    (safe,) = sanitise.notebook(book(Payload("x", cell)))["cells"]
    return dict(safe)


def rendered(source: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments={"a.png": {"image/png": PNG}})).render(
        source
    )


class Page(HTMLParser):
    """What a page is made of that could act or fetch."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.feed(source)
        self.close()

    def handle_comment(self, data: str) -> None:
        self.problems.append("comment")  # browsers end some sooner than this parser

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "input" and dict(attributes).get("type") == "checkbox":
            return  # a task in a list
        if tag not in markup.TAGS:
            self.problems.append(tag)
        for name, value in attributes:
            allowed = (tag, name) in (("a", "href"), ("img", "src")) or name in (
                "style",
                "class",
                "id",
                "alt",
                "rel",
                "align",
            )
            start = ("http://", "https://", "mailto:", "#") if tag == "a" else ("data:image/",)
            safe = allowed and (name not in ("href", "src") or str(value).startswith(start))
            if not safe or (name == "style" and not re.fullmatch(r"[a-z:;# -]*", str(value))):
                self.problems.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.name)
def test_nothing_that_acts_is_left(payload: Payload) -> None:
    before = copy.deepcopy(book(payload))
    (cell,) = sanitise.notebook(book(payload))["cells"]
    assert json.dumps(book(payload)) == json.dumps(before)
    html = rendered(cell["source"]) if cell["cell_type"] == "markdown" else ""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        assert set(data) <= {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg"}
        assert output.get("metadata", {}) == {}
        html += data.get("text/html", "") + rendered(data.get("text/markdown", ""))
    assert Page(html).problems == []
    assert json.dumps(cell).encode()
    assert not re.search("[\ud800-\udfff]", json.dumps(cell, ensure_ascii=False))


def test_the_check_above_sees_what_acts() -> None:
    harmless = {"cell", "output", "notebook"}
    acting = [p for p in PAYLOADS if p.works in ("runs", "alone") and p.name.partition("/")[0] not in harmless]
    for payload in acting:
        cell = payload.cell
        source = cell["source"] if cell["cell_type"] == "markdown" else cell["outputs"][0]["data"]["text/html"]
        assert Page(rendered(source) if cell["cell_type"] == "markdown" else source).problems, payload.name


def test_the_notebook_is_one_of_the_format() -> None:
    import nbformat

    safe = sanitise.notebook(book(*PAYLOADS))
    nbformat.validate(safe)
    assert set(safe["metadata"]) == {"kernelspec", "language_info"}
    assert len({cell["id"] for cell in safe["cells"]}) == len(PAYLOADS)


@pytest.mark.parametrize(
    "odd", [{}, {"cells": 5}, {"cells": [5, None, {}]}, {"cells": [{"cell_type": "code", "outputs": 3}]}]
)
def test_what_is_no_notebook_raises_nothing(odd: dict[str, Any]) -> None:
    assert sanitise.notebook(odd)["nbformat"] == 4


# What stays

TEXT = """# The gradient

For **N** samples $dW = \\frac{1}{N} X^\\top \\delta$, so *every* row counts; see `x[0] < y[1]`:

$$
\\begin{aligned} L &= -\\sum_i y_i \\log \\hat{y}_i \\\\ &< \\infty \\end{aligned}
$$

| a | b |
|---|---|
| 1 < 2 | x & y |

```python
for i in range(3):
    print(z[i] <= 1 and w[0] > 2)
```

- one
- two &lt; three
"""


def test_ordinary_text_stays_as_it_is() -> None:
    assert sanitise.markdown(TEXT) == TEXT


def test_code_and_the_marks_of_nbgrader_stay_as_they_are() -> None:
    source = "print('<b>')  # [x](javascript:1) \\href"
    cell = sanitised(code(source=source, metadata={"nbgrader": GRADED, "collapsed": True}))
    assert cell["source"] == source
    assert cell["metadata"] == {"nbgrader": GRADED}


@pytest.mark.parametrize(
    "marks", [GRADED | {"grade_id": "a b"}, GRADED | {"points": -1}, GRADED | {"x": 1}, {"grade": True}, 5]
)
def test_marks_that_nbgrader_would_not_write_are_none(marks: Any) -> None:
    assert sanitised(code(metadata={"nbgrader": marks}))["metadata"] == {}


def test_a_picture_in_an_answer_stays() -> None:
    cell = sanitised(markdown("![mine](attachment:a.png)", attachments={"a.png": {"image/png": PNG}}))
    assert cell["attachments"] == {"a.png": {"image/png": PNG}}
    assert 'src="data:image/png;base64,' in rendered(cell["source"])


@pytest.mark.parametrize(
    "value", ["", "AAAA", base64.b64encode(b"\xff\xd8").decode(), PNG[:20] + "<", PNG.replace("AAAAB", "//8AB")]
)
def test_what_is_no_picture_is_left_out(value: str) -> None:
    (output,) = sanitise.outputs(shown("image/png", value)["outputs"])
    assert output["data"] == {"text/plain": "[Left out for safety: an output of type image/png.]"}


@pytest.mark.parametrize("address", ["data:image/png;base64,AAAA", "data:text/html;base64,AAAA", "/a.png", "//x/a.png"])
def test_html_keeps_only_pictures_that_are_in_it(address: str) -> None:
    assert markup.html(f'<p><img src="{address}">x</p>') == "<p>[picture left out]x</p>"
    kept = markup.html(f'<img src="data:image/png;base64,{PNG}">')
    assert kept == f'<img src="data:image/png;base64,{PNG}">'


@pytest.mark.parametrize("fence", ["```mermaid", "~~~ mermaid", "````  MERMAID", "> ```mermaid"])
def test_no_diagram_is_drawn(fence: str) -> None:
    assert "mermaid" in rendered(fence).lower()
    assert sanitise.markdown(fence).lower().endswith("text mermaid")


def test_a_table_of_pandas_stays_a_table() -> None:
    table = '<table border="1" class="dataframe"><thead><tr style="text-align:right"><th>a</th></tr></thead></table>'
    (output,) = sanitise.outputs(shown("text/html", f"<div><style scoped>a {{}}</style>{table}</div>")["outputs"])
    assert output["data"]["text/html"] == f"<div>{table}</div>"


def test_svg_is_shown_as_a_picture() -> None:
    (output,) = sanitise.outputs(shown("image/svg+xml", "<svg onload='x'/>")["outputs"])
    assert re.fullmatch(
        r'<img src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+" alt="drawing">', output["data"]["text/html"]
    )


def test_where_something_is_left_out_a_sentence_stands() -> None:
    data = {"text/html": "<b>x</b><script>1</script>", "application/x": "1", "text/plain": "x"}
    first, second = sanitise.outputs([{"output_type": "display_data", "data": data}])
    assert first["data"] == {"text/html": "<b>x</b>", "text/plain": "x"}
    said = "[Left out for safety: the active parts of an HTML output, an output of type application/x.]"
    assert second["data"] == {"text/plain": said}


def test_a_traceback_keeps_its_colours_and_a_bar_its_last_state() -> None:
    (output,) = sanitise.outputs(error("\x1b[0;31mNo\x1b[38;5;28;01mx\x1b[0m\x1b[2J\x1b]52;c;aGk=\x07")["outputs"])
    assert output["traceback"] == ["\x1b[0;31mNo\x1b[38;5;28;01mx\x1b[0m"]
    (output,) = sanitise.outputs(stream("10%\r50%\r100%\r\ndone\n")["outputs"])
    assert output["text"] == "100%\ndone\n"


@pytest.mark.parametrize(
    "command", ["href", "class", "cssId", "style", "require", "unicode", "def", "newcommand", "html"]
)
def test_formulas_have_no_commands_that_make_links_or_html(command: str) -> None:
    for source in (f"$\\{command}{{a}}{{b}}$", f"$$\\\\{command}$$", f"&#92;{command}{{a}}", f"a\\{command}"):
        assert f"\\{command}" not in rendered(sanitise.markdown(source)).replace("&#92;", "\\")
        assert f"\\{command}" not in markup.html(source)
        assert f"\\{command}" not in markup.latex(source)


SLOW = {
    "brackets": "[" * 50_000,
    "formulas": "\\\\[" * 16_000,
    "environments": "\\begin{a}" * 5_000,
    "quotes": "> " * 25_000,
}


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW)
def test_text_that_is_written_to_be_slow_is_rendered_soon(source: str) -> None:
    from nbconvert.filters.strings import strip_files_prefix

    began = time.process_time()
    strip_files_prefix(rendered(sanitise.markdown(source)))
    assert time.process_time() - began < 5  # without the limits 10 to 13 s here, and the square of it for a longer one


@pytest.mark.parametrize(
    "source", ["<div>" * 100_000, "".join(f"<p><i class=a{n}>" for n in range(5_000)), "<p " + "a " * 200_000]
)
def test_html_of_too_many_parts_is_left_out(source: str) -> None:
    (output,) = sanitise.outputs(shown("text/html", source)["outputs"])
    assert output["data"] == {"text/plain": "[Left out for safety: an HTML output of too many parts.]"}
