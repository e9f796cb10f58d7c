"""The sandbox: what a submission does to itself, and that it does it to nothing else."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.child.confinement import Plan
from autograder.outcome import Answer, Status
from autograder.pack import Case, Output, Pack
from autograder.running import inprocess, isolation
from autograder.running.forkserver import Zygote
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Limits, Sandbox, SubmissionRun
from autograder.running.submission import Cell, Submission

LIMITS = Limits(cell_seconds=0.5, wall=5.0, memory=512 * 1024**2)
GATE = "import numpy as np\ndef gate(z):\n    return np.where(z > 0, 1.0, 0.0)"
DOUBLE = "def double(z):\n    return 2 * z"


# Nothing around the process: what a student's code can do only there still has to cost only itself.
OPEN = Isolation("D", (), Plan(), ())


@pytest.fixture(scope="module")
def unwalled() -> Iterator[Sandbox]:
    with Sandbox(OPEN) as started:
        yield started


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture(scope="module", params=["all layers", "no namespaces and an old Landlock"])
def tier(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """What is honest must not be hurt by any wall."""
    less = {} if request.param == "all layers" else {"namespaces": False, "newest_abi": 3}
    with Sandbox(isolation.survey(**less)) as started:  # type: ignore[arg-type]
        yield started


def pack(name: str, *, count: int = 3, hidden: int = 1, seconds: float = 0.4, seeds: tuple[int, ...] = ()) -> Pack:
    """An exercise of one argument z; the last `hidden` of its cases are hidden. Case n has z[0, 0] = n."""
    cases = []
    for number in range(count):
        z = np.random.default_rng(number).normal(size=(3, 4))
        z[0, 0] = number
        cases.append(
            Case(
                name=f"case {number}",
                inputs={"z": z},
                expected=Answer(status=Status.returned, value=None),
                mistakes={},
                dims={"N": 3, "D": 4},
                seeds=seeds,
                hidden=number >= count - hidden,
            )
        )
    return Pack(
        exercise=f"unit/{name}",
        title=name,
        signature=f"{name}(z)",
        returns="one",
        outputs=(Output(name=""),),
        shapes={},
        cases=tuple(cases),
        mistakes=(),
        points=1.0,
        seconds=seconds,
        stub=f"def {name}(z):\n    raise NotImplementedError()\n",
        source="",
        hidden_cases=hidden,
    )


def notebook(*sources: str, files: tuple[tuple[str, Path], ...] = ()) -> Submission:
    cells = tuple(Cell(source, "unit.ipynb", number, "notebook") for number, source in enumerate(sources, 1))
    return Submission(student="ann", unit="unit", cells=cells, files=files)


def scripts(**sources: str) -> Submission:
    cells = tuple(Cell(source, f"{name}.py", 0, "script") for name, source in sources.items())
    return Submission(student="ann", unit="unit", cells=cells)


def run(sandbox: Sandbox, *sources: str, names: tuple[str, ...] = ("gate", "double")) -> SubmissionRun:
    return sandbox.answers(notebook(*sources), [pack(name) for name in names], LIMITS)


def statuses(done: SubmissionRun, name: str) -> list[str]:
    return [answer.status.value for answer in done.answers[f"unit/{name}"]]


def texts(done: SubmissionRun, name: str) -> str:
    return " ".join(answer.text for answer in done.answers[f"unit/{name}"])


def shown(done: SubmissionRun, index: int) -> str:
    return repr(done.cells[index].outputs)


RETURNED = ["returned"] * 3


# A right notebook


@pytest.mark.parametrize(
    "body",
    [
        "return np.where(z > 0, 1.0, 0.0)",
        "z += 1\n    return z.sum(), {'max': z.max(), 'n': 3}",
        "print('hello')\n    return [1, (2.5, True), None, 'text', {4}, 10**30, 1j]",
        "return z[0, 7]",
        "raise NotImplementedError()",
        "return np.random.default_rng(z)",
        "import sys\n    print('!', file=sys.stderr)\n    return np.float32(3)",
        "raise SystemExit('bye')",
        "return gate(z)",
    ],
)
def test_answers_are_those_of_the_in_process_runner(sandbox: Sandbox, body: str) -> None:
    source = f"import numpy as np\ndef gate(z):\n    {body}"
    namespace: dict[str, object] = {}
    exec(compile(source, "<unit.ipynb, cell 1>", "exec"), namespace)
    asked = pack("gate")
    done = sandbox.answers(notebook(source), [asked], LIMITS)
    expected = inprocess.answer_all(namespace["gate"], asked.cases, 10.0)  # type: ignore[arg-type]
    assert [repr(answer) for answer in done.answers["unit/gate"]] == [repr(answer) for answer in expected]


def test_a_random_function_is_called_once_for_each_seed(sandbox: Sandbox) -> None:
    done = sandbox.answers(notebook("def gate(z):\n    return 1"), [pack("gate", seeds=(3, 4))], LIMITS)
    assert [answer.value for answer in done.answers["unit/gate"]] == [(1, 1)] * 3


def test_scripts_answer_as_a_notebook_does(sandbox: Sandbox) -> None:
    done = sandbox.answers(scripts(gate=GATE, double=DOUBLE), [pack("gate"), pack("double")], LIMITS)
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED


def test_the_main_block_of_a_script_is_not_run(sandbox: Sandbox) -> None:
    source = f"{DOUBLE}\nif __name__ == '__main__':\n    double = None"
    assert statuses(sandbox.answers(scripts(double=source), [pack("double")], LIMITS), "double") == RETURNED


def test_the_touched_function_is_judged_where_there_are_two(sandbox: Sandbox) -> None:
    stub = pack("double").stub
    both = notebook(stub).cells + scripts(double=DOUBLE).cells
    done = sandbox.answers(Submission(student="ann", unit="unit", cells=both), [pack("double")], LIMITS)
    assert statuses(done, "double") == RETURNED


def test_two_functions_that_differ_are_told_of(sandbox: Sandbox) -> None:
    both = notebook("def double(z):\n    return z + z").cells + scripts(double=DOUBLE).cells
    done = sandbox.answers(Submission(student="ann", unit="unit", cells=both), [pack("double")], LIMITS)
    assert done.notes == (
        "double is written in unit.ipynb, cell 1 and, differently, in double.py: the first was judged.",
    )


def test_cells_show_what_they_would_in_jupyter(sandbox: Sandbox) -> None:
    done = run(
        sandbox, "print('hello')\n1 + 1", "1 + 1;", "1 / 0", "from IPython.display import HTML\nHTML('<b>x</b>')"
    )
    assert done.cells[0].outputs == [
        {"output_type": "stream", "name": "stdout", "text": "hello\n"},
        {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}, "execution_count": 1},
    ]
    assert done.cells[1].outputs == []
    assert done.cells[2].problem == "line 1: ZeroDivisionError: division by zero."
    assert done.cells[2].outputs[0]["ename"] == "ZeroDivisionError"
    assert "grader" not in shown(done, 2) and "shell.py" not in shown(done, 2)
    assert done.cells[3].outputs[0]["data"]["text/html"] == "<b>x</b>"  # type: ignore[index]


# What an honest notebook uses


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%timeit -n2 -r2 sum(range(9))", "loops each"),
        ("%%timeit\nsum(range(9))", "1 loop each"),
        ("%%time\nx = 3", "Wall time"),
        ("import asyncio\nawait asyncio.sleep(0.001)\n'waited'", "waited"),
        ("import warnings\nwarnings.warn('careful')", "careful"),
        ("!rm -rf somewhere", "not run while grading: rm -rf somewhere"),
        ("files = !ls\nfiles", "not run while grading: ls"),
        ("%pip install torch", "not run while grading: %pip install torch"),
        ("pip install torch", "not run while grading: %pip install torch"),
        ("%%bash\nls", "not run while grading: %%bash"),
        ("input('name? ')", "EOFError"),
        ("len?", "Signature"),
        ("from autograder import check\ncheck(len)", "[]"),
        (
            "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int\nA(1)",
            "A(x=1)",
        ),
        ("import inspect\ndef f():\n    return 1\ninspect.getsource(f)", "return 1"),
        ("exit()", "[]"),
        ("%%capture out\nprint(1)", "[]"),
        ("print('\\ud800')", "?"),
        ("get_ipython().run_line_magic('time', '1')", "Wall time"),
        ("import threading\nt = threading.Thread(target=print, args=['threaded'])\nt.start()\nt.join()", "threaded"),
        ("import numpy as np\nnp.save('a', np.ones(3))\nnp.load('a.npy').sum()", "3.0"),
        ("import tempfile\nwith tempfile.TemporaryFile() as f:\n    print(f.write(b'abc'))", "3"),
        ("import shutil, os\nopen('a', 'w').close()\nshutil.copy('a', 'b')\nos.listdir()", "'b'"),
        ("import pathlib\npathlib.Path('sub').mkdir()\npathlib.Path('sub/a').write_text('x')", "1"),
        ("import os\nos.path.expanduser('~') == os.getcwd() == os.environ['TMPDIR']", "True"),
        ("import concurrent.futures as c\nlist(c.ThreadPoolExecutor(2).map(abs, [-1]))", "[1]"),
        ("import scipy.special\nround(scipy.special.expit(0), 1)", "0.5"),
        ("import getpass\ngetpass.getuser()", "student"),
        ("import pickle, copy\ncopy.deepcopy(pickle.loads(pickle.dumps([1])))", "[1]"),
    ],
)
def test_a_notebook_is_not_hurt_by(tier: Sandbox, source: str, expected: str) -> None:
    done = run(tier, GATE, source, DOUBLE)
    assert expected in shown(done, 1), done.cells[1]
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="matplotlib is not installed")
@pytest.mark.parametrize("first", ["%matplotlib inline\n", "", "%matplotlib notebook\n"])
def test_a_figure_becomes_an_image(tier: Sandbox, first: str) -> None:
    source = f"{first}import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    done = tier.answers(notebook(source, DOUBLE), [pack("double")], Limits(cell_seconds=20))
    assert "image/png" in shown(done, 0)
    assert statuses(done, "double") == RETURNED


@pytest.mark.skipif(importlib.util.find_spec("tqdm") is None, reason="tqdm is not installed")
def test_a_progress_bar_is_shown(tier: Sandbox) -> None:
    done = run(tier, "from tqdm import tqdm\nfor _ in tqdm(range(3)): pass", DOUBLE)
    assert "3/3" in shown(done, 0)


def test_a_data_file_of_the_submission_can_be_read_and_its_original_not_changed(tier: Sandbox, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("1,2")
    (tmp_path / "helper.py").write_text("def twice(z): return 2 * z")
    files = (("data.csv", data), ("sub/helper.py", tmp_path / "helper.py"), ("helper.py", tmp_path / "helper.py"))
    cells = ("open('data.csv').read()", "open('data.csv', 'w').close()", "from helper import twice as double")
    done = tier.answers(notebook(*cells, files=files), [pack("double")], LIMITS)
    assert "1,2" in shown(done, 0)
    assert data.read_text() == "1,2"
    assert statuses(done, "double") == RETURNED


def test_random_numbers_and_the_order_of_sets_are_the_same_in_every_process(sandbox: Sandbox) -> None:
    cell = "import random, numpy as np\nrandom.random(), np.random.rand(), list({'some', 'words', 'in', 'order'})"
    with Sandbox() as another:
        assert shown(run(sandbox, cell), 0) == shown(run(another, cell), 0)


# Functions that are not there


@pytest.mark.parametrize(
    ("cells", "status", "text"),
    [
        (
            ["def doubel(z): return 2 * z"],
            "absent",
            "There is no function double; there is doubel: is the name misspelt?",
        ),
        (
            ["def Double(z): return 2 * z"],
            "absent",
            "There is no function double; there is Double: is the name misspelt?",
        ),
        (["def twice(z): return 2 * z"], "absent", "There is no function double; there is twice. Was it renamed?"),
        (["x = 3"], "absent", "There is no function double: nothing defines it."),
        (
            [DOUBLE, "double = 5"],
            "absent",
            "double is the number 5, not a function: it was overwritten in unit.ipynb, cell 2.",
        ),
        (["double = [1]"], "absent", "double is a list, not a function: it was set in unit.ipynb, cell 1."),
        (
            ["def double(z):\n    return 2 * * z"],
            "unloadable",
            "unit.ipynb, cell 1 does not run: line 2: SyntaxError: invalid syntax.",
        ),
        (
            ["import nothing_of_that_name\ndef double(z):\n    return z"],
            "unloadable",
            "unit.ipynb, cell 1 does not run: line 1: ModuleNotFoundError: No module named 'nothing_of_that_name'.",
        ),
    ],
)
def test_a_missing_function_is_explained(sandbox: Sandbox, cells: list[str], status: str, text: str) -> None:
    done = run(sandbox, *cells, names=("double",))
    assert statuses(done, "double") == [status] * 3
    assert done.answers["unit/double"][0].text == text


def test_a_syntax_error_costs_only_its_cell(sandbox: Sandbox) -> None:
    done = run(sandbox, GATE, "def oops(:\n    pass", DOUBLE)
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED
    assert "SyntaxError" in done.cells[1].problem


def test_the_last_of_two_definitions_is_judged_and_told_of(sandbox: Sandbox) -> None:
    done = run(sandbox, "def double(z): return 0", DOUBLE, names=("double",))
    assert done.answers["unit/double"][1].value[0, 0] == 2
    assert done.notes == (
        "double is defined in unit.ipynb, cell 1 and again in unit.ipynb, cell 2: the last one was judged.",
    )


def test_an_earlier_definition_is_judged_when_the_later_does_not_run(sandbox: Sandbox) -> None:
    done = run(sandbox, DOUBLE, "def double(z):\n    return 2 z", names=("double",))
    assert statuses(done, "double") == RETURNED
    assert "The one of unit.ipynb, cell 1 was judged." in done.notes[0]


HELPER = "def double(z):\n    return z + z"


# What costs only itself

FATAL = {
    "an infinite loop": ("while True: pass", "timed_out", "more than 0.4 seconds of computing time"),
    "a loop that swallows everything": (
        "while True:\n            try:\n                while True: pass\n            except BaseException: pass",
        "timed_out",
        "more than 0.4 seconds",
    ),
    "a sleep": ("import time; time.sleep(1000)", "timed_out", "did not come to an end in 2 seconds"),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", "died", "segmentation fault"),
    "os._exit(0)": ("import os; os._exit(0)", "died", "exit status 0"),
    "a kill of itself": ("import os; os.kill(os.getpid(), 9)", "died", "killed"),
    "a closed line": ("import os; os.closerange(0, 100); return 1", "died", "ended"),
    "a stolen line": ("import os; os.read(3, 10)", "timed_out", "did not come to an end"),
}


@pytest.mark.parametrize(("body", "status", "text"), FATAL.values(), ids=FATAL)
def test_in_a_function_only_that_exercise_is_lost_from_that_case_on(
    sandbox: Sandbox, body: str, status: str, text: str
) -> None:
    fatal = f"def fatal(z):\n    if z[0, 0] == 1:\n        {body}\n    return z"
    done = run(sandbox, GATE, fatal, DOUBLE, names=("gate", "fatal", "double"))
    assert statuses(done, "fatal") == ["returned", status, status]
    assert text in done.answers["unit/fatal"][1].text
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("while True: pass", "more than 0.5 seconds of computing time"),
        ("import time\ntime.sleep(1000)", "did not come to an end in 2.5 seconds"),
        ("import ctypes\nctypes.string_at(0)", "segmentation fault"),
        ("import os\nos._exit(0)", "exit status 0"),
        ("import numpy as np\nkept = [np.empty(10**6) for _ in range(1000)]", "more than the 0.5 GiB of memory"),
    ],
)
def test_in_a_cell_only_that_cell_is_left_out_and_named(sandbox: Sandbox, body: str, text: str) -> None:
    done = run(sandbox, GATE, f"{body}\ndef lost(z):\n    return z", DOUBLE, names=("gate", "lost", "double"))
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED
    assert statuses(done, "lost") == ["unloadable"] * 3
    assert text in done.cells[1].problem and text in texts(done, "lost")
    assert [note for note in done.notes if note.startswith("unit.ipynb, cell 2 was left out: ") and text in note]


def test_two_endless_cells_are_both_left_out(sandbox: Sandbox) -> None:
    done = run(sandbox, "while True: pass", DOUBLE, "while True: pass", GATE)
    assert [bool(cell.problem) for cell in done.cells] == [True, False, True, False]
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED


def test_after_ten_cells_that_crash_the_rest_is_not_run(sandbox: Sandbox) -> None:
    done = run(sandbox, DOUBLE, *["import os; os._exit(1)"] * 11, GATE)
    assert statuses(done, "double") == RETURNED
    assert "too many cells before it" in texts(done, "gate")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("open('a', 'wb').write(bytes(65 * 2**20))", "File too large (a file may have 64 MB)"),
        ("return [open('/dev/null') for _ in range(300)]", "(256 files may be open)"),
        ("import os\n    os.fork()", "(while it is graded, code starts no process and opens no connection)"),
        ("import socket\n    socket.create_connection(('127.0.0.1', 9))", "code starts no process and opens no conn"),
        ("return np.ones((10**5, 10**6))", "(the limit is 0.5 GiB)"),
        ("import os\n    os.listdir('/')", "code may use Python and the files of its own folder"),
    ],
)
def test_the_limit_that_was_met_is_named(sandbox: Sandbox, body: str, told: str) -> None:
    done = run(sandbox, f"import numpy as np\ndef met(z):\n    {body}", DOUBLE, names=("met", "double"))
    assert told in texts(done, "met")
    assert statuses(done, "double") == RETURNED


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ("return fatal(z)", "RecursionError"),
        ("return np.ones((10**5, 10**6))", "MemoryError"),
        ("kept = []\n    while True: kept.append(np.empty(10**6))", "MemoryError"),
    ],
)
def test_what_python_catches_itself_is_an_exception(sandbox: Sandbox, body: str, exception: str) -> None:
    done = run(sandbox, GATE, f"def fatal(z):\n    {body}", DOUBLE, names=("fatal", "gate", "double"))
    assert {answer.exception for answer in done.answers["unit/fatal"]} == {exception}
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED
    assert ("(the limit is 0.5 GiB)" in texts(done, "fatal")) is (exception == "MemoryError")


def test_recursion_without_a_limit_costs_only_its_exercise(sandbox: Sandbox) -> None:
    deep = """
