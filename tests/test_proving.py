"""`verify` proves every exercise of the course, keeps what holds, and says what does not (see test_faults, too)."""

import json
import re
import subprocess
import sys

import pytest
from building import AUTHOR_FILE, write_course

from autograder import course as courses
from autograder.feedback import proofs
from autograder.proving import cache
from autograder.proving.expectation import disagreement
from autograder.proving.matrix import Workshop, prove
from autograder.proving.proof import Evidence, Margin, Proof, Tally

SECRET = "s" * 32


def proof(tmp_path, text=AUTHOR_FILE):
    course = courses.find(write_course(tmp_path, text))
    return prove(course.exercise("arithmetic/double"), 1.0, 1.0, SECRET)


def failures(found):
    return {(item.kind, item.name): item.detail for item in found.evidence if not item.ok}


def test_a_reference_that_does_not_stand_by_itself_is_not_taken_for_the_death_of_its_mutants(tmp_path):
    text = AUTHOR_FILE.replace("return 2.0 * x  #", "return FACTOR * x  #")
    text = text.replace('@exercise(shapes="x: N D"', 'if True:\n    FACTOR = 2.0\n\n\n@exercise(shapes="x: N D"')
    course = courses.find(write_course(tmp_path, text))
    with Workshop() as workshop:
        found = prove(course.exercise("arithmetic/double"), 1.0, 1.0, SECRET, workshop)
    assert failures(found)["mutant", "the reference"].startswith("its program is rejected where it stands by itself")
    assert "NameError" in failures(found)["mutant", "the reference"]


def test_a_sound_exercise_is_proven(tmp_path):
    found = proof(tmp_path)
    assert failures(found) == {}
    assert [(kind, len(found.of(kind))) for kind in ("expect", "oracle", "mistake", "variant", "stub")] == [
        ("expect", 1),
        ("oracle", 1),
        ("mistake", 2),
        ("variant", 2),
        ("stub", 1),
    ]


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("expect=[[3, -4]]", "expect=[3, -4]", ("expect", "by hand"), "expect has 2 parts"),
        ("expect=[[3, -4]]", "raises=ValueError", ("expect", "by hand"), "does not raise ValueError"),
        (
            "[[v + v for v in row] for row in x]",
            "[v + v for v in x[0]]",
            ("oracle", "brute force"),
            "the oracle gives shape (7,), the reference (2, 7)",
        ),
        ("[[v + v for v in row] for row in x]", "x.nothing", ("oracle", "brute force"), "AttributeError"),
        ("return x + x  # CANARY_VARIANT", "return None", ("variant", "variant 1"), "wrong on"),
        ("return x + x  # CANARY_VARIANT", "x += x\n    return x", ("variant", "variant 1"), "changed its input x"),
        ("return 2.0 * x", "return np.array([[3.0, np.nan]])", ("expect", "by hand"), "gives nan"),
        (
            "    return abs(x)\n",
            "    return abs(x)\n\n\nLIMIT = exercise\n",
            ("stub", "stub"),
            "it does not run: NameError",
        ),
    ],
)
def test_it_is_said_how_they_differ(tmp_path, old, new, where, says):
    assert AUTHOR_FILE.count(old) >= 1
    text = AUTHOR_FILE.replace(old, new, 1)
    found = failures(proof(tmp_path, text))
    assert where in found
    assert says in found[where]


def test_a_mistake_that_only_hidden_cases_catch_is_told(tmp_path):
    late = "return np.where(x == 1.5, 3.0, x) if x.shape == (1, 2) else x  # CANARY_MISTAKE"
    text = AUTHOR_FILE.replace("double.cases(public=1, hidden=3)", "double.cases(hidden=3)")
    text = text.replace("x=[[1.5, -2.0]], expect=[[3, -4]]", "x=[[1.5, 0.0]], expect=[[3, 0]]")
    found = failures(proof(tmp_path, text.replace("return x**2  # CANARY_MISTAKE", late)))
    assert found[("mistake", "squared")] == "the public pack accepts it"


