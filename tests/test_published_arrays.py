"""Arrays that many cases share reach a student's process from its start: published ones, and nothing else."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder import course as courses
from autograder.child import wire
from autograder.child.frames import SENT, Call
from autograder.child.orders import Keep
from autograder.outcome import Answer, Status
from autograder.pack import Case, Output, Pack
from autograder.publishing import packs
from autograder.running.forkserver import Zygote
from autograder.running.questions import published, questions
from autograder.running.sandbox import Limits, Sandbox
from autograder.running.submission import Cell, Submission

SECRET = "a secret of the staff's".ljust(32)
MODELS = ["convolution/cnn_forward", "gates/sentiment_lstm"]
PUBLIC, HIDDEN, EXPECTED = (np.full((20, 10), float(n)) for n in (1, 2, 3))


def case(number: int, hidden: bool, **inputs: Any) -> Case:
    expected = Answer(status=Status.returned, value=EXPECTED)
    return Case(name=f"{number}", inputs=inputs, expected=expected, mistakes={}, dims={}, hidden=hidden)


def pack(name: str, cases: list[Case]) -> Pack:
    return Pack(
        exercise=f"unit/{name}",
        title=name,
        signature=f"{name}(w, z)",
        returns="one",
        outputs=(Output(name=""),),
        shapes={},
        cases=tuple(cases),
        mistakes=(),
        points=1.0,
        seconds=5.0,
        stub=f"def {name}(w, z): ...",
        source="",
        hidden_cases=sum(each.hidden for each in cases),
    )


# The public array is in a hidden case, too, as a network's weights are; the hidden one is in hidden cases only.
MIXED = pack(
    "f",
    [
        case(0, False, w=PUBLIC, z=0.0),
        case(1, False, w=PUBLIC, z=1.0),
        case(2, True, w=PUBLIC, z=2.0),
        case(3, True, w=HIDDEN, z=3.0),
        case(4, True, w=HIDDEN, z=4.0),
        case(5, False, w=EXPECTED * 2, z=5.0),
    ],
)


def arrays_of(value: Any) -> set[bytes]:
    found: list[bytes] = []
    wire.dump(value, found)
    return set(found)


def inputs_of(cases: tuple[Case, ...]) -> set[bytes]:
    return set().union(*(arrays_of(each.inputs) for each in cases))


def test_published_is_what_several_cases_use_and_a_public_one_has() -> None:
    assert published(MIXED) == [PUBLIC.tobytes()]


@pytest.mark.parametrize("name", MODELS)
def test_the_weights_of_a_trained_model_are_kept_and_all_that_is_kept_is_in_the_public_pack(name: str) -> None:
    built = packs.build(courses.find().exercise(name), 1.0, 5.0, SECRET)
    kept = set(published(built.hidden))
    assert kept <= inputs_of(built.public.cases)
    sizes = [sum(map(len, question.arrays)) for question in questions(0, built.hidden, dict.fromkeys(kept, 0))]
    weights = sum(map(len, kept))
    assert weights > max(sizes), "what is sent with each call is less than what is kept for all of them"


def test_calls_name_what_is_kept_and_carry_the_rest() -> None:
    made = questions(0, MIXED, {PUBLIC.tobytes(): 7})
    calls = [msgspec.msgpack.decode(question.call, type=Call) for question in made]
    assert [call.arrays for call in calls] == [[7], [7], [7], [SENT], [SENT], [SENT]]
    assert [question.arrays for question in made[2:4]] == [[], [HIDDEN.tobytes()]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """All arrays that zygotes are told to keep, as they are told."""
    kept: list[bytes] = []
    send = Zygote.send

    def spy(self: Zygote, order: Any, fds: Any = ()) -> None:
        if isinstance(order, Keep):
            data, start = os.pread(fds[0], 1 << 20, 0), 0
            for size in order.sizes:
                kept.append(data[start : start + size])
                start += size
            assert start == len(data)
        send(self, order, fds)

    monkeypatch.setattr(Zygote, "send", spy)
    return kept


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def answers(sandbox: Sandbox, source: str, *asked: Pack) -> Mapping[str, list[Answer]]:
    cell = Cell(f"import numpy as np\n{source}", "unit.ipynb", 1, "notebook")
    return sandbox.answers(Submission(student="ann", unit="unit", cells=(cell,)), asked, Limits()).answers


def test_a_zygote_is_given_them_once_and_nothing_else(told: list[bytes]) -> None:
    with Sandbox() as fresh:
        for _ in range(3):
            found = answers(fresh, "def f(w, z): return w + z", MIXED)["unit/f"]
            assert [answer.value[0, 0] for answer in found] == [1, 2, 3, 5, 6, 11]
    assert told == [PUBLIC.tobytes()]


def test_a_new_zygote_is_given_them_again(told: list[bytes]) -> None:
    with Sandbox() as fresh:
        answers(fresh, "def f(w, z): return w + z", MIXED)
        fresh.__exit__()
        found = answers(fresh, "def f(w, z): return w + z", MIXED)["unit/f"]
        assert all(answer.returned for answer in found)
    assert told == [PUBLIC.tobytes()] * 2


def test_each_exercise_gets_its_own_arrays(told: list[bytes]) -> None:
    other = pack("g", [case(n, n > 1, w=PUBLIC * (5 + n % 2), z=PUBLIC) for n in range(4)])
    with Sandbox() as fresh:
        found = answers(fresh, "def f(w, z): return w[0, 0]\ndef g(w, z): return w[0, 0] + z[0, 0]", MIXED, other)
        assert [answer.value for answer in found["unit/f"]] == [1, 1, 1, 2, 2, 6]
        assert [answer.value for answer in found["unit/g"]] == [6, 7, 6, 7]
        found = answers(fresh, "def g(w, z): return w[0, 0] + z[0, 0]", other)
        assert [answer.value for answer in found["unit/g"]] == [6, 7, 6, 7]
    assert sorted(told) == sorted([PUBLIC.tobytes(), (PUBLIC * 5).tobytes(), (PUBLIC * 6).tobytes()])


def test_every_call_has_its_own_copy_to_write_on(sandbox: Sandbox) -> None:
    found = answers(sandbox, "def f(w, z):\n    w += 1\n    return w[0, 0]", MIXED)["unit/f"]
    assert [answer.value for answer in found] == [2, 2, 2, 3, 3, 7]
    assert all(answer.mutated == ("w",) for answer in found)


def test_before_the_public_cases_are_answered_a_process_has_no_hidden_array(sandbox: Sandbox) -> None:
    # Arrays are bytes until they are asked for: whoever searches the process for those of a hidden case finds none.
    look = """
