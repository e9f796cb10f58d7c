"""Who handed in what: nbgrader's folders, plain ones, downloads from Canvas and Moodle; unpacked or as a zip."""

import os
import zipfile
from pathlib import Path

import pytest
from handing_in import NAMES, RELU, book, cell

from autograder.grading.fingerprint import fingerprint
from autograder.running.layouts import canvas_name
from autograder.running.submission import HandedIn, SubmissionError, read, students

WORK = book(cell(RELU))


def unpacked(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WORK if name.endswith(".ipynb") else RELU)
    return root


def packed(root: Path, *names: str) -> Path:
    with zipfile.ZipFile(root / "download.zip", "w") as archive:
        for name in names:
            archive.writestr(name, WORK if name.endswith(".ipynb") else RELU)
    return root / "download.zip"


def handed_in(tmp_path: Path, *names: str) -> list[HandedIn]:
    return students(unpacked(tmp_path, *names), "unit")


def outcomes(found: list[HandedIn]) -> dict[str, str]:
    """What is read of each student: the files that their cells are from, or the sentence why there are none."""
    said = {}
    for each in found:
        try:
            taken = read(each, "unit", NAMES)
            said[each.student] = each.problem or " ".join([*(cell.file for cell in taken.cells), *taken.notes])
        except SubmissionError as problem:
            said[each.student] = each.problem or str(problem)
    return said


LATE = "Canvas says that it was handed in late."


@pytest.mark.parametrize("made", [unpacked, packed])
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["submitted/ann/unit/unit.ipynb", "submitted/bea/other/other.ipynb"], {"ann": "unit.ipynb"}),
        (["ann/unit/unit.ipynb", "bea/unit/relu.py"], {"ann": "unit.ipynb", "bea": "relu.py"}),
        (["ann/work.ipynb", "bea/relu.py"], {"ann": "work.ipynb", "bea": "relu.py"}),
        (["ann.ipynb", "bea.py", "notes.txt"], {"ann": "ann.ipynb", "bea": "bea.py"}),
        (["ann_unit.ipynb", "b.e-a@x.org.ipynb"], {"ann": "ann_unit.ipynb", "b.e-a@x.org": "b.e-a@x.org.ipynb"}),
        (["ann/x.py", ".git/config", ".ipynb_checkpoints/bea.ipynb", "__MACOSX/a.py"], {"ann": "x.py"}),
        (["Zoë.ipynb", "Zoe\u0308.txt"], {"Zoë": "Zoë.ipynb"}),
        # Canvas
        (
            ["leeann_12_67_unit.ipynb", "o'neilbob_LATE_13_68_relu.py", "o'neilbob_LATE_13_69_sigmoid.py"],
            {"leeann_12": "unit.ipynb", "o-neilbob_13": f"relu.py sigmoid.py {LATE}"},
        ),
        (
            ["anon_a1B2c_67_unit.ipynb", "LATE_anon_7_68_unit.ipynb"],
            {"anon_7": f"unit.ipynb {LATE}", "anon_a1B2c": "unit.ipynb"},
        ),
        (["de_la_cruz_12_67_work.ipynb", "grades.csv"], {"de_la_cruz_12": "work.ipynb"}),
        (
            ["leeann_12_9_unit.ipynb", "leeann_12_10_unit-1.ipynb"],
            {"leeann_12": "unit.ipynb unit.ipynb was handed in 2 times: the latest counts."},
        ),
        (
            ["leeann_12_67_final.ipynb", "leeann_12_66_zzz.ipynb"],
            {"leeann_12": "final.ipynb Of the notebooks zzz.ipynb, final.ipynb the latest counts: final.ipynb."},
        ),
        (
            ["leeann_12_text.html"],
            {
                "leeann_12": "No work for unit is in what leeann_12 handed in; it holds text.html: "
                "expected unit.ipynb or files such as relu.py."
            },
        ),
        # These only look like Canvas's: no file there has the number of another.
        (
            ["hw_1_2026_ann.ipynb", "hw_1_2026_bea.ipynb"],
            {"hw_1_2026_ann": "hw_1_2026_ann.ipynb", "hw_1_2026_bea": "hw_1_2026_bea.ipynb"},
        ),
        # Moodle
        (
            ["Ann Lee_12_assignsubmission_file/unit.ipynb", "李 明_13_assignsubmission_file_/relu.py"],
            {"Ann-Lee_12": "unit.ipynb", "李-明_13": "relu.py"},
        ),
        (["Ann O'Neil_12_assignsubmission_file_unit.ipynb"], {"Ann-O-Neil_12": "unit.ipynb"}),
        (
            ["Ann_1_assignsubmission_file/unit.ipynb", "Ann_1_assignsubmission_onlinetext/onlinetext.html"],
            {"Ann_1": "unit.ipynb"},
        ),
        (
            ["Ann_1_assignsubmission_file/unit.ipynb", "Ann_2_assignsubmission_file/relu.py"],
            {"Ann_1": "unit.ipynb", "Ann_2": "relu.py"},
        ),
    ],
)
def test_students_are_found_in_every_layout(tmp_path: Path, made, names: list[str], expected: dict[str, str]) -> None:
    assert outcomes(students(made(tmp_path, *names), "unit")) == expected


