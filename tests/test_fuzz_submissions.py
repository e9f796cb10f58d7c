"""Whatever is handed in, it is read or a sentence says why not: nothing else happens."""

import contextlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import fuzzed
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

fuzz = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.lists(st.integers(), max_size=3)
)
SOURCES = st.one_of(
    st.sampled_from(
        [
            "def relu(z):\n    return z",
            "relu = 1",
            "def relu(",
            "%%bash\nls",
            "!ls",
            "\x00",
            "\ud83d",
            "é",
            "# -*- coding: x",
        ]
    ),
    st.text(max_size=40),
)
METADATA = st.dictionaries(
    st.sampled_from(["nbgrader", "chainrule", "x"]),
    st.one_of(
        ODD,
        st.fixed_dictionaries(
            {},
            optional={
                "grade": ODD,
                "solution": ODD,
                "grade_id": st.one_of(ODD, st.sampled_from(["relu", "check_relu", "explain_1"])),
            },
        ),
    ),
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "x"])},
    optional={
        "source": st.one_of(SOURCES, st.lists(SOURCES, max_size=3), ODD),
        "input": SOURCES,
        "id": st.one_of(st.sampled_from(["a", "b"]), ODD),
        "metadata": st.one_of(METADATA, ODD),
        "outputs": ODD,
        "attachments": ODD,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.one_of(st.lists(CELLS, max_size=4), ODD)},
    optional={"nbformat": st.one_of(st.integers(2, 5), ODD), "metadata": ODD, "worksheets": ODD},
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(json.dumps(draw(NOTEBOOKS), ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 6))] = draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from([b"NaN", b'"', b"{", b"]", b"\\ud83d", b"1e999", b"\xef\xbb\xbf"]),
            )
        )
    return bytes(data)


@pytest.fixture(scope="module")
def folder() -> Any:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@fuzz
@given(data=st.one_of(damaged(), st.binary(max_size=100)))
def test_a_damaged_notebook_is_cells_or_a_sentence(folder: Path, data: bytes) -> None:
    fuzzed.submitted(data, folder)


@fuzz
@given(data=st.one_of(SOURCES.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=100)))
def test_a_damaged_script_is_cells_or_a_sentence(folder: Path, data: bytes) -> None:
    fuzzed.submitted(data, folder, "ann.py")


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """A zip file with bytes changed; its names are odd as it is."""
    packed = io.BytesIO()
    names = st.one_of(
        st.sampled_from(["unit.ipynb", "relu.py", "../a.py", "a/../../b.py", "/c.py"]), st.text(max_size=9)
    )
    with zipfile.ZipFile(packed, "w", draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))) as archive:
        for name in draw(st.lists(names, max_size=4, unique=True)):
            with contextlib.suppress(UnicodeEncodeError):
                archive.writestr(zipfile.ZipInfo(name), draw(st.one_of(damaged(), st.binary(max_size=9))))
    data = bytearray(packed.getvalue())
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data)


@fuzz
@given(data=archives())
def test_a_damaged_archive_is_a_submission_or_a_sentence(folder: Path, data: bytes) -> None:
    fuzzed.submitted(data, folder, "ann.zip")


CELL = '{"cell_type": "code", "source": "def relu(z): pass"}'
LARGE = {
    "lists in lists": "[" * 1_000_000,
    "dicts in dicts": '{"a":' * 1_000_000,
    "lists in metadata": f'{{"cells": [{CELL}], "metadata": [{",".join(["[]"] * 1_000_000)}]}}',
    "lists beside what is no JSON": f'{{"cells": [{CELL}], "metadata": [NaN{",[]" * 1_000_000}]}}',
    "deep beside what is no JSON": f'{{"cells": [{CELL}], "metadata": [NaN, {"[" * 100_000}{"]" * 100_000}]}}',
    "a number of a million digits": f'{{"cells": [{CELL}], "nbformat": {"9" * 1_000_000}}}',
    "the same beside what is no JSON": f'{{"cells": [{CELL}], "metadata": [NaN], "nbformat": {"9" * 1_000_000}}}',
    "brackets": json.dumps({"cells": [{"cell_type": "code", "source": "(" * 100_000}]}),
    "signs": json.dumps({"cells": [{"cell_type": "code", "source": "-" * 100_000 + "1"}]}),
    "a long sum": json.dumps({"cells": [{"cell_type": "code", "source": "1" + "+1" * 50_000}]}),
    "indentation": json.dumps(
        {"cells": [{"cell_type": "code", "source": "\n".join(" " * n + "if 1:" for n in range(500))}]}
    ),
    "keys": json.dumps({"cells": [json.loads(CELL)], **{str(n): n for n in range(100_000)}}),
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_notebook_costs_what_it_weighs(folder: Path, text: str) -> None:
    fuzzed.submitted(text.encode(), folder)