import gc
looked = np.full((20, 10), 2.0).tobytes()
def parts(each):
    return list(each.values()) if type(each) is dict else list(each) if type(each) in (list, tuple) else []
def f(w, z):
    there = [part for each in gc.get_objects() for part in parts(each) if type(part) is bytes and part == looked]
    return sum(part is not looked for part in there)
"""
    found = answers(sandbox, look, MIXED)["unit/f"]
    public = [answer.value for each, answer in zip(MIXED.cases, found, strict=True) if not each.hidden]
    hidden = [answer.value for each, answer in zip(MIXED.cases, found, strict=True) if each.hidden]
    assert public == [0, 0, 0]
    assert all(hidden), "and finds them then: the search is one that can"


def test_the_public_pack_beside_a_notebook_stays_outside(sandbox: Sandbox, tmp_path: Any) -> None:
    (tmp_path / "f.pack").write_text("expected values")
    files = tuple((name, tmp_path / "f.pack") for name in ("packs/f.pack", "packs/notes.txt", "f.pack"))
    cell = Cell("import os\nsorted(os.listdir()), os.listdir('packs')", "unit.ipynb", 1, "notebook")
    run = sandbox.answers(Submission(student="ann", unit="unit", cells=(cell,), files=files), [MIXED], Limits())
    assert "['f.pack', 'packs'], ['notes.txt']" in repr(run.cells[0].outputs)
