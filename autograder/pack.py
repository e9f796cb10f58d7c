"""What a pack is: the frozen cases of one exercise. Data only, for the judge and the runners.

A pack file is one line of text (format version and SHA-256 of the rest) and a MessagePack body. Every
exercise has two: the public one travels with it, the hidden one stays with the staff.
"""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from autograder.child import wire
from autograder.outcome import Answer, HeldOut, Law, Status

VERSION = 1
MAGIC = "chainrule-pack"


class PackError(Exception):
    """A pack cannot be used; the text is a sentence for whoever ran the command."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One thing an exercise returns: its name ('' for an only one), its shape in letters, its weight.

    symbols: for a formula, its symbols with their domains. steps: it may be the lines of a derivation.
    """

    name: str
    shape: str | None = None
    weight: float = 1.0
    symbols: str | None = None
    steps: bool = False


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """How trained parameters are scored; `autograder.judge.training` says what the words mean.

    network: "X → standardize(mean, deviation) → dense(W1, b1) → sigmoid → dense(W2, b2)". targets: the input that
    holds what is right for the rows to train on. enough: the share of the reference's gain that earns all points.
    """

    network: str
    targets: str
    enough: float


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    hint: str


class Case(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One set of inputs with what a right function answers, and what each mistake answers.

    inputs: argument name → value, in the order of the call.
    expected: the reference's answer, or the law of a random one, or the rows that trained parameters are tried on.
    mistakes: mistake name → its answer (or law) on the same inputs; where one trains, what it says of these rows.
    dims: shape letter → length. seeds: when given, the function is called once for each.
    """

    name: str
    inputs: dict[str, Any]
    expected: Answer | Law | HeldOut
    mistakes: dict[str, Answer | Law]
    dims: dict[str, int]
    seeds: tuple[int, ...] = ()
    weight: float = 1.0
    hidden: bool = False

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What the judge has worked out of this case, for whoever answers next. A copy of the case begins anew."""
        return {}


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """All that judging an exercise needs. `source` is the hash of the author's file it was made from.

    fields: 'one' value, a 'tuple' in the order of `outputs`, or a 'dict' by their names.
    stub: what the student starts from. seconds: the time an exercise may take in all its cases.
    hints: in the public pack, three texts or none: a question, the idea, a smaller example.
    """

    exercise: str
    title: str
    signature: str
    returns: str
    outputs: tuple[Output, ...]
    shapes: dict[str, str]
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    points: float
    seconds: float
    stub: str
    source: str
    hidden_cases: int
    tolerance: float | None = None
    training: Training | None = None
    hints: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The function's name: what follows the unit in `exercise`."""
        return self.exercise.partition("/")[2]


def write(pack: Pack) -> bytes:
    """The pack as the bytes of a file."""
    blobs: list[bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, Answer):
            fields = msgspec.structs.asdict(value)
            return {**fields, "status": value.status.value, "value": wire.dump(value.value, blobs)}
        if isinstance(value, HeldOut):
            return {"held_out": wire.dump(msgspec.structs.asdict(value), blobs)}
        return {"law": msgspec.to_builtins(value, enc_hook=lambda number: number.item())}

    def case(value: Case) -> dict[str, Any]:
        return {
            **msgspec.structs.asdict(value),
            "inputs": wire.dump(value.inputs, blobs),
            "expected": plain(value.expected),
            "mistakes": {name: plain(answer) for name, answer in value.mistakes.items()},
        }

    content = {**msgspec.structs.asdict(pack), "cases": [case(value) for value in pack.cases]}
    body = msgspec.msgpack.encode({"pack": content, "blobs": _once(blobs)})
    return f"{MAGIC} {VERSION} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def _once(blobs: list[bytes]) -> list[bytes | int]:
    """Bytes that came before as the number of the array that has them: every case may carry a network's weights."""
    first: dict[bytes, int] = {}
    return [blob if first.setdefault(blob, place) == place else first[blob] for place, blob in enumerate(blobs)]


def read(data: bytes, name: str) -> Pack:
    """The pack in the bytes of a file called `name`. Raises PackError: damaged, or another version."""
    head, _, body = data.partition(b"\n")
    words = head.decode("ascii", "replace").split(" ")
    if len(words) != 3 or words[0] != MAGIC:
        raise PackError(f"{name} is not a pack: it does not begin with '{MAGIC}'. {_FETCH}")
    if words[1] != str(VERSION):
        raise PackError(
            f"{name} is a pack of version {words[1]} and this autograder reads version {VERSION}. "
            "Install the version that came with your exercises, or fetch the exercises again."
        )
    if hashlib.sha256(body).hexdigest() != words[2]:
        raise PackError(f"{name} is damaged: its content does not match its checksum. {_FETCH}")
    try:
        return _unpack(msgspec.msgpack.decode(body))
    except (msgspec.MsgspecError, wire.WireError, LookupError, TypeError, AttributeError) as problem:
        raise PackError(f"{name} is damaged: {problem}. {_FETCH}") from None


_FETCH = "Fetch the exercises again: your own answers are in the notebook and the .py files and stay as they are."


def _unpack(content: dict[str, Any]) -> Pack:
    blobs: list[bytes] = []
    for blob in content["blobs"]:
        blobs.append(blobs[blob] if isinstance(blob, int) else blob)

    def expected(fields: dict[str, Any]) -> Answer | Law | HeldOut:
        return HeldOut(**wire.load(fields["held_out"], blobs)) if "held_out" in fields else answer(fields)

    def answer(fields: dict[str, Any]) -> Answer | Law:
        if "law" in fields:
            law: Law = msgspec.convert(fields["law"], Law)
            return law
        value = wire.load(fields["value"], blobs)
        return Answer(
            **{**fields, "status": Status(fields["status"]), "value": value, "mutated": tuple(fields["mutated"])}
        )

    def case(fields: dict[str, Any]) -> Case:
        return Case(
            **{
                **fields,
                "inputs": wire.load(fields["inputs"], blobs),
                "expected": expected(fields["expected"]),
                "mistakes": {name: answer(value) for name, value in fields["mistakes"].items()},
                "seeds": tuple(fields["seeds"]),
            }
        )

    fields = content["pack"]
    return Pack(
        **{
            **fields,
            "outputs": msgspec.convert(fields["outputs"], tuple[Output, ...]),
            "mistakes": msgspec.convert(fields["mistakes"], tuple[Mistake, ...]),
            "cases": tuple(case(value) for value in fields["cases"]),
            "training": msgspec.convert(fields["training"], Training | None),
            "hints": tuple(fields["hints"]),
        }
    )


def read_file(path: Path) -> Pack:
    """The pack in a file. Raises PackError when it is missing or cannot be used."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        reason = "is missing" if isinstance(problem, FileNotFoundError) else f"cannot be read ({problem.strerror})"
        raise PackError(f"{path} {reason}. {_FETCH}") from None
    return read(data, str(path))


def same(pack: Pack, other: Pack) -> bool:
    """Whether two packs are the same but for the last bits of their numbers.

    Another BLAS kernel adds in another order; a pack built on another machine is no other pack for that.
    """
    return _same(msgspec.structs.asdict(pack), msgspec.structs.asdict(other))


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, msgspec.Struct):
        return type(a) is type(b) and _same(msgspec.structs.asdict(a), msgspec.structs.asdict(b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, float | complex | np.ndarray | np.generic):
        return type(a) is type(b) and _same_numbers(np.asarray(a), np.asarray(b))
    return type(a) is type(b) and bool(a == b)


def _same_numbers(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind not in "fc":
        return np.array_equal(a, b)
    finite = np.abs(a[np.isfinite(a)])
    scale = float(finite.max()) if finite.size else 0.0
    # What trained parameters predict is kept in single precision: a thousand steps carry the last bits further.
    share = 1e-12 if a.dtype in (np.float64, np.complex128) else 1e-4
    return np.allclose(a, b, rtol=0, atol=share * scale, equal_nan=True)