import sys
sys.setrecursionlimit(10**9)
class A:
    def __repr__(self): return repr(self)
def fatal(z):
    return repr(A())
"""
    done = run(sandbox, GATE, deep, DOUBLE, names=("fatal", "gate", "double"))
    assert not {"returned", "lost"} & set(statuses(done, "fatal"))
    assert statuses(done, "gate") == statuses(done, "double") == RETURNED


def test_memory_that_one_exercise_keeps_is_not_missed_by_the_next(sandbox: Sandbox) -> None:
    greedy = "import numpy as np\nkept = []\ndef fatal(z):\n    while True: kept.append(np.empty(10**6))"
    done = run(sandbox, greedy, "def big(z):\n    return np.empty(3 * 10**7).size", names=("fatal", "big"))
    assert statuses(done, "big") == RETURNED


def test_an_exercise_that_runs_out_of_memory_and_hangs_comes_to_an_end(sandbox: Sandbox) -> None:
    both = "def both(z):\n    if z[0, 0] == 0: raise MemoryError\n    while True: pass"
    done = run(sandbox, both, DOUBLE, names=("both", "double"))
    assert statuses(done, "both") == ["raised", "timed_out", "timed_out"]
    assert statuses(done, "double") == RETURNED


def test_an_exercise_is_confirmed_from_its_first_case_on(sandbox: Sandbox) -> None:
    # In a process of its own the second call alone would succeed, as it would be the first one there.
    second = """
