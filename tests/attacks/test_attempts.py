"""Attacks on the machine get nothing, at every tier; without walls each of them would have got something."""

from collections.abc import Iterator

import pytest
from attempts import ATTEMPTS, Attempt
from harness import OPEN, WRONG, Result, attacked, packs, walls
from world import World

from autograder.outcome import Outcome
from autograder.running.sandbox import Sandbox

PATIENT = packs(30.0)  # what succeeds without walls is not to be stopped by the clock
TIERS = ["A", "A/3", "B", "B/3"]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as made:
        yield made


@pytest.fixture(scope="module", params=TIERS)
def tier(request: pytest.FixtureRequest, world: World) -> Iterator[tuple[str, Sandbox, Result]]:
    """A sandbox of a tier, and what an honest wrong answer gets there."""
    name = request.param[0]
    found = walls(request.param)
    if found.tier != name:
        pytest.skip(f"this machine does not offer tier {name}: it has {found.tier}")
    with Sandbox(found) as sandbox:
        yield name, sandbox, attacked(sandbox, world.facts(), WRONG)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda each: each.name)
def test_an_attack_gets_nothing(tier: tuple[str, Sandbox, Result], world: World, attempt: Attempt) -> None:
    name, sandbox, control = tier
    result = attacked(sandbox, world.facts(), attempt.source)
    assert result.f.score <= control.f.score
    assert result.f.outcome in (Outcome.wrong, Outcome.crashed, Outcome.timed_out)
    assert result.g == control.g, "it hurt the exercise beside it"
    if name <= attempt.holds:
        assert not world.leaked(result.answered)
        assert not world.changed()


@pytest.fixture(scope="module")
def unwalled() -> Iterator[Sandbox]:
    with Sandbox(OPEN) as sandbox:
        yield sandbox


@pytest.mark.parametrize("attempt", [each for each in ATTEMPTS if each.holds != "D"], ids=lambda each: each.name)
def test_without_walls_it_would_have_succeeded(unwalled: Sandbox, attempt: Attempt) -> None:
    with World() as world:
        result = attacked(unwalled, world.facts(), attempt.source, asked=PATIENT)
        assert world.leaked(result.answered) or world.changed()
