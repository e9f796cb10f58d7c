"""Code that takes too much costs only itself; code that lies earns nothing and learns nothing."""

from collections.abc import Iterator

import pytest
from abuses import ABUSES, Abuse
from cheats import CHEATS, HIDDEN, Cheat
from harness import WRONG, Result, attacked, walls

from autograder.outcome import Outcome
from autograder.running.sandbox import Sandbox


@pytest.fixture(scope="module", params=["A", "B/3"])
def tier(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, Result]]:
    """A sandbox of a tier, and what an honest wrong answer gets there."""
    found = walls(request.param)
    if found.tier != request.param[0]:
        pytest.skip(f"this machine does not offer tier {request.param[0]}: it has {found.tier}")
    with Sandbox(found) as sandbox:
        yield sandbox, attacked(sandbox, WRONG)


@pytest.mark.parametrize("abuse", ABUSES, ids=lambda each: each.name)
def test_an_abuse_costs_only_itself(tier: tuple[Sandbox, Result], abuse: Abuse) -> None:
    sandbox, control = tier
    result = attacked(sandbox, abuse.source)
    assert result.f.outcome in abuse.outcomes
    assert result.f.score == control.f.score
    assert result.g == control.g
    assert attacked(sandbox, WRONG).g == control.g, "the next student pays for it"


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda each: each.name)
def test_a_cheat_earns_nothing_and_learns_nothing(tier: tuple[Sandbox, Result], cheat: Cheat) -> None:
    sandbox, control = tier
    result = attacked(sandbox, cheat.source)
    assert result.f.score <= control.f.score
    assert result.f.outcome in (Outcome.wrong, Outcome.crashed, Outcome.timed_out)
    assert str(HIDDEN) not in result.shown
    again = attacked(sandbox, WRONG)
    assert (again.f, again.g, again.run.cells) == (control.f, control.g, control.run.cells)
