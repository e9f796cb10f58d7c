"""Training the reference models from nothing: reproduced, all together, on a bare machine."""

import json
import shutil
import subprocess
import sys

import pytest
import torch
from reference_models import FOLDER, ROOT, cards, layers, models, training


def train(root, *arguments):
    command = [sys.executable, "-m", "autograder.cli", "train", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


@pytest.fixture
def copy(tmp_path):
    shutil.copy(ROOT / "course.yml", tmp_path)
    shutil.copytree(FOLDER, tmp_path / "solutions" / "models", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_training_replaces_weights_card_and_table_together(copy):
    trained = copy / "solutions/models/trained"
    for path in trained.iterdir():
        path.unlink()
    result = train(copy, "digits_logistic")
    assert result.returncode == 0, result.stderr
    assert "digits_logistic: accuracy 0.9" in result.stdout
    assert "digits_logistic: epoch 2000/2000, loss 0.1" in result.stderr
    endings = ("json", "md", "safetensors", "svg")
    assert {path.name for path in trained.iterdir()} == {f"digits_logistic.{ending}" for ending in endings} | {
        "README.md"
    }
    again, card = cards.read("digits_logistic", trained), cards.read("digits_logistic")
    cards.read_weights("digits_logistic", trained)
    assert again["training"]["device"] == training.device_name(training.device())
    for metric, spread in card["spread"].items():
        assert again["metrics"][metric] == pytest.approx(card["metrics"][metric], rel=0, abs=spread)


def test_a_check_fails_where_the_card_is_not_reproduced_and_changes_nothing(copy):
    path = copy / "solutions/models/trained/digits_logistic.json"
    card = json.loads(path.read_text())
    card["metrics"]["accuracy"] += 0.02
    path.write_text(json.dumps(card))
    before = {path: path.read_bytes() for path in path.parent.iterdir()}
    result = train(copy, "--check", "digits_logistic")
    assert result.returncode == 1
    assert "digits_logistic: NOT reproduced: accuracy 0.911" in result.stdout
    assert {path: path.read_bytes() for path in path.parent.iterdir()} == before


def test_one_seed_gives_the_same_weights_bit_for_bit():
    model = models.load("digits_cnn")
    data = model.data()
    short = training.Plan(epochs=1, learning_rate=0.01, batch_size=64)

    def once():
        draw = training.generator(training.SEED)
        return training.fit(layers.initial(model.LAYERS, draw), model.loss, data, short, draw).weights

    first, second = once(), once()
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_training_needs_four_packages_and_nothing_of_this_project(copy):
    """On a bare machine with a GPU there is no more."""
    others = ("autograder", "typer", "rich", "msgspec", "matplotlib", "IPython", "yaml", "nbgrader", "pytest")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({others!r}))\n"  # None there: importing it fails
        "import runpy; sys.argv = ['train', '--check', 'productivity_mlp']\n"
        "runpy.run_module('solutions.models', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    assert "productivity_mlp: reproduced: mean_squared_error" in result.stdout


def test_an_unknown_model_is_answered_with_the_names_of_all(copy):
    result = train(copy, "digits_transformer")
    assert result.returncode == 2
    assert "no model is called 'digits_transformer'; the models are productivity_mlp, " in result.stderr


def test_a_course_without_models_says_so(tmp_path):
    shutil.copy(ROOT / "course.yml", tmp_path)
    result = train(tmp_path)
    assert result.returncode == 2
    assert "has no solutions/models: this course has no reference models to train" in result.stderr