import os, time
calls = []
def second(z):
    time.sleep(0.01)
    calls.append(z)
    if len(calls) == 2: os._exit(1)
    return z
"""
    assert statuses(run(sandbox, second, names=("second",)), "second") == ["returned", "died", "died"]


def test_an_endless_loop_is_run_twice_and_not_more(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    children = []
    start = Zygote.start
    monkeypatch.setattr(Zygote, "start", lambda *given: children.append(0) or start(*given))
    done = run(sandbox, GATE, DOUBLE, "def fatal(z):\n    while True: pass", names=("gate", "double", "fatal"))
    assert statuses(done, "fatal") == ["timed_out"] * 3
    assert len(children) == 3  # all together, the loop alone, and the hidden cases of the others


def test_what_a_cell_showed_first_is_kept(unwalled: Sandbox, tmp_path: Path) -> None:
    # The second child could show a hidden input that the first one left somewhere.
    leak = f"""
import pathlib, os
mark = pathlib.Path({str(tmp_path / "mark")!r})
def leak(z):
    if z[0, 0] == 2:
        mark.write_text(str(z))
        os._exit(0)
mark.exists()
"""
    done = run(unwalled, leak, names=("leak",))
    assert statuses(done, "leak")[2] == "died"
    assert "'False'" in shown(done, 0)


def test_a_time_out_is_confirmed_alone_before_it_counts(unwalled: Sandbox, tmp_path: Path) -> None:
    # Slow the first time only, as on a machine that was busy with something else.
    mark = tmp_path / "mark"
    slow = f"""