def test_a_mistake_s_own_lecture_number_is_checked(tmp_path):
    told = AUTHOR_FILE.replace('hint="That is the square."', 'hint="That is the square.", expect=[["2.25", "{}"]]')
    assert failures(proof(tmp_path, told.replace("{}", "4.0"))) == {}
    assert "expect 5.0" in failures(proof(tmp_path, told.replace("{}", "5.0")))[("mistake", "squared")]


@pytest.mark.parametrize(
    ("expect", "value", "agrees"),
    [
        ("4.350", 4.3499, True),
        ("4.350", 4.3494, False),
        ("4.35", 4.3494, True),
        ("0.462", 0.4621171572600098, True),
        ("-2.751", -2.75133, True),
        ("54.14425", 54.14424912, True),
        ("1e3", 1400.0, True),
        (0.462, 0.4621171572600098, False),
        (1, 1.0, True),
        ([["1.5"]], [[1.52]], True),
        ({"a": "1.5"}, {"a": 1.52, "b": 7}, True),
        ({"c": "1.5"}, {"a": 1.52}, False),
        ((4, 3), (4, 3), True),
        ((4, 3), (3, 4), False),
        ("softmax", "softmax", True),
        ("softmax", "sigmoid", False),
        (None, 0.0, False),
        (True, 1, False),
    ],
)
def test_an_expected_number_is_compared_to_the_places_it_is_given_with(expect, value, agrees):
    assert (disagreement(expect, value) == "") == agrees


COURSE = courses.find()
SEVEN = """activations/relu_derivative convolution/conv_output_size backprop/productivity_step rnn/rnn_tanh_step
gates/lstm_gates initialization/xavier_init rnn/bptt""".split()


@pytest.fixture(scope="module")
def workshop():
    with Workshop() as started:
        yield started


@pytest.mark.parametrize("name", COURSE.names())
def test_every_exercise_of_the_course_is_proven(name, workshop):
    # Another secret than any build's: what holds must not hang on the luck of a draw. Mutants of all exercises
    # would take minutes: that is what `autograder verify` is for, which keeps what it found.
    secret, thorough = "another secret".ljust(32), workshop if name in SEVEN else None
    found = prove(COURSE.exercise(name), COURSE.points(name), COURSE.limits.seconds, secret, thorough)
    assert failures(found) == {}
    assert len(found.of("mistake")) >= 5
    assert len(found.of("variant")) >= 4  # three, and the reference
    if thorough:
        assert found.mutants.survivors == ()
        assert found.mutants.killed + len(found.mutants.equivalent) == found.mutants.total
        assert found.margin.power or found.margin.noise * 10 <= found.margin.tolerance <= found.margin.nearest / 10


def test_the_seven_are_in_the_course():
    assert set(SEVEN) <= set(COURSE.names())


def verify(root, *arguments):
    # As in a fresh shell, and it says what it imported.
    command = [sys.executable, "-X", "importtime", "-m", "autograder.cli", "verify", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    return done, imported


def test_a_kept_proof_is_shown_without_proving(tmp_path):
    root = write_course(tmp_path, AUTHOR_FILE.replace("canary_oracle(x):", "canary_oracle(x):\n    import torch\n"))
    first, imported = verify(root, "--json")
    assert first.returncode == 0, first.stdout
    assert "torch" in imported
    kept = root / ".cache/verify/arithmetic/double.json"
    assert kept.is_file()
    again, imported = verify(root, "--json")
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert imported & {"torch", "scipy", "sympy", "IPython"} == set()
    # Only `--fresh` proves it again.
    author_file = root / "solutions/arithmetic/double.py"
    author_file.write_text(author_file.read_text().replace("import torch", "import wave"))
    kept.write_text(kept.read_text().replace(json.loads(kept.read_text())["key"], cache.key(author_file, 10.0)))
    assert "wave" in verify(root, "--fresh")[1]


def test_what_is_kept_is_found_by_content_alone(tmp_path):
    sound = Proof(exercise="unit/sound", evidence=(Evidence(kind="stub", name="stub", ok=True, detail="to do"),))
    cache.save(tmp_path, sound, "key")
    kept = tmp_path / ".cache/verify/unit/sound.json"
    assert cache.load(tmp_path, "unit/sound", "key") == sound
    assert cache.load(tmp_path, "unit/sound", "another key") is None
    assert cache.load(tmp_path, "unit/missing", "key") is None
    kept.write_text("{")
    assert cache.load(tmp_path, "unit/sound", "key") is None


def test_what_fails_is_not_kept(tmp_path):
    weak = Proof(exercise="unit/weak", evidence=(Evidence(kind="stub", name="stub", ok=False, detail=""),))
    cache.save(tmp_path, weak, "key")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / ".cache").write_text("a file is in the way")
    cache.save(tmp_path, Proof(exercise="unit/sound", evidence=()), "key")


