"""Results as the journal has them, read back: what is alike in many of a class is decoded once, and one object."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from autograder.grading.evidence import Evidence, Sketch
from autograder.grading.result import Graded
from autograder.outcome import Verdict


class _Evidence(msgspec.Struct):
    """As Evidence, of which most is still bytes."""

    program: msgspec.Raw
    answers: msgspec.Raw
    seconds: float | None = None


class _Result(msgspec.Struct):
    """As Graded, of which most is still bytes."""

    student: str
    unit: str
    verdicts: tuple[msgspec.Raw, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    evidence: tuple[_Evidence, ...] = ()


class _Shared(dict[bytes, Any]):
    """Bytes → what they say."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[Any]) -> None:
        self.decoder = decoder

    def __missing__(self, data: bytes) -> Any:
        self[data] = value = self.decoder.decode(data)
        return value


_results = msgspec.msgpack.Decoder(_Result)
_verdicts = msgspec.msgpack.Decoder(Verdict)
_programs = msgspec.msgpack.Decoder(str)
_answers = msgspec.msgpack.Decoder(tuple[Sketch, ...])


def written(graded: Graded) -> bytes:
    """A result without what was on its way to somewhere else."""
    return msgspec.msgpack.encode(msgspec.structs.replace(graded, autograded=None, stages={}, records={}))


def read(results: Iterable[bytes]) -> Iterator[Graded]:
    """Results that were `written`; without those of an older version."""
    verdicts, programs, answers = _Shared(_verdicts), _Shared(_programs), _Shared(_answers)
    stages = dict[str, float]()
    for data in results:
        with suppress(msgspec.MsgspecError):
            result = _results.decode(data)
            evidence = tuple(
                Evidence(
                    seconds=each.seconds,
                    program=programs[bytes(each.program)],
                    answers=answers[bytes(each.answers)],
                )
                for each in result.evidence
            )
            yield Graded(
                student=result.student,
                unit=result.unit,
                verdicts=tuple(verdicts[bytes(each)] for each in result.verdicts),
                notes=result.notes,
                seconds=result.seconds,
                stages=stages,
                evidence=evidence,
            )