import pathlib
def slow(z):
    mark = pathlib.Path({str(mark)!r})
    if not mark.exists():
        mark.touch()
        while True: pass
    return z
"""
    assert statuses(run(unwalled, slow, names=("slow",)), "slow") == RETURNED


# Output


def test_printing_a_hundred_megabytes_hurts_nobody(sandbox: Sandbox) -> None:
    flood = "text = 'x' * 10**6\nfor _ in range(100): print(text)"
    loud = "def loud(z):\n    for _ in range(100): print(text)\n    return z"
    done = run(sandbox, flood, loud, DOUBLE, names=("loud", "double"))
    assert statuses(done, "loud") == statuses(done, "double") == RETURNED
    assert done.answers["unit/loud"][0].printed == 100 * (10**6 + 1)
    assert "xxx" in shown(done, 0) and "left out" in shown(done, 0)
    assert len(shown(done, 0)) < 101_000


def test_a_hundred_megabytes_past_python_hurt_nobody(sandbox: Sandbox) -> None:
    loud = (
        "import os\ndef loud(z):\n    for _ in range(100): os.write(1, bytes(10**6)), os.write(2, b'x')\n    return z"
    )
    assert statuses(sandbox.answers(notebook(loud), [pack("loud", seconds=5)], LIMITS), "loud") == RETURNED


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("np.zeros(10**7)", "value of more than 16 MB"),
        ("['x' * 10**5] * 100", "value of more than 256 kB"),
        ("'\\ud800'", "no Unicode"),
        ("object()", "object"),
        ("(x for x in [])", "generator"),
        ("np.array([object()])", "array of dtype object"),
    ],
)
def test_a_value_that_cannot_cross_arrives_as_its_description(sandbox: Sandbox, value: str, kind: str) -> None:
    done = run(sandbox, f"import numpy as np\ndef gate(z):\n    return {value}", names=("gate",))
    assert kind in repr(done.answers["unit/gate"][0].value)


# Student code that attacks its runner

EVERYWHERE = """
import os, struct, msgspec
def write(*frames):
    for fd in range(3, 64):
        for frame in frames:
            try: os.write(fd, frame)
            except OSError: pass
