"""An author's file → its public and its hidden pack."""

import ast
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograder import formulas, sampling
from autograder.authoring import HELD_OUT, AuthorError, DrawnCases, Exercise
from autograder.child.wire import Rng
from autograder.outcome import Answer, HeldOut, Law, Normal, Status, Uniform
from autograder.pack import Case, Pack
from autograder.publishing.stub import stub
from autograder.publishing.training_cases import trained
from autograder.running import inprocess

PUBLIC = "public"

# In the hidden pack all public cases together weigh a tenth of the hidden ones: looking their answers up earns
# next to nothing, and failing one of them still costs something.
PUBLIC_WEIGHT = 0.1


class Packs(NamedTuple):
    """public: what students get. hidden: every case, the public ones with little weight."""

    public: Pack
    hidden: Pack


def build(exercise: Exercise, points: float, seconds: float, secret: str) -> Packs:
    """Freezes an exercise. Raises AuthorError when the reference does not answer or a case is malformed."""
    text = exercise.path.read_text()
    public = [_fixed(exercise, number) for number in range(len(exercise.fixed_cases))]
    hidden: list[Case] = []
    for group, drawn in enumerate(exercise.drawn_cases):
        for number in range(drawn.public):
            public.append(_drawn(exercise, drawn, PUBLIC, f"{group}.{number}", f"random {len(public) + 1}"))
        for number in range(drawn.hidden):
            hidden.append(_drawn(exercise, drawn, secret, f"{group}.{number}", f"hidden {len(hidden) + 1}"))
    if not public or not hidden:
        raise AuthorError(f"{exercise.path}: {exercise.name} needs at least one public and one hidden case")
    common: dict[str, Any] = {
        "exercise": exercise.identity,
        "title": title_and_lesson(text)[0],
        "signature": exercise.signature,
        "returns": _form(exercise, [*public, *hidden]),
        "outputs": exercise.outputs,
        "shapes": exercise.shapes,
        "mistakes": tuple(mistake.told for mistake in exercise.mistakes),
        "points": points,
        "seconds": seconds,
        "stub": stub(exercise),
        "source": hashlib.sha256(text.encode()).hexdigest(),
        "hidden_cases": len(hidden),
        "tolerance": exercise.tolerance,
        "training": exercise.training,
    }
    light = PUBLIC_WEIGHT * len(hidden) / len(public)
    lightened = [Case(**{**_fields(case), "weight": light}) for case in public]
    students = Pack(cases=tuple(public), hints=exercise.staged_hints, **common)
    return Packs(students, Pack(cases=(*hidden, *lightened), **common))


def _fields(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in case.__struct_fields__}


