"""What a proof consists of. Data only: reading a kept proof imports neither NumPy nor an oracle."""

import msgspec


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was tried; detail: what was seen.

    kind: to do; expect, oracle, mistake, variant, stub or hint; of the mutants: mutant, explanation, public or margin.
    """

    kind: str
    name: str
    ok: bool
    detail: str


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the mutants.

    killed: rejected by the hidden pack; public: by the public one alone. equivalent: right after all, as far as
    `inputs` fresh ones can tell. explained: those that a diagnosis was given to.
    """

    total: int
    killed: int
    public: int
    explained: int
    inputs: int
    equivalent: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the largest expected element: what right answers are off, what is allowed, the nearest wrong one.

    nearest: None where every wrong answer is of another form, or differs without measure (an int, a text).
    single: the noise of right answers in float32, and what is allowed there; None where no variant is.
    reason: the author's, why there is less than a factor of ten. For a random exercise instead of these, power: the
    factor on the scale that is rejected for certain; chance: at most this often, a right answer is failed.
    """

    noise: float = 0.0
    tolerance: float = 0.0
    nearest: float | None = None
    culprit: str = ""
    single: tuple[float, float] | None = None
    reason: str = ""
    power: float | None = None
    chance: float | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    exercise: str
    evidence: tuple[Evidence, ...]
    mutants: Tally | None = None
    margin: Margin | None = None

    @property
    def ok(self) -> bool:
        return all(item.ok for item in self.evidence)

    def of(self, kind: str) -> list[Evidence]:
        return [item for item in self.evidence if item.kind == kind]
