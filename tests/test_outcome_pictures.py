"""Every outcome has a picture in docs/outcomes.md, of the card as it is now; tests/test_card_in_browser.py takes it."""

import re
from pathlib import Path

import pytest
from outcomes import DRAWN, description, path_of, verdicts

from autograder.feedback import card, plain
from autograder.outcome import Outcome

NAMES = [*(outcome.value for outcome in Outcome), *DRAWN]
LARGEST = 60_000  # bytes: they are kept in the repository
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "outcomes.md"


@pytest.mark.parametrize("name", NAMES)
def test_the_document_shows_a_picture_and_says_what_is_on_it(name):
    found = re.search(rf"!\[([^\]]+)\]\(pictures/outcome-{name}\.png\)", DOCUMENT.read_text(encoding="utf-8"))
    assert found and plain.words(verdicts()[name]) in found[1] and len(found[1]) > 40
    assert 1000 < path_of(name).stat().st_size < LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_of_the_card_as_it_is_now(name):
    assert description(path_of(name).read_bytes()) == plain.card(verdicts()[name]), "run: make pictures"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_said_by_a_sign_and_in_words(outcome):
    given = verdicts()[outcome]
    assert f"{plain.SYMBOLS[outcome]} {plain.words(given)}</strong>" in card.card(given)


def test_no_two_outcomes_are_said_in_the_same_words():
    assert len({plain.words(verdicts()[outcome]) for outcome in Outcome}) == len(Outcome)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.correct])
def test_whatever_went_wrong_there_is_a_next_step(outcome):
    given = verdicts()[outcome]
    assert given.hint or plain.following(given) or (outcome is Outcome.not_attempted and "Replace" in given.message)