def generator(*words: str) -> np.random.Generator:
    """A generator that depends on nothing but the words."""
    digest = hashlib.sha256("\n".join(words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def draw_inputs(exercise: Exercise, drawn: DrawnCases, rng: np.random.Generator) -> dict[str, Any]:
    """One set of random inputs, in the order of the exercise's arguments (without rng)."""
    wanted = exercise.inputs
    if drawn.sample:
        inputs = drawn.sample(rng)
    else:
        dims = sampling.draw_dims(exercise.shapes, rng, drawn.dims)
        inputs = {}
        for name in wanted:
            if name not in exercise.shapes and not callable(drawn.samplers.get(name)):
                raise AuthorError(
                    f"{exercise.path}: {name} has no shape and no sampler: say {name}=... in .cases(), "
                    f"or decorate a function of (rng) with @{exercise.name}.cases(...)"
                )
            shape = sampling.lengths(exercise.shapes.get(name, ""), dims)
            try:
                inputs[name] = sampling.draw(shape, drawn.samplers.get(name, "normal"), rng)
            except ValueError as problem:
                raise AuthorError(f"{exercise.path}: {name}: {problem}") from None
    if set(inputs) != set(wanted):
        raise AuthorError(f"{exercise.path}: a case gives {', '.join(inputs)}; expected {', '.join(wanted)}")
    return {name: inputs[name] for name in wanted}


def _fixed(exercise: Exercise, number: int) -> Case:
    fixed = exercise.fixed_cases[number]
    wanted = exercise.inputs
    arguments = {name: fixed.inputs[name] for name in wanted if name in fixed.inputs}
    if list(arguments) != wanted[: len(arguments)] or (exercise.training and HELD_OUT not in arguments):
        raise AuthorError(
            f"{exercise.path}: case “{fixed.name}” gives {', '.join(arguments)}; expected {', '.join(wanted)}"
        )
    case = freeze(exercise, fixed.name, arguments, f"{PUBLIC} case {number}", hidden=False)
    return formulas.as_written(exercise, case, fixed.expect) if exercise.symbolic else case


def _drawn(exercise: Exercise, drawn: DrawnCases, secret: str, number: str, name: str) -> Case:
    rng = generator(exercise.identity, secret, number)
    inputs = draw_inputs(exercise, drawn, rng)
    return freeze(exercise, name, inputs, f"{secret} {number}", hidden=secret != PUBLIC)


def freeze(exercise: Exercise, name: str, inputs: dict[str, Any], seed: str, *, hidden: bool) -> Case:
    """A case from inputs: arrays where shapes say so, the reference's answer, every mistake's answer."""
    values = {key: _as_input(exercise, key, value) for key, value in inputs.items() if key != HELD_OUT}
    seeds: tuple[int, ...] = ()
    if exercise.random:
        values["rng"] = Rng(0)
        values = {key: values[key] for key in exercise.arguments}
        rng = generator(exercise.identity, seed, "rng")
        one, other = (int(n) for n in rng.integers(1, 2**31, size=2))
        seeds = (one, one, other)
    try:
        dims = sampling.infer_dims(exercise.shapes, values)
    except ValueError as problem:
        raise AuthorError(f"{exercise.path}: case “{name}”: {problem}") from None
    case = Case(
        name=name,
        inputs=values,
        expected=Answer(status=Status.lost),
        mistakes={},
        dims=dims,
        seeds=seeds,
        hidden=hidden,
    )

    def ask(function: Callable[..., Any]) -> Answer | Law:
        if exercise.random:
            return _law(exercise, function, values)
        answer = inprocess.answer(function, case)
        return formulas.as_texts(answer) if exercise.symbolic else answer

    if exercise.training:
        return trained(exercise, case, *inputs[HELD_OUT])
    expected = ask(exercise.law_of if exercise.law_of and exercise.random else exercise.function)
    if isinstance(expected, Answer) and expected.status is Status.timed_out:
        raise AuthorError(f"{exercise.path}: the reference does not come to an end on case “{name}”")
    if reason := formulas.unusable(exercise, expected):
        raise AuthorError(f"{exercise.path}: case “{name}”: {reason}")
    mistakes = {mistake.told.name: ask(mistake.function) for mistake in exercise.mistakes}
    return Case(**{**_fields(case), "expected": expected, "mistakes": mistakes})


def _as_input(exercise: Exercise, name: str, value: Any) -> Any:
    """Lists written for an array become one, which keeps the dtype the author gave it; a scalar becomes a float."""
    shape = exercise.shapes.get(name)
    if shape == "" and np.ndim(value) == 0:
        return float(value)  # a sampler's array without axes, too: its float64 would take float32 answers along
    return value if shape is None or isinstance(value, np.ndarray) else np.asarray(value, dtype=float)


def _law(exercise: Exercise, function: Callable[..., Any], inputs: dict[str, Any]) -> Law:
    law = function(*(value for key, value in inputs.items() if key != "rng"))
    if not isinstance(law, Normal | Uniform):
        raise AuthorError(
            f"{exercise.path}: the law and the mistakes of a random exercise return Normal(…) or Uniform(…), "
            f"not {type(law).__name__}"
        )
    return law


def _form(exercise: Exercise, cases: list[Case]) -> str:
    """Whether the reference returns one value, a tuple or a dict; checked against the declared outputs."""
    if exercise.single_output:
        return "one"
    values = [case.expected.value for case in cases if isinstance(case.expected, Answer) and case.expected.returned]
    values += [case.expected.like for case in cases if isinstance(case.expected, HeldOut)]
    forms = {type(value) for value in values}
    names = [output.name for output in exercise.outputs]
    for value in values:
        if forms not in ({tuple}, {dict}) or (forms == {dict} and list(value) != names) or len(value) != len(names):
            raise AuthorError(
                f"{exercise.path}: the reference must return a tuple, or a dict with the keys, of {', '.join(names)} "
                f"in every case; it returned {value!r:.80}"
            )
    return "dict" if forms == {dict} else "tuple"


def title_and_lesson(text: str) -> tuple[str, str]:
    """First line and rest of a file's docstring."""
    title, _, lesson = (ast.get_docstring(ast.parse(text)) or "").partition("\n")
    return title.strip(), lesson.strip()


def read_secret(root: Path) -> str:
    """The course's secret; made on first use, readable by its owner only, never published."""
    path = root / "course.secret"
    if not path.exists():
        import os
        import secrets

        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    secret = path.read_text().strip()
    if len(secret) < 32:
        raise AuthorError(f"{path} holds no secret of at least 32 characters: delete it and build again")
    return secret
