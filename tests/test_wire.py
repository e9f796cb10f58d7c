"""Values cross the wall with their type, and nothing else does."""

import collections
import contextlib

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.child import wire
from autograder.child.calls import same_tree

scalars = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.complex_numbers() | st.text()
arrays = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes(sizes=(32, 64)),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
keys = st.text(max_size=5) | st.integers(0, 9)
values = st.recursive(
    scalars | arrays | arrays.filter(lambda a: a.size).map(lambda a: a.ravel()[0]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(st.integers() | st.text(), max_size=4)
    ),
    max_leaves=12,
)


def journey(value):
    blobs: list[bytes] = []
    tree = msgspec.msgpack.decode(msgspec.msgpack.encode(wire.dump(value, blobs)))
    return wire.load(tree, blobs)


def identical(a, b) -> bool:
    """Same types all the way down and same values to the last bit."""
    first: list[bytes] = []
    second: list[bytes] = []
    return same_tree(wire.dump(a, first), first, wire.dump(b, second), second)


@given(values)
def test_a_value_arrives_with_its_type_and_its_last_bit(value):
    arrived = journey(value)
    assert type(arrived) is type(value)
    assert identical(arrived, value)


@given(st.binary(max_size=60), st.lists(st.binary(max_size=16), max_size=3))
def test_forged_bytes_give_a_wire_error_and_nothing_else(data, blobs):
    try:
        tree = msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, ValueError):
        return
    with contextlib.suppress(wire.WireError):
        wire.load(tree, blobs)


plain_trees = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.sampled_from([*"antldscior", "<f8", "|O"]),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=15,
)


@given(plain_trees, st.lists(st.binary(max_size=16), max_size=2))
def test_forged_trees_give_a_wire_error_and_nothing_else(tree, blobs):
    with contextlib.suppress(wire.WireError):
        wire.load(tree, blobs)


@pytest.mark.parametrize(
    ("tree", "blobs"),
    [
        (["a", "|O", [1], 0], [b"12345678"]),
        (["a", "<f8", [2], 0], [b"12345678"]),
        (["a", "<f8", [-1], 0], [b""]),
        (["a", "<f8", [2**50], 0], [b""]),
        (["a", "<f8", [1] * 40, 0], [b"12345678"]),
        (["a", "<f8", [], 3], []),
        (["i", "0x" + "f" * 100_000], []),
        (["d", [[["l", []], 1]]], []),
        (["eval", "1"], []),
        ({"a": 1}, []),
    ],
    ids=["object dtype", "lying shape", "negative", "huge", "too many axes", "no blob", "int", "key", "tag", "map"],
)
def test_what_dump_would_not_write_is_refused(tree, blobs):
    with pytest.raises(wire.WireError):
        wire.load(tree, blobs)


def test_nesting_and_size_are_bounded_on_both_sides():
    deep: list = []
    for _ in range(50):
        deep = [deep]
    assert "nested too deeply" in repr(journey(deep))
    assert "too many parts" in repr(journey(list(range(50_000))))
    assert "too many parts" in repr(journey([list(range(15_000)), list(range(15_000))])[1])
    tree: list = ["l", []]
    for _ in range(50):
        tree = ["l", [tree]]
    with pytest.raises(wire.WireError, match="nested too deeply"):
        wire.load(tree, [])


class Liar(np.ndarray):
    def __array__(self, *_, **__):
        raise RuntimeError("asked")


class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError("asked")


class Hidden(metaclass=Meta):
    def __repr__(self):
        raise RuntimeError("asked")


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(2).view(Liar),
        np.matrix([[1]]),
        np.array([{}]),
        np.ma.array([1.0], mask=[True]),
        object(),
        Hidden(),
        print,
    ],
)
def test_what_has_no_plain_form_arrives_as_its_type_only(value):
    assert isinstance(journey(value), wire.Opaque)


def test_subclasses_of_containers_are_read_through_their_base():
    class Loud(list):
        def __iter__(self):
            raise RuntimeError("asked")

        __len__ = __class__ = property(__iter__)

    point = collections.namedtuple("point", "x y")
    assert journey(Loud([1, 2])) == [1, 2]
    assert journey(point(1, 2)) == (1, 2)
    assert journey(collections.OrderedDict(a=1)) == {"a": 1}
