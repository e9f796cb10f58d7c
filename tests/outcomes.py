"""The cards that docs/outcomes.md shows: real verdicts on what students write, from the published cases."""

import shutil
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from autograder import pack, selfcheck
from autograder.judge import judge
from autograder.outcome import Outcome, Verdict
from autograder.running.written import Unit

ROOT = Path(__file__).resolve().parent.parent
UNIT = "activations"
EXERCISE = "relu_derivative"

WRITTEN = {
    Outcome.correct: "import numpy as np\n\n\ndef relu_derivative(z):\n    return np.where(z > 0, 1.0, 0.0)\n",
    Outcome.wrong: "def relu_derivative(z):\n    return z > 0\n",
    Outcome.crashed: "def relu_derivative(z):\n    if z > 0:\n        return 1.0\n    return 0.0\n",
    Outcome.timed_out: "def relu_derivative(z):\n    i = 0\n    while i < len(z):\n        z[i] = z[i] > 0\n",
    Outcome.not_attempted: None,  # the stub as it was given
}
# A mistake whose card has this picture.
DRAWN = {
    "heat-map": ("activations/softmax_jacobian", "diagonal_only"),
    "curve": ("activations/swish_derivative", "missing_z"),
    "formulas": ("activations/sigmoid_formula", "one_plus_a"),
    "lines": ("backprop/productivity_step", "no_sigmoid_slope"),
}


@cache
def verdicts() -> dict[str, Verdict]:
    """What each picture shows, by its name."""
    return {outcome.value: _outcome(outcome) for outcome in Outcome} | {
        name: _mistake(exercise, mistake) for name, (exercise, mistake) in DRAWN.items()
    }


def _outcome(outcome: Outcome) -> Verdict:
    with TemporaryDirectory() as home:
        folder = Path(home, UNIT)
        (folder / "packs").mkdir(parents=True)
        packed = folder / "packs" / f"{EXERCISE}.pack"
        known = pack.read_file(ROOT / "exercises" / UNIT / "packs" / packed.name)
        if outcome is Outcome.timed_out:  # nobody wants to wait for the ten seconds that there are
            known = msgspec.structs.replace(known, seconds=0.2)
        written = pack.write(known)
        packed.write_bytes(written[:-1] if outcome is Outcome.grader_error else written)
        if source := WRITTEN.get(outcome):
            (folder / f"{EXERCISE}.py").write_text(source)
        elif outcome is not Outcome.missing:
            shutil.copy(ROOT / "exercises" / UNIT / f"{EXERCISE}.py", folder)
        given = selfcheck.written(Unit(folder), EXERCISE).verdict
    assert given.outcome is outcome, given
    # The folder of this test is nobody else's.
    return msgspec.structs.replace(given, message=given.message.replace(home, "exercises"))


def _mistake(exercise: str, mistake: str) -> Verdict:
    unit, name = exercise.split("/")
    known = pack.read_file(ROOT / "exercises" / unit / "packs" / f"{name}.pack")
    return judge(known, [case.mistakes[mistake] for case in known.cases])


def path_of(name: str) -> Path:
    return ROOT / "docs" / "pictures" / f"outcome-{name}.png"


# A PNG says in a text of its own what it shows: https://www.w3.org/TR/png/#11iTXt
_LABEL = b"Description\0\0\0\0\0"


def described(picture: bytes, text: str) -> bytes:
    """The PNG with this text in it, behind its header."""
    body = b"iTXt" + _LABEL + text.encode()
    return picture[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + picture[33:]


def description(picture: bytes) -> str:
    """The text that `described` put into a PNG."""
    return next(body[len(_LABEL) :].decode() for kind, body in _chunks(picture) if kind == b"iTXt")


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length
