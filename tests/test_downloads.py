"""From a download of Canvas to its gradebook: graded for real, out of the archive, and back under the right name."""

import csv
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

from building import COURSE, write_course
from handing_in import book, cell

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "lms.md"
RIGHT = "import numpy as np\nfactor = np.loadtxt('data/weights.csv')\ndef double(x):\n    return factor * x\n"
WRONG = "def double(x):\n    return x**2\n"


def autograder(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_a_download_is_graded_in_place_and_its_scores_find_their_way_back(tmp_path: Path) -> None:
    write_course(tmp_path)
    autograder(tmp_path, "build")
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as own:
        own.writestr("arithmetic.ipynb", book(cell(RIGHT)))
        own.writestr("data/weights.csv", "2.0\n")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as download:
        download.writestr("leeann_1_5_arithmetic.ipynb", book(cell(WRONG)))
        download.writestr("leeann_1_6_arithmetic-1.ipynb", book(cell(RIGHT.replace("data/", ""))))
        download.writestr("leeann_1_7_weights.csv", "2.0\n")
        download.writestr("oneilbob_LATE_2_8_double.py", WRONG)
        download.writestr("../cy_3_9_double.py", RIGHT)
    (tmp_path / "gradebook.csv").write_text(
        "Student,ID,SIS Login ID,Section,Arithmetic (7)\nPoints Possible,,,,2\n"
        '"Lee, Ann",1,al,A,\n"O\'Neil, Bob",2,bob,A,\n"Cy",3,cy,A,\n'
    )
    grade = ["grade", "arithmetic", "--jobs", "1", "--unsafe", "--jsonl", "verdicts.jsonl", "--course"]
    autograder(tmp_path, *grade, "submissions.zip")
    lines = {line["student"]: line for line in map(json.loads, (tmp_path / "verdicts.jsonl").read_text().splitlines())}
    assert {student: line["score"] for student, line in lines.items()} == {
        "cy_3": None,
        "leeann_1": 2.0,
        "oneilbob_2": lines["oneilbob_2"]["exercises"]["double"]["score"],
    }
    assert "leads out of the archive" in lines["cy_3"]["exercises"]["double"]["message"]
    said = autograder(
        tmp_path, "export", "canvas", "arithmetic", "--verdicts", "verdicts.jsonl", "--gradebook", "gradebook.csv"
    )
    assert "cy_3 could not be judged" in said
    with (tmp_path / "reports" / "arithmetic-canvas.csv").open(newline="") as file:
        scores = {row["ID"]: row["Arithmetic (7)"] for row in csv.DictReader(file)}
    assert (scores["1"], scores["3"]) == ("2", "")
    assert float(scores["2"]) < 1

    autograder(tmp_path, *grade, "own.zip")
    assert json.loads((tmp_path / "verdicts.jsonl").read_text())["score"] == 2.0


def test_the_document_s_commands_work_one_after_another(tmp_path: Path) -> None:
    write_course(tmp_path, course=COURSE.replace("  arithmetic:", "  activations:"))
    (tmp_path / "solutions" / "arithmetic").rename(tmp_path / "solutions" / "activations")
    autograder(tmp_path, "build")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as download:
        download.writestr("leeann_1_5_activations.ipynb", book(cell(WRONG)))
        download.writestr("Bob_2_assignsubmission_file/activations.ipynb", book(cell(WRONG)))
    (tmp_path / "gradebook.csv").write_text(
        'Student,ID,Section,activations (7)\nPoints Possible,,,2\n"Lee, Ann",1,A,\n'
    )
    blocks = re.findall(r"```\n(.*?)```", DOCUMENT.read_text(), re.S)
    commands = [line.partition("#") for block in blocks for line in block.splitlines()]
    assert len(commands) == 4
    for command, _, written in commands:
        program, *arguments = shlex.split(command)
        assert program == "autograder"
        autograder(tmp_path, *arguments)
        assert (tmp_path / written.strip().replace("STUDENT", "leeann_1")).exists()
