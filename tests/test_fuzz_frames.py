"""Whatever a student's process sends, the grader reads it or says that it is damaged: nothing else happens."""

import struct
from typing import Any

import fuzzed
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.child import frames, wire

fuzz = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    st.one_of(
        NUMBERS,
        st.text(max_size=8),
        st.complex_numbers(),
        st.integers(-(2**80), 2**80),
        st.sampled_from([np.zeros((2, 3)), np.float32(1), np.arange(4), np.zeros((0, 2)), np.array("text"), object]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=4), inner, max_size=3),
        st.sets(st.integers(), max_size=4),
    ),
    max_leaves=12,
)

# Trees that `dump` would not write: right tags, wrong contents.
LEAVES = st.one_of(NUMBERS, st.text(max_size=6), st.binary(max_size=6))
ARRAYS = st.tuples(
    st.sampled_from(["a", "n"]),
    st.one_of(st.sampled_from([*sorted(wire.DTYPES), "|O", "<M8[s]", "<U9", ">f8", "f8,f8"]), st.text(max_size=4)),
    st.lists(st.one_of(st.integers(-1, 3), st.sampled_from([2**39, 2**40, 2**63 - 1, True])), max_size=18),
    st.integers(-2, 3),
).map(list)
TREES = st.recursive(
    st.one_of(LEAVES, ARRAYS),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from([*"tldscireoan", "x"]), inner).map(list),
        st.tuples(st.sampled_from([*"tlds"]), st.lists(inner, max_size=4)).map(list),
        st.tuples(st.just("d"), st.lists(st.tuples(inner, inner).map(list), max_size=3)).map(list),
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
    ),
    max_leaves=20,
)
BLOBS = st.lists(st.binary(max_size=64), max_size=3)


def answered(tree: Any, blobs: list[bytes]) -> bytes:
    message = frames.Answered(0, 0, "returned", frames.raw(tree), [], "", "", None, 0)
    return frames.encode(message, blobs)


@st.composite
def conversations(draw: st.DrawFn) -> bytes:
    """Frames as a child sends them, one after the other."""
    sent = b""
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 4))
        if kind == 0:
            sent += frames.encode(frames.Started())
        elif kind == 1:
            sent += frames.encode(frames.CellDone(draw(st.integers(0, 9)), draw(st.text(max_size=9)), False), [b"[]"])
        elif kind == 2:
            sent += frames.encode(frames.Ready([frames.Found("found", "")], draw(st.lists(st.text(max_size=9)))))
        elif kind == 3:
            blobs: list[bytes] = []
            sent += answered(wire.dump(draw(VALUES), blobs), blobs)
        else:
            sent += answered(draw(TREES), draw(BLOBS))
    return sent


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Frames with bytes changed, dropped, doubled or cut off."""
    data = bytearray(draw(conversations()))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = start + draw(st.integers(0, 8))
        data[start:end] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[start:end]) * 2), st.just(b"")))
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


@fuzz
@given(TREES, BLOBS)
def test_a_forged_tree_is_a_value_or_an_error(tree: Any, blobs: list[bytes]) -> None:
    fuzzed.value(tree, blobs)


@fuzz
@given(st.one_of(damaged(), st.binary(max_size=200)), st.integers(1, 64))
def test_damaged_frames_are_messages_or_an_error(data: bytes, piece: int) -> None:
    fuzzed.decode(data, piece)


@fuzz
@given(conversations(), st.integers(1, 64))
def test_frames_are_the_same_in_pieces_of_any_size(data: bytes, piece: int) -> None:
    def again(size: int) -> list[tuple[bytes, list[bytes]]]:
        return [(msgspec.msgpack.encode(message), blobs) for message, blobs in fuzzed.decode(data, size)]

    assert again(piece) == again(len(data))


def skeleton(body: bytes) -> bytes:
    return struct.pack("<I", len(body)) + body


FRAME = b"\x92\x90\x9a\xa8Answered\x00\x00\xa8returned"
LARGE = [
    pytest.param(skeleton(FRAME + b"\x91" * 200_000), id="lists in lists"),
    pytest.param(skeleton(FRAME + b"\xdd\x00\x03\xff\x00" + b"\x90" * 250_000), id="a quarter of a million lists"),
    pytest.param(skeleton(FRAME + b"\xdd\xff\xff\xff\xff"), id="a list of four thousand million"),
    pytest.param(skeleton(FRAME + b"\x81" * 200_000), id="dicts as keys of dicts"),
    pytest.param(struct.pack("<I", 2**32 - 1) + bytes(300_000), id="a skeleton of 4 GB"),
    pytest.param(skeleton(b"\x92\x91\xcf" + b"\xff" * 8 + b"\x91\xa7Started"), id="a blob of 2**64 bytes"),
    pytest.param(
        skeleton(b"\x92\x92\x7f\xd3" + b"\x80" + bytes(7) + b"\x91\xa7Started"), id="a blob of less than none"
    ),
    pytest.param(answered(["l", [["a", "|b1", [2**20], 0]] * 9_000], [bytes(2**20)]), id="the same bytes many times"),
    pytest.param(answered(["a", "<f8", [0, 2**39, 2**39, 2**39], 0], [b""]), id="nothing, of impossible shape"),
    pytest.param(answered(["s", [["i", hex(n * (2**61 - 1))] for n in range(9_000)]], []), id="keys of the same hash"),
    pytest.param(answered(["s", [["c", float(n), 0.0] for n in range(9_000)]], []), id="more keys than are read"),
]


@pytest.mark.parametrize("data", LARGE)
def test_a_small_frame_cannot_cost_much(data: bytes) -> None:
    for message, blobs in fuzzed.decode(data):
        with pytest.raises((frames.FrameError, wire.WireError)):
            wire.load(frames.tree(message.value), blobs)


def test_a_tree_nested_as_deep_as_is_decoded_is_an_error_wherever_it_is_read() -> None:
    tree: Any = []
    for _ in range(900):
        tree = [tree]
    decoded = msgspec.msgpack.decode(msgspec.msgpack.encode(tree))

    def deeper(frames_left: int) -> None:
        if frames_left:
            deeper(frames_left - 1)
        else:
            with pytest.raises(wire.WireError):
                wire.load(decoded, [])

    deeper(200)


@pytest.mark.parametrize("value", [set(range(2_001)), dict.fromkeys(range(2_001))])
def test_what_has_too_many_keys_to_be_read_says_so_where_it_is_written(value: Any) -> None:
    assert "of too many keys" in repr(wire.load(wire.dump(value, []), []))
    words = {str(n): n for n in range(5_000)}
    assert wire.load(wire.dump(words, []), []) == words
