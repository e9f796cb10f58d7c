"""The reference models: what stands on their cards is so."""

import json
import shutil

import pytest
import torch
from reference_models import cards, examples, layers, models, numbers_in_words, sentiment

every_model = pytest.mark.parametrize("name", models.NAMES)


@every_model
def test_the_card_says_what_the_weights_do(name):
    model, card = models.load(name), cards.read(name)
    data = model.data()
    assert examples.fingerprint(data) == card["data"]["sha256"]
    weights = {key: torch.from_numpy(values) for key, values in cards.read_weights(name).items()}
    found = cards.measured(model, weights, data)
    assert found["metrics"] == pytest.approx(card["metrics"], rel=0, abs=card["bound"])
    assert set(card["spread"]) == set(card["metrics"])
    for ours, told in zip(found["probes"], card["probes"], strict=True):
        assert (ours["input"], ours["reads"]) == (told["input"], told["reads"])
        assert ours[model.OUTPUT] == pytest.approx(told[model.OUTPUT], rel=0, abs=card["bound"])
    assert found["outputs"] == card["outputs"]


@every_model
def test_the_parameters_are_as_many_as_the_formulas_say(name):
    model, card, weights = models.load(name), cards.read(name), cards.read_weights(name)
    for layer in model.LAYERS:
        assert layer.parameters == sum(
            values.size for key, values in weights.items() if key.split(".")[0] == layer.name
        )
    assert card["parameters"] == sum(values.size for values in weights.values())
    assert {key: values.shape for key, values in weights.items()} == {
        key: shape for layer in model.LAYERS for key, shape in layer.shapes.items()
    }


@pytest.mark.parametrize(
    ("kind", "sizes", "parameters"),
    [
        ("lstm", {"d": 3, "h": 4}, 128),
        ("gru", {"d": 3, "h": 4}, 96),
        ("rnn", {"d": 8, "h": 10}, 190),
        ("convolution", {"f": 3, "c": 1, "k": 32}, 320),
        ("convolution", {"f": 3, "c": 32, "k": 64}, 18_496),
        ("dense", {"n": 900 * 900 * 3, "m": 800}, 1_944_000_800),
    ],
)
def test_the_formulas_give_the_lectures_numbers(kind, sizes, parameters):
    assert layers.Layer("layer", kind, sizes).parameters == parameters


@every_model
def test_text_drawing_and_table_are_made_from_the_cards(name):
    card = cards.read(name)
    assert (models.TRAINED / f"{name}.md").read_text() == cards.text(card)
    assert (models.TRAINED / f"{name}.svg").read_text() == cards.drawn(card["curve"])
    assert (models.TRAINED / "README.md").read_text() == cards.overview()


def test_neither_card_nor_weights_can_be_changed_alone(tmp_path):
    for path in models.TRAINED.glob("sentiment_*"):
        shutil.copy(path, tmp_path)
    cards.read_weights("sentiment_lstm", tmp_path)
    card = tmp_path / "sentiment_lstm.json"
    genuine = card.read_text()
    device = cards.read("sentiment_lstm")["training"]["device"]
    card.write_text(genuine.replace(json.dumps(device), '"NVIDIA H200"'))
    with pytest.raises(ValueError, match="do not belong together: train it again"):
        cards.read_weights("sentiment_lstm", tmp_path)
    card.write_text(genuine)
    shutil.copy(tmp_path / "sentiment_gru.safetensors", tmp_path / "sentiment_lstm.safetensors")
    with pytest.raises(ValueError, match="do not belong together"):
        cards.read_weights("sentiment_lstm", tmp_path)


def test_the_weights_are_small_enough_to_be_committed():
    sizes = {path.stem: path.stat().st_size for path in models.TRAINED.glob("*.safetensors")}
    assert set(sizes) == set(models.NAMES)
    assert max(sizes.values()) < 2_000_000
    assert sum(sizes.values()) < 6_000_000


@every_model
def test_nothing_that_is_held_out_was_trained_on(name):
    model = models.load(name)
    data = model.data()
    if name == "productivity_mlp":
        assert (data["held_out"], "none held out" in cards.text(cards.read(name))) == ([], True)
        return
    if name == "next_word_lstm":  # sentences may begin alike
        train, held_out = (set(model.split()[part]) for part in ("train", "held_out"))
        assert len(train | held_out) == len(train) + len(held_out) == len(model.SENTENCES)
        return
    train, held_out = ({x.tobytes() for group, _ in data[part] for x in group} for part in ("train", "held_out"))
    assert held_out
    assert train & held_out == set()


def test_a_bag_of_words_fails_where_the_order_of_words_decides():
    found = sentiment.baselines(sentiment.data())
    for name in ("sentiment_lstm", "sentiment_gru"):
        card = cards.read(name)
        assert card["baselines"] == pytest.approx(found)
        assert card["metrics"]["accuracy"] > 0.99
    assert found["accuracy of the best possible answers to bags of words"] < 0.7
    reviews = sentiment.reviews()
    contrasts = [review for review in reviews if " but " in review]
    turned = [" but ".join(reversed(review.split(" but "))) for review in contrasts]
    assert all(reviews[review] != reviews[other] for review, other in zip(contrasts, turned, strict=True))


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        (21, "twenty one", "vingt et un"),
        (70, "seventy", "soixante dix"),
        (71, "seventy one", "soixante et onze"),
        (80, "eighty", "quatre vingts"),
        (81, "eighty one", "quatre vingt un"),
        (91, "ninety one", "quatre vingt onze"),
        (97, "ninety seven", "quatre vingt dix sept"),
        (101, "one hundred and one", "cent un"),
        (200, "two hundred", "deux cents"),
        (380, "three hundred and eighty", "trois cent quatre vingts"),
        (1000, "one thousand", "mille"),
        (1999, "one thousand nine hundred and ninety nine", "mille neuf cent quatre vingt dix neuf"),
        (4005, "four thousand and five", "quatre mille cinq"),
    ],
)
def test_numbers_are_said_as_they_are_said(number, english, french):
    assert (numbers_in_words.english(number), numbers_in_words.french(number)) == (english, french)