@pytest.mark.parametrize(
    ("sortable", "in_files"),
    [("Lee, Ann", "leeann"), ("O'Neil-Ü, Bob 2nd", "oneilübob2nd"), ("de_la Cruz", "de_lacruz"), ("a_12_b", "a12b")],
)
def test_names_become_what_canvas_makes_of_them(sortable: str, in_files: str) -> None:
    assert canvas_name(sortable) == in_files


def test_what_lies_beside_goes_along_from_an_archive_as_bytes(tmp_path: Path) -> None:
    (each,) = students(packed(tmp_path, "ann/unit.ipynb", "ann/data/a.csv", "ann/relu.py"), "unit")
    assert read(each, "unit", NAMES).files == (("relu.py", RELU.encode()), ("data/a.csv", RELU.encode()))
    assert [path.name for path in tmp_path.iterdir()] == ["download.zip"], "nothing was unpacked"


def test_the_latest_attempt_is_the_one_with_the_largest_number_not_the_last_by_name(tmp_path: Path) -> None:
    unpacked(tmp_path, "leeann_12_10_unit-1.ipynb", "leeann_12_9_unit.ipynb")
    (tmp_path / "leeann_12_10_unit-1.ipynb").write_text(book(cell("def relu(z): return 'latest'")))
    (each,) = students(tmp_path, "unit")
    assert "latest" in read(each, "unit", NAMES).cells[0].source


@pytest.mark.parametrize("packed_as", ["unit.ipynb", "ann/unit.ipynb", "ann/unit/unit.ipynb"])
def test_a_student_s_own_archive_is_read(tmp_path: Path, packed_as: str) -> None:
    packed(tmp_path, packed_as.replace("ann/unit/", "ann/")).rename(tmp_path / "ann.zip")
    assert outcomes(students(tmp_path, "unit")) == {"ann": "unit.ipynb"}
    assert outcomes(students(tmp_path / "ann.zip", "unit")) == {"ann": "unit.ipynb"}


def test_an_archive_within_a_student_s_folder_is_read_when_it_is_all_there_is(tmp_path: Path) -> None:
    packed(tmp_path, "relu.py", "sigmoid.py").rename(unpacked(tmp_path, "ann/note.txt") / "ann" / "work.zip")
    assert outcomes(students(tmp_path, "unit")) == {"ann": "relu.py sigmoid.py"}


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = packed(tmp_path, "unit.ipynb").read_bytes()
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr("leeann_1_2_work.zip", inner)
        archive.writestr("bea.py", RELU)
    said = "work.zip is an archive in an archive and was not opened: unpack download.zip, then grade its folder."
    assert outcomes(students(tmp_path / "download.zip", "unit")) == {"bea": "bea.py", "leeann_1": said}


def test_a_folder_with_the_units_notebook_is_one_students(tmp_path: Path) -> None:
    assert outcomes(students(unpacked(tmp_path / "ann", "unit.ipynb", "data.csv"), "unit")) == {"ann": "unit.ipynb"}


def test_a_single_file_is_one_students(tmp_path: Path) -> None:
    assert students(tmp_path / "ann.ipynb", "unit") == [HandedIn("ann", tmp_path / "ann.ipynb")]


@pytest.mark.parametrize("name", ["a b.ipynb", "[red].ipynb", "a;b.py", "a\nb.ipynb", "…py/x.py", "a\udcffb.py"])
def test_an_id_of_other_letters_is_refused(tmp_path: Path, name: str) -> None:
    (refused,) = handed_in(tmp_path, name)
    assert "is no student id: expected letters, digits and _ . @ - only" in refused.problem
    assert refused.problem.isprintable() and refused.problem.encode()


