"""The picture of a submission's path is the path that a real submission takes."""

import json
import runpy
import sys
from pathlib import Path

from building import write_course

from autograder import course as courses
from autograder.feedback import report
from autograder.grading import batch, result
from autograder.grading.worker import Job, Worker
from autograder.pack import write
from autograder.publishing import build
from autograder.running import submission

DOCS = Path(__file__).resolve().parent.parent / "docs"
PLAN = runpy.run_path(str(DOCS / "path_of_a_submission.py"))


def test_the_picture_is_drawn_from_the_plan():
    drawn = (DOCS / "path.svg").read_text(encoding="utf-8")
    assert drawn == PLAN["picture"](), "run: python docs/path_of_a_submission.py"


def first_calls(run) -> list[str]:
    """The package's functions in the order in which `run` first calls them, as `module.function`."""
    seen: dict[str, None] = {}

    def profile(frame, event, _):
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("autograder."):
            seen.setdefault(f"{module.removeprefix('autograder.')}.{frame.f_code.co_qualname}")

    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
    return list(seen)


SPY = """
import sys
def double(x):
    frames, frame = [], sys._getframe(1)
    while frame:
        frames.append(frame.f_globals["__name__"].removeprefix("autograder.") + "." + frame.f_code.co_qualname)
        frame = frame.f_back
    raise ValueError(" ".join(reversed(frames)))
"""


def test_a_real_submission_passes_the_stations_in_this_order(tmp_path):
    course = courses.find(write_course(tmp_path))
    build.write(course, build.files(course, "s" * 32))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": SPY}
    path = tmp_path / "class" / "ann.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    hidden = batch.hidden_packs(course, "arithmetic")
    worker = Worker(Job(unit="arithmetic", packs=[write(pack) for pack in hidden], limits=batch.limits_of(course)))
    results = []

    def run():
        (handed_in,) = submission.students(path.parent, "arithmetic")
        results.append(worker.grade(handed_in))
        result.as_json_line(results[0])
        report.page("arithmetic", "Arithmetic", results, {})

    try:
        passed = first_calls(run)
    finally:
        worker.sandbox.__exit__()
    trusted = [station.function for station in PLAN["STATIONS"] if station.side == "trusted"]
    assert [name for name in passed if name in trusted] == trusted

    # The child tells its own path: the stack above the student's function, in its answer to a public case.
    stack = results[0].verdicts[0].message.replace("__main__.", "child.zygote.")  # which is executed
    child = [station.function for station in PLAN["STATIONS"] if station.side == "child"]
    inside = [name for name in child if name in stack]
    assert {"child.zygote._child", "child.calls.call"} <= set(inside)
    assert inside == sorted(inside, key=stack.index)
    for name in child:
        assert name not in passed, "the student's side never runs on the trusted side"
        module, _, function = name.rpartition(".")
        assert hasattr(
            sys.modules.get(f"autograder.{module}") or __import__(f"autograder.{module}", fromlist=["_"]), function
        )
