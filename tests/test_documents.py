"""What the documents say is true: examples are the files, commands exist and work, links lead somewhere."""

import ast
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from dask_cluster import within
from documented import DOCUMENTS, ROOT, Course, commands, shell_blocks

GRADE = "autograder grade activations --course demo --student mistaken-01"
DEMO = "tests/test_demo.py::test_what_the_readme_does_with_the_demo_and_what_the_demo_proposes_works"
# Where a command of the documents is run when it is not run here: the test that does, or why none can.
ELSEWHERE = {
    "make test": "it is what runs this test",
    "make demo": "tests/test_demo.py::test_every_verdict_is_the_one_known_beforehand",
    "make docs": "tests/test_site.py::test_it_is_built_without_a_warning",
    "make train": "tests/test_models_training.py"
    "::test_a_check_fails_where_the_card_is_not_reproduced_and_changes_nothing",
    "python -m solutions.models": "tests/test_models_training.py"
    "::test_training_needs_four_packages_and_nothing_of_this_project",
    "autograder watch": "tests/test_watch.py::test_it_says_where_one_is_what_is_next_and_how_far",
    GRADE: DEMO,
    f"{GRADE} --student right-1 --all --jsonl verdicts.jsonl": DEMO,
    "autograder report activations --results demo/verdicts.results --out demo/again.html": "tests/test_demo.py"
    "::test_the_report_is_written_again_as_the_instructors_page_says",
    "autograder report activations --similar": "tests/test_similarity.py::test_it_is_off_unless_it_is_asked_for",
    "jupyter lab": "tests/test_browser.py::test_the_instructor_sees_the_scores",
    "pip install -c constraints.txt '.[staff,cluster]'": "it needs the package index",
    "kubectl create secret generic dask-tls --from-file=ca.pem --from-file=own.pem": "it needs Kubernetes",
    "DASK_DISTRIBUTED__CLIENT__PRELOAD=dask_gateway autograder grade UNIT --scheduler gateway://…": "it needs a hub",
}
PAGES = {document.name: document for document in DOCUMENTS}
# Their commands need each other, and have a test of their own: below, and in tests/test_downloads.py.
TOGETHER = ("clusters.md", "lms.md")


def test_the_examples_are_the_files_themselves():
    included = runpy.run_path(str(ROOT / "docs" / "include.py"))["included"]
    for document in DOCUMENTS:
        assert included(document.read_text()) == document.read_text(), "run: python docs/include.py"


def test_the_shortest_and_the_longest_are_what_the_document_says():
    named = re.findall(r"<!-- file: (\S+) -->", (ROOT / "docs" / "authoring.md").read_text())
    files = [path for path in (ROOT / "solutions").glob("*/*.py") if path.parent.name != "models"]
    files = [path for path in files if ".oracle.model(" not in path.read_text()]
    lengths = {len(path.read_text().splitlines()): path for path in files}
    assert lengths[min(lengths)] == ROOT / named[0]
    assert lengths[max(lengths)] == ROOT / named[1]


def test_a_block_without_a_language_holds_commands_and_no_other_does():
    programs = {shlex.split(command)[0] for document in DOCUMENTS for command in commands(document)}
    assert {"make", "autograder", "pytest", "nbgrader"} <= programs
    for document in DOCUMENTS:
        for language, block in shell_blocks(document, also="text"):
            words = {line.split()[0] for line in block.splitlines() if line.strip()}
            assert language == "" or not words & programs, f"{document.name}: {block}"


def test_what_is_run_elsewhere_is_still_there_and_is_run():
    there = {command for document in DOCUMENTS for command in commands(document)}
    assert set(ELSEWHERE) <= there
    for where in ELSEWHERE.values():
        if where.startswith("tests/"):
            file, _, name = where.partition("::")
            tests = [node.name for node in ast.parse((ROOT / file).read_text()).body if hasattr(node, "name")]
            assert name in tests, where


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    course = Course(tmp_path_factory.mktemp("built"))
    course.build()
    yield course
    course.close()


@pytest.fixture(scope="module")
def course(built: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Where all pages are tried, one after another: what an earlier one has done need not be done again."""
    return built.copied(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if commands(page) and name not in TOGETHER])
def test_the_commands_of_a_page_work_one_after_another(name: str, course: Course):
    for command in commands(PAGES[name]):
        if command in ELSEWHERE or command in course.tried:
            continue
        status, said = course.run(command)
        # Untouched exercises are to do: pytest says so with status 1.
        assert status == (1 if command.startswith("pytest") else 0), f"{command}\n{said}"
        assert "Traceback" not in said, f"{command}\n{said}"


def test_the_commands_for_a_cluster_work_together(built: Course, tmp_path: Path):
    """On one machine; the scheduler and the workers are started as the page says."""
    course = built.copied(tmp_path)
    course.certificates()
    here = {"HOST": "127.0.0.1", "0.0.0.0": "127.0.0.1", "8786": str(course.port)}
    lines = [line for line in commands(PAGES["clusters.md"]) if line not in ELSEWHERE]
    for old, new in here.items():
        lines = [line.replace(old, new) for line in lines]
    settings = [line for line in lines if line.startswith("export ")]
    servers = [line for line in lines if line.startswith("dask ")]
    (grade,) = set(lines) - {*settings, *servers}
    for line in settings:
        course.run(line)
    with course.started(servers):
        said = within(60, lambda: (ended := course.run(grade))[0] == 0 and ended[1])  # once a worker is there
    assert "1 submissions" in said


@pytest.mark.parametrize("command", [line for line in ELSEWHERE if line.split()[0] == "make"])
def test_every_make_target_exists(command: str):
    subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_links_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