@pytest.mark.parametrize("made", [unpacked, packed])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ann.ipynb", "ann/unit.ipynb"], "ann is there 2 times, as ann and ann.ipynb"),
        (["ann.ipynb", "ann.py"], "ann is there 2 times, as ann.ipynb and ann.py"),
        (["ann.ipynb", "ann_unit.ipynb"], "ann is there 2 times, as ann.ipynb and ann_unit.ipynb"),
        (["ann_1_2_unit.ipynb", "ann_1.py"], "ann_1 is there 2 times, as ann_1.py and part of a download"),
        (["ann.7z"], "ann.7z is an archive that is not opened here: unpack it, or ask for a .zip, then grade again."),
    ],
)
def test_what_a_person_must_decide_comes_with_the_names(tmp_path: Path, made, names: list[str], said: str) -> None:
    ann, bea = students(made(tmp_path, *names, "bea.py"), "unit")
    assert ann.problem.startswith(said)
    assert outcomes([bea]) == {"bea": "bea.py"}


def test_links_out_of_the_class_and_other_archives_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "class"
    elsewhere = tmp_path / "elsewhere"
    for folder in (root / "cy", root / "eve", elsewhere):
        folder.mkdir(parents=True)
    (root / "ann.py").symlink_to(elsewhere)
    (root / "bea.7z").write_text("")
    (root / "cy" / "unit").symlink_to(elsewhere)
    (root / "dan").symlink_to(elsewhere)
    (root / "eve" / "unit.ipynb").symlink_to(elsewhere / "unit.ipynb")
    said = {each.student: each.problem for each in students(root, "unit")}
    assert list(said) == ["ann", "bea", "cy", "dan", "eve"]
    assert said["bea"].startswith("bea.7z is an archive that is not opened here: unpack it, or ask for a .zip")
    assert said["ann"].startswith("ann.py is a link out of ")
    assert said["cy"].startswith("cy/unit is a link out of ")
    assert said["dan"].startswith("dan is a link out of ")
    assert said["eve"].startswith("eve/unit.ipynb is a link out of ")


def test_an_archive_that_was_unpacked_counts_no_second_time(tmp_path: Path) -> None:
    (ann,) = handed_in(tmp_path, "ann.zip", "ann/unit.ipynb")
    assert (ann.path, ann.problem) == (tmp_path / "ann", "")


def test_links_that_go_round_in_a_circle_stop_nobody(tmp_path: Path) -> None:
    (tmp_path / "ann.py").symlink_to(tmp_path / "bea.py")
    (tmp_path / "bea.py").symlink_to(tmp_path / "ann.py")
    said = outcomes(students(tmp_path, "unit"))
    assert ["cannot be read" in text for text in said.values()] == [True, True]


def test_everybody_is_there_whatever_one_of_them_did(tmp_path: Path) -> None:
    (tmp_path / "dir.ipynb").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.zip").write_text("PK")
    said = outcomes(handed_in(tmp_path, "ann.py", "b b.py", "cy/readme.txt"))
    assert list(said) == ["ann", "b b", "cy", "dir", "empty", "torn"]
    assert "is a folder: expected a file" in said["dir"]
    assert "No work for unit is in what cy handed in; it holds readme.txt" in said["cy"]
    assert "No work for unit is in what empty handed in, which is empty" in said["empty"]
    assert "torn.zip is no zip archive" in said["torn"]


def test_a_folder_of_far_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.running.files.MAX_LISTED", 3)
    with pytest.raises(SubmissionError, match="holds more than 3 files: is it the folder of the submissions"):
        handed_in(tmp_path, "a/x", "b/y", "c/z")


def test_a_name_that_is_no_text_is_told_and_graded_by_nobody(tmp_path: Path) -> None:
    for name in (b"\xff.py", b"\xfe.py", b"ann.py"):
        (tmp_path / os.fsdecode(name)).write_text("x = 1")
    found = {each.student: each for each in students(tmp_path, "unit")}
    assert set(found) == {"\\xfe", "\\xff", "ann"}
    assert {name: "is no student id" in each.problem for name, each in found.items()} == {
        "\\xfe": True, "\\xff": True, "ann": False
    }  # fmt: skip
    assert len({fingerprint(each) for each in found.values()}) == 3