def frame(message, blobs=(), sizes=None):
    skeleton = msgspec.msgpack.encode([[len(b) for b in blobs] if sizes is None else sizes, message])
    return struct.pack("<I", len(skeleton)) + skeleton + b"".join(blobs)
def answered(exercise, case, value=1):
    return frame(["Answered", exercise, case, "returned", value, [], "", "", None, 0])
"""

FORGERIES = {
    "noise": "b'xyz' * 1000",
    "a skeleton that is too long": "b'\\xff' * 4",
    "blobs that are too large": "frame(['CellDone', 1, '', False], sizes=[2**40])",
    "blobs of negative size": "frame(['CellDone', 1, '', False], sizes=[-1])",
    "nesting": "struct.pack('<I', 100000) + b'\\x91' * 100000",
    "a cell that was not reached": "frame(['CellDone', 5, '', False], [b'[]'])",
    "outputs that are none": "frame(['CellDone', 1, '', False], [b'[1]'])",
    "another message": "frame(['Started'])",
    "an answer out of order": "answered(1, 2)",
    "an answer to another exercise": "answered(5, 0)",
    "an answer again": "answered(0, 0)",
    "a value that is none": "answered(0, 1, ['a', '<f8', [3], 0])",
    "a pickle": "answered(0, 1, ['p', 'cos\\nsystem\\n'])",
    "an array of objects": "answered(0, 1, ['a', '|O', [1], 0])",
    "a status of the grader's own": "frame(['Answered', 0, 1, 'lost', None, [], '', '', None, 0])",
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_frame_from_a_function_ends_that_exercise(sandbox: Sandbox, forged: str) -> None:
    liar = f"{EVERYWHERE}\ndef liar(z):\n    if z[0, 0] == 1:\n        write({forged})\n    return z"
    done = run(sandbox, liar, DOUBLE, names=("liar", "double"))
    assert statuses(done, "liar") == ["returned", "died", "died"]
    assert statuses(done, "double") == RETURNED


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_frame_from_a_cell_leaves_that_cell_out(sandbox: Sandbox, forged: str) -> None:
    done = run(sandbox, DOUBLE, f"{EVERYWHERE}\nwrite({forged})\ndef gate(z): return 1", names=("gate", "double"))
    assert statuses(done, "gate") == ["unloadable"] * 3
    assert statuses(done, "double") == RETURNED


def test_answers_written_before_they_are_asked_for_are_not_taken(sandbox: Sandbox) -> None:
    early = f"{EVERYWHERE}\nwrite(*[answered(0, case, 7) for case in range(3)])"
    done = run(sandbox, DOUBLE, early, names=("double",))
    assert [answer.value[0, 0] for answer in done.answers["unit/double"]] == [0, 2, 4]


def test_a_public_case_is_answered_before_a_hidden_input_is_there(sandbox: Sandbox) -> None:
    # Cases 0 and 1 are public, 2 is hidden: what is asked is held in `Call`s, which anybody can find.
    spy = """
