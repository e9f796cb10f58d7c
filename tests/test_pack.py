"""A pack survives its file, and a file that is no pack is refused with a sentence."""

import msgspec
import numpy as np
import pytest
from building import pack

from autograder import pack as packs
from autograder.judge import judge
from autograder.outcome import Normal
from autograder.running import inprocess


def some_pack():
    exercise = pack(
        lambda x: {"a": x * 2, "b": (1, 2.5, None)},
        [{"x": np.array([[1.0, 2.0]])}, {"x": np.float32(3)}],
        mistakes={"m": lambda x: x, "raises": lambda x: x.nothing},
        dims=[{"N": 1}, {}],
    )
    law = msgspec.structs.replace(exercise.cases[0], expected=Normal(shape=(2, 3), scale=0.5), seeds=(1, 1, 2))
    return msgspec.structs.replace(exercise, cases=(*exercise.cases, law))


def test_a_pack_comes_back_as_it_was():
    written = packs.write(some_pack())
    again = packs.read(written, "f.pack")
    assert packs.same(again, some_pack())
    assert packs.write(again) == written
    assert again.cases[0].mistakes["raises"].exception == "AttributeError"


def test_judging_needs_nothing_but_the_file():
    exercise = packs.read(packs.write(pack(lambda x: x * 2, [{"x": np.ones((2, 3))}])), "f.pack")
    assert judge(exercise, inprocess.answer_all(lambda x: x + x, exercise.cases, 1.0)).correct


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: b"", "is not a pack"),
        (lambda data: b"hello\nworld", "is not a pack"),
        (lambda data: data[:-1], "is damaged"),
        (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], "is damaged"),
        (lambda data: data.replace(b"chainrule-pack 1 ", b"chainrule-pack 9 ", 1), "version 9"),
    ],
    ids=["empty", "text", "cut", "one bit", "version"],
)
def test_what_is_no_pack_is_refused_with_a_way_out(damage, says):
    with pytest.raises(packs.PackError, match=says) as problem:
        packs.read(damage(packs.write(some_pack())), "exercises/unit/packs/f.pack")
    assert "exercises/unit/packs/f.pack" in str(problem.value)
    assert "etch the exercises again" in str(problem.value)


def test_a_missing_pack_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(packs.PackError, match="is missing"):
        packs.read_file(tmp_path / "f.pack")


def test_two_packs_are_the_same_up_to_the_last_bits_and_no_further():
    def built(factor):
        return pack(lambda x: x * factor, [{"x": np.linspace(1, 2, 5)}])

    assert packs.same(built(1.0), built(1.0 + 1e-15))
    assert not packs.same(built(1.0), built(1.0 + 1e-9))
    assert not packs.same(built(1.0), msgspec.structs.replace(built(1.0), points=5.0))


def test_what_several_cases_have_in_common_is_written_once():
    weights = np.random.default_rng(0).normal(size=1000)
    alone, twice = (pack(lambda x, w: x, [{"x": x, "w": weights} for x in xs]) for xs in ([1.0], [1.0, 2.0]))
    assert len(packs.write(twice)) < len(packs.write(alone)) + 1000
    again = packs.read(packs.write(twice), "f.pack")
    assert packs.same(again, twice)
    first, second = (case.inputs["w"] for case in again.cases)
    first[0] = 7.0
    assert second[0] == weights[0]
