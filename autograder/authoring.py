"""The authoring API: one decorated function, and what is known about it.

`docs/authoring.md` shows the shortest and the longest author's file side by side.
"""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from autograder import formulas, sampling
from autograder.oracle_kinds import Function, Oracle, Oracles
from autograder.pack import Mistake, Output, Training

# The input of a case that the student's function does not get: rows to try its trained parameters on.
HELD_OUT = "held_out"


class AuthorError(Exception):
    """Something in an author's file is not as it must be; the text says what and where."""


def Out(name: str, shape: str | None = None, *, weight: float = 1.0) -> Output:  # noqa: N802 - reads as a type
    """One named output: `Out("dW", "D H", weight=2)`. Its shape is written in the letters of the inputs."""
    return Output(name=name, shape=shape, weight=weight)


class FixedCase(NamedTuple):
    """A case with inputs the author wrote, and the answer they expect (or the exception)."""

    name: str
    inputs: dict[str, Any]
    expect: Any
    raises: type[Exception] | None


class DrawnCases(NamedTuple):
    """Cases drawn at random: by law and shape, or by the author's own sampler of (rng)."""

    public: int
    hidden: int
    dims: dict[str, int]
    samplers: dict[str, sampling.Sampler]
    sample: Function | None


class MistakeCode(NamedTuple):
    """A mistake: what students are told, the code that makes it, and its answer to the first fixed case."""

    told: Mistake
    function: Function
    expect: Any