import gc
from autograder.child.frames import Call
def spy(z):
    return sorted({call.case for call in gc.get_objects() if isinstance(call, Call)})
"""
    done = run(sandbox, spy + "spy(0)", "def double(z): return 0", names=("spy", "double"))
    assert [answer.value for answer in done.answers["unit/spy"]] == [[0, 1], [0, 1], [2]]
    assert "'[]'" in shown(done, 0)


def test_two_students_share_nothing(sandbox: Sandbox) -> None:
    leave = """
import os, sys, builtins, numpy
open('left.txt', 'w').close()
builtins.leaked = numpy.leaked = 1
os.environ['LEAKED'] = '1'
sys.path.insert(0, 'leaked')
"""
    look = """
import os, sys, builtins, numpy
there = hasattr(builtins, 'leaked'), hasattr(numpy, 'leaked'), 'LEAKED' in os.environ, 'leaked' in sys.path
(*there, os.listdir())
"""
    run(sandbox, leave)
    done = run(sandbox, look)
    assert "(False, False, False, False, [])" in shown(done, 0)


def test_what_a_student_leaves_running_is_ended(unwalled: Sandbox, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    daemon = f"""
import os, time
mark = {str(mark)!r}
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(mark, 'w').write(str(os.getpid()))
        time.sleep(1000)
    os._exit(0)
