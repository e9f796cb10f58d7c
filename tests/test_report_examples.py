"""The function that a report shows is a student's, and does not say whose."""

import ast

import msgspec
import pytest
from building import pack

from autograder.grading.anonymous import anonymous
from autograder.pack import Output
from autograder.running.submission import Cell, Submission

PACK = msgspec.structs.replace(
    pack(lambda x: x, [{"x": 1.0}], outputs=[Output(name="dW"), Output(name="db")], returns="dict"),
    stub='def f(x, upstream):\n    """Twice."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n',
)


def shown(*sources: str, kind: str = "notebook") -> str:
    cells = tuple(Cell(source, "unit.ipynb", number, kind) for number, source in enumerate(sources, 1))
    return anonymous(Submission(student="anna", unit="unit", cells=cells), PACK)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x, upstream):\n    '''by Anna'''\n    return x  # Anna", "def f(x, upstream):\n    return x"),
        ("def f(x, upstream):\n    'Anna'", "def f(x, upstream):\n    pass"),
        ("def f(x, upstream):\n    annas = x @ upstream.T\n    return np.sum(annas, axis=0)", "v1 = x @ upstream.T"),
        ("def f(x, upstream):\n    annas = x\n    return annas", "return v1"),
        ("def f(x, annas=1):\n    return annas", "def f(x, v1=1):"),
        ("def f(x):\n    def anna(k): return k\n    return anna(k=1)", "def v1(k):"),
        ("def f(x):\n    import numpy as anna\n    return anna.sum(x)", "import numpy as v1"),
        ("def f(x):\n    import anna.schmidt\n    return 1", "import v1.v2"),
        ("def f(x):\n    try: pass\n    except ValueError as anna: raise", "except ValueError as v1:"),
        ("def f(x):\n    global anna, z\n    return z", "global v1, z"),
        ("def f(x):\n    return [anna for anna in x if anna]", "return [v1 for v1 in x if v1]"),
        ("def f(x):\n    return lambda anna: anna.schmidt", "return lambda v1: v1.v2"),
        ("def f(x):\n    match x:\n        case {'a': anna, **schmidt}: return anna", "**v1}"),
        ("@anna\ndef f(x: anna) -> 'anna':\n    return x", "@v1"),
        ("def f(x):\n    return {'dW': x, 'db': 'anna', b'anna': f'anna {x}'}", "{'dW': x, 'db': '…', b'': f'…{x}'}"),
        ("def f(x):\n    return np.einsum('ij,jk->ik', x, x)", "np.einsum('ij,jk->ik', x, x)"),
        ("def f(x):\n    return 'anna->schmidt'", "return '…'"),
        ("def f(x):\n    return np.sum(x, axis=0, anna=1)", "np.sum(x, axis=0, v1=1)"),
        ("def f(x):\n    return 20231234 + 1e-8 * 999", "return ... + 1e-08 * 999"),
        ("%matplotlib anna\ndef f(x):\n    return x", "return x"),
    ],
)
def test_nothing_of_their_own_is_left(source, expected):
    found = shown(source)
    assert expected in found
    assert "anna" not in found.lower() and "schmidt" not in found.lower() and "2023" not in found
    ast.parse(found)


def test_it_is_the_function_that_was_judged():
    assert shown("def f(x):\n    return 1", "def f(x):\n    return 2\ndef g(): pass") == "def f(x):\n    return 2"
    assert shown("f = lambda x: x") == ""
    assert shown("print(1)") == ""
    assert shown("import anna\n\n\ndef f(x):\n    return 3") == "def f(x):\n    return 3"
    assert shown("def f(x):\n    return 4\n\nANNA = '''\n\ndef f(x):\n    return 5\n'''") == "def f(x):\n    return 4"
    assert shown("def f(x):\n    return 6", PACK.stub) == ""


@pytest.mark.parametrize(
    "body",
    [
        "(" * 5000 + "x" + ")" * 5000,
        "-" * 15000 + "x",
        "x" + ".T" * 7000,
        "x" + "[0]" * 5000,
        "x" + "+x" * 7000,
        "lambda: " * 2000 + "x",
        "'\\ud800' + chr(0) + '\x00'",
        "[" * 90 + "x" + "]" * 90,
        "f" + "'" * 3 + "{" * 500 + "x" + "}" * 500 + "'" * 3,
        "x" * 30000,
        "é" * 5000,
    ],
)
def test_what_is_written_to_be_hard_to_read_harms_nobody(body):
    assert len(shown(f"def f(x):\n    return {body}")) < 3100


def test_a_long_function_is_cut():
    found = shown("def f(x):\n" + "".join(f"    x = x + {n}\n" for n in range(500)) + "    return x")
    assert len(found) < 3100 and found.endswith("…")