class Exercise:
    """One function to write, with its reference, cases, oracles, mistakes and variants.

    Calling it calls the reference, so that a mistake or a variant can be written as a change of it.
    """

    def __init__(
        self,
        function: Function,
        shapes: str,
        returns: str | Output | Sequence[Output],
        tolerance: float | None = None,
        symbols: str = "",
        narrow_margin: str = "",
        training: Training | None = None,
    ):
        self.function = function
        self.name = function.__name__
        self.arguments = list(inspect.signature(function).parameters)
        self.random = "rng" in self.arguments
        try:
            self.shapes = sampling.parse(shapes)
        except ValueError as problem:
            raise AuthorError(f"{self.name}: {problem}") from None
        for name in self.shapes:
            self.must_know("argument", name, self.arguments)
        self.single_output = isinstance(returns, str | Output)
        if isinstance(returns, str):
            returns = Output(name="", shape=returns or None)
        try:
            self.outputs = formulas.complete((returns,) if isinstance(returns, Output) else returns, symbols)
        except ValueError as problem:
            raise AuthorError(f"{self.name}: {problem}") from None
        self.tolerance = tolerance
        self.narrow_margin = narrow_margin
        self.training = training
        self.fixed_cases: list[FixedCase] = []
        self.drawn_cases: list[DrawnCases] = []
        self.oracles: list[Oracle] = []
        self.mistakes: list[MistakeCode] = []
        self.variants: list[Function] = []
        self.law_of: Function | None = None
        self.staged_hints: tuple[str, ...] = ()
        self.path = Path(inspect.getfile(function))
        self.unit = self.path.parent.name
        self.__doc__ = function.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    @property
    def inputs(self) -> list[str]:
        """What a case gives: the arguments but rng, and the held-out rows where the function trains."""
        return [name for name in self.arguments if name != "rng"] + [HELD_OUT] * bool(self.training)

    @property
    def identity(self) -> str:
        """`unit/name`."""
        return f"{self.unit}/{self.name}"

    @property
    def symbolic(self) -> bool:
        """Whether an output is a formula."""
        return any(output.symbols is not None for output in self.outputs)

    @property
    def signature(self) -> str:
        """How it is called, as the stub shows it: `conv_output_size(n, kernel, padding=0)`."""
        return f"{self.name}{inspect.signature(self.function)}"

    @property
    def oracle(self) -> Oracles:
        return Oracles(self)

    def must_know(self, what: str, name: str, known: Sequence[str]) -> None:
        if name not in known:
            raise AuthorError(f"{self.name} has no {what} {name!r}; it has {', '.join(known) or 'none'}")

    def case(self, name: str, /, *, expect: Any = None, raises: type[Exception] | None = None, **inputs: Any) -> None:
        """A public case with inputs written by hand, such as the lecture's numbers.

        expect: the answer, written independently of the reference. A number given as text, "4.350", is
        compared to its number of places; others to the exercise's tolerance. A dict may name some outputs.
        raises: the exception it must raise instead. Where the function trains, the inputs have `held_out=(x, y)`, too,
        and expect is the largest error that the reference may have on these rows.
        """
        for argument in inputs:
            self.must_know("argument", argument, self.inputs)
        if any(case.name == name for case in self.fixed_cases):
            raise AuthorError(f"{self.name} has two cases called {name!r}: give each its own name")
        self.fixed_cases.append(FixedCase(name, inputs, expect, raises))

    def cases(
        self,
        sample: Function | None = None,
        /,
        *,
        public: int = 0,
        hidden: int = 0,
        dims: dict[str, int] | None = None,
        **samplers: sampling.Sampler,
    ) -> Any:
        """Random cases: `.cases(public=2, hidden=8, z="normal")` draws by the inputs' shapes.

        Inputs that have a shape are normal unless said otherwise; others need a function of (rng, shape).
        As a decorator, `@x.cases(public=2, hidden=8)` takes a function of (rng) that returns all inputs.
        dims: fixes some lengths, e.g. {"T": 4}; all others are distinct.
        """
        drawn = DrawnCases(public, hidden, dims or {}, samplers, sample)
        self.drawn_cases.append(drawn)
        position = len(self.drawn_cases) - 1

        def with_sampler(function: Function) -> Function:
            self.drawn_cases[position] = drawn._replace(sample=function)
            return function

        return with_sampler

    def hints(self, question: str, idea: str, example: str, /) -> None:
        """What a student who asks is told, one after the other; plain text, whose own line breaks are kept.

        A question to ask oneself, ending with a question mark; the idea; a smaller example, worked through. What
        gives the solution away is refused when it is published: the reference's own lines, or code that is right.
        """
        texts = tuple(textwrap.dedent(text).strip() for text in (question, idea, example))
        if self.staged_hints or not all(texts) or not texts[0].endswith("?"):
            raise AuthorError(
                f"{self.name}.hints(…) is written once, with three texts: a question that ends with a question mark, "
                "the idea, a smaller example"
            )
        self.staged_hints = texts

    def law(self, function: Function) -> Function:
        """What a random answer must follow: a function of the inputs without rng, returning Normal or Uniform."""
        self.law_of = function
        return function

    def mistake(self, name: str, *, hint: str, expect: Any = None) -> Callable[[Function], Function]:
        """A named wrong answer, and the hint for a student whose answers are its answers.

        expect: what it must give on the first case written by hand, where the lecture states that, too.
        For a random exercise the function returns the law that the mistake follows.
        """
        if not name.isidentifier() or any(known.told.name == name for known in self.mistakes):
            raise AuthorError(f"{self.name}: a mistake's name must be an identifier of its own, {name!r} is not")

        def register(function: Function) -> Function:
            self.mistakes.append(MistakeCode(Mistake(name=name, hint=hint), function, expect))
            return function

        return register

    def variant(self, function: Function) -> Function:
        """Another right way to write it, which must pass."""
        self.variants.append(function)
        return function

    def add_oracle(self, oracle: Oracle) -> Function:
        if not oracle.pins and (self.random or self.symbolic or self.training):
            what = "draws: their law is what holds of them" if self.random else "formulas: give the formula instead"
            what = "parameters: any that predict well are right" if self.training else what
            raise AuthorError(f"{self.name} cannot have a relation, as its answers are {what}")
        if oracle.model and (self.random or self.symbolic):
            what = "draws" if self.random else "formulas"
            raise AuthorError(f"{self.name} cannot ask a model for its answers: they are {what}")
        if not oracle.pins and not oracle.says:
            raise AuthorError(f"{self.name}: a relation's name says what holds, so it needs another name than _")
        self.oracles.append(oracle)
        return oracle.function


def exercise(
    *,
    shapes: str = "",
    returns: str | Output | Sequence[Output] = "",
    tolerance: float | None = None,
    symbols: str = "",
    narrow_margin: str = "",
    training: Training | None = None,
) -> Callable[[Function], Exercise]:
    """Declares the decorated function as an exercise's reference.

    shapes: the inputs' shapes by letters, "x: N D, U: D H". returns: the output's shape, a list of `Out`, or
    `Formula()`. tolerance: the share of max|expected| that an answer may be off, where the table's does not fit.
    symbols: what formulas are made of: "z: real at 0, a = sigmoid(z)"; `autograder.formulas` says how.
    narrow_margin: why right and wrong answers may come nearer to the tolerance than a factor of ten.
    training: that the function trains, and how the parameters that it returns are scored.
    """
    return lambda function: Exercise(function, shapes, returns, tolerance, symbols, narrow_margin, training)
