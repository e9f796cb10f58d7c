"""`.oracle.<kind>`: how an author's file declares a second opinion on its reference.

Most kinds *pin* the reference: they give its value, or the value its derivative belongs to. A relation says what
holds between answers to different inputs; other functions may keep to it, too, so it never stands alone.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from autograder.authoring import Exercise

Function = Callable[..., Any]
OracleKind = Literal[
    "PyTorch", "SymPy", "finite differences", "complex step", "trained model", "brute force", "law", "relation"
]


class Oracle(NamedTuple):
    """A second opinion. `gradients` maps outputs to the inputs they are derivatives with respect to.

    dims: lengths of small fresh cases of its own. directions: along so many only, in place of each element.
    model: the name of the reference model that it asks.
    """

    kind: OracleKind
    function: Function
    gradients: dict[str, str]
    dims: dict[str, int]
    directions: int = 0
    model: str = ""

    @property
    def pins(self) -> bool:
        """Whether it leaves the reference no choice."""
        return self.kind != "relation"

    @property
    def says(self) -> str:
        """A relation's name as words."""
        return self.function.__name__.replace("_", " ").strip()


class Oracles:
    """`.oracle.<kind>`: declares an independent second opinion on the reference.

    Without arguments the function takes the exercise's inputs and returns its outputs (or a dict of some of
    them). With output-to-input names, `dW="W"`, or one input's name for an only output, it returns the
    *forward* value, and its derivatives with respect to these inputs are compared.

    dims: fixes lengths of fresh small cases for this oracle, where the exercise's own would take too long.
    """

    def __init__(self, owner: "Exercise") -> None:
        self._owner = owner

    def pytorch(self, *single: Any, dims: dict[str, int] | None = None, **gradients: str) -> Any:
        """Inputs come as float64 tensors."""
        return self._declare("PyTorch", single, gradients, dims)

    def sympy(self, *single: Any, dims: dict[str, int] | None = None, **gradients: str) -> Any:
        """Float inputs come as object arrays of real symbols (a scalar as one symbol); numbers are put in later."""
        return self._declare("SymPy", single, gradients, dims)

    def differences(
        self, *single: Any, dims: dict[str, int] | None = None, directions: int = 0, **gradients: str
    ) -> Any:
        """Central differences of a forward value, in float64; no opinion at a kink.

        directions: the slopes along so many random directions instead of along each element: two hundred weights
        cost no more than two.
        """
        return self._declare("finite differences", single, gradients, dims, directions)

    def complex_step(self, *single: Any, dims: dict[str, int] | None = None, **gradients: str) -> Any:
        """Exact to the last digits, by an imaginary step: the forward value must be smooth and take complex numbers."""
        return self._declare("complex step", single, gradients, dims)

    def model(self, name: str) -> Callable[[Function], Function]:
        """A trained reference model, the first argument of the function; NumPy arrays in float64 go in and come out.

        `model.forward(x)` gives every layer's output by name; `model.forward(x, weights)` the same with a case's own
        weights, named like the model's, in `model.weights`.
        """
        return lambda function: self._owner.add_oracle(Oracle("trained model", function, {}, {}, model=name))

    def brute_force(self, *single: Any, dims: dict[str, int] | None = None) -> Any:
        """A slow, obviously right loop."""
        return self._declare("brute force", single, {}, dims)

    def law(self, *single: Any) -> Any:
        """Returns a frozen scipy.stats distribution: checks the exercise's law and the reference's draws."""
        return self._declare("law", single, {}, None)

    def relation(self, function: Function) -> Any:
        """What holds between answers: a function of (f, *inputs) that returns the two sides that must be equal.

        f is the exercise's function, to be called with any inputs: `return softmax(z + 3), softmax(z)`. The
        relation's name says what holds. At least one of the exercise's mistakes must break it.
        """
        return self._owner.add_oracle(Oracle("relation", function, {}, {}))

    def _declare(
        self,
        kind: OracleKind,
        single: Sequence[Any],
        gradients: dict[str, str],
        dims: dict[str, int] | None,
        directions: int = 0,
    ) -> Any:
        if single and callable(single[0]):
            return self._owner.add_oracle(Oracle(kind, single[0], {}, {}))
        wanted = {self._owner.outputs[0].name: single[0]} if single else gradients
        for output, source in wanted.items():
            self._owner.must_know("output", output, [o.name for o in self._owner.outputs])
            self._owner.must_know("input", source, self._owner.arguments)
        return lambda function: self._owner.add_oracle(Oracle(kind, function, wanted, dims or {}, directions))