def test_the_key_is_of_content_and_the_limit_and_not_of_the_secret(tmp_path):
    path = write_course(tmp_path) / "solutions/arithmetic/double.py"
    key = cache.key(path, 10.0)
    (tmp_path / "course.secret").write_text("another secret")
    assert key == cache.key(path, 10.0)
    assert key != cache.key(path, 5.0)
    path.write_text(path.read_text() + "# another line\n")
    assert key != cache.key(path, 10.0)


HOSTILE = "<script>alert(1)</script>"
PROOFS = [
    Proof(
        exercise="unit/sound",
        evidence=tuple(Evidence(kind=kind, name="", ok=True, detail="") for kind in ("mutant", "margin")),
        mutants=Tally(total=9, killed=7, public=6, explained=1, inputs=2100, equivalent=("a < b → a <= b", HOSTILE)),
        margin=Margin(noise=2e-16, tolerance=1e-9, nearest=3e-4),
    ),
    Proof(
        exercise="unit/weak",
        evidence=(Evidence(kind="explanation", name=HOSTILE, ok=False, detail=f"{HOSTILE} & more"),),
        mutants=Tally(total=3, killed=2, public=2, explained=1, inputs=2100, survivors=("x",)),
    ),
]


def test_the_matrix_has_mutants_and_margins(capsys):
    proofs.show(PROOFS)
    shown = capsys.readouterr().out
    assert re.search(r"unit/sound .*✓ 7/7 \+ 2 eq\. +✓ 2e-16 ‥ 1e-9 ‥ 3e-4", shown)
    assert re.search(r"unit/weak .*✗ 2/3", shown)
    assert "10 mutants are wrong; the hidden packs reject 90.0 % of them" in shown
    assert json.loads(proofs.as_json(PROOFS))["exercises"]["unit/sound"]["margin"]["nearest"] == 3e-4


def test_what_random_answers_risk_and_why_a_margin_is_narrow_is_said_below_the_matrix(capsys):
    law = Proof(exercise="unit/law", evidence=(), margin=Margin(power=1.1, chance=4.2e-8))
    narrow = Proof(exercise="unit/narrow", evidence=(), margin=Margin(reason="ε is 1e-8"))
    proofs.show([law, narrow])
    shown = capsys.readouterr().out
    for sentence in (
        "A right answer to a random exercise fails with a chance below 4e-08.",
        "The margin of unit/narrow is narrow, because ε is 1e-8.",
    ):
        assert sentence in shown
        assert sentence in proofs.page("A course", [law, narrow])


def test_the_page_of_the_course_has_every_exercise():
    page = (COURSE.root / "docs/proofs.html").read_text()
    told = [name for name in COURSE.names() if f"<summary>{name}</summary>" not in page]
    assert told == [], "run: make proofs"
    assert f"{len(COURSE.names())} of {len(COURSE.names())} exercises are proven." in page, "run: make proofs"


def test_the_page_stands_alone_and_escapes_everything():
    page = proofs.page(f"A {HOSTILE} course", PROOFS)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5  # twice in title and heading, then as mutant, name and detail
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)\s*=|url\(|@import""", page)
    assert "✓" in page and "✗" in page and "7/7 + 2 eq." in page