while not os.path.exists(mark) or not open(mark).read():
    time.sleep(0.01)
"""
    done = run(unwalled, daemon, DOUBLE)
    assert statuses(done, "double") == RETURNED
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_a_forked_copy_gives_no_answers(unwalled: Sandbox) -> None:
    done = run(unwalled, "import os\ndef double(z):\n    return 2 * z if os.fork() else 3 * z", names=("double",))
    assert [answer.value[0, 0] for answer in done.answers["unit/double"]] == [0, 2, 4]


# Faults that are ours


def test_a_zygote_that_is_killed_is_started_again(sandbox: Sandbox) -> None:
    run(sandbox, GATE)
    assert sandbox._zygote
    os.kill(sandbox._zygote.process.pid, signal.SIGKILL)
    sandbox._zygote.process.wait()
    assert statuses(run(sandbox, GATE), "gate") == RETURNED


def test_a_zygote_that_dies_twice_is_not_the_students_zero(unwalled: Sandbox) -> None:
    done = run(unwalled, GATE, "import os\nos.kill(os.getppid(), 9)\nimport time\ntime.sleep(100)")
    assert statuses(done, "gate") == ["lost"] * 3
    assert texts(done, "gate").startswith("It could not be judged: The grading process has ended.")
    assert statuses(run(unwalled, GATE), "gate") == RETURNED


@pytest.mark.parametrize("namespaces", [True, False])
def test_a_grader_that_dies_leaves_nothing_behind(tmp_path: Path, namespaces: bool) -> None:
    script = f"""
import os, tempfile
tempfile.tempdir = {str(tmp_path)!r}
from autograder.running.isolation import survey
from autograder.running.sandbox import Sandbox
os.kill(os.getpid(), 9) if Sandbox(survey(namespaces={namespaces})).__enter__() else None
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("namespaces", [True, False])
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespaces: bool) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(isolation.survey(namespaces=namespaces)) as sandbox:
        run(sandbox, "open('file.txt', 'w').close()")
        assert sandbox._zygote
        assert [path.name for path in tmp_path.rglob("*.txt")] == []
        pid = sandbox._zygote.process.pid
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
