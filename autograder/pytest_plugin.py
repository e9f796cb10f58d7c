"""`pytest exercises`: one item per exercise, wherever it was written.

Loaded by every pytest run in the environment, so it imports what it needs only once it has found an exercise.
"""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.running.written import Unit
    from autograder.selfcheck import Checked

UNITS = pytest.StashKey[dict[Path, Any]]()
SHOWN = pytest.StashKey["Exercise"]()


class NotCorrect(Exception):
    """Ends an item whose exercise is not correct (yet)."""


class Exercise(pytest.Item):
    """One exercise: judged against its public pack."""

    def __init__(self, *, notebook_only: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.notebook_only = notebook_only
        self.checked: Checked | None = None

    def runtest(self) -> None:
        from autograder.selfcheck import written

        with self._says_what_it_waits_for():
            self.checked = written(_unit(self.session, self.path.parent), self.name, self.notebook_only)
        if not self.checked.verdict.correct:
            raise NotCorrect

    @contextlib.contextmanager
    def _says_what_it_waits_for(self) -> Iterator[None]:
        """A long call into C, or a platform without alarms: say which exercise everything waits for."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        text = f"\nstill waiting for {self.path.parent.name}/{self.name}; Ctrl-C stops it"
        timer = threading.Timer(15.0, lambda: reporter and reporter.write_line(text))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, NotCorrect) or self.checked is None:
            return super().repr_failure(excinfo, style)
        from autograder.feedback import plain

        if self.checked.verdict.outcome.value == "not_attempted":
            return ""
        # On a CI server pytest's summary would repeat each text in full.
        self.config.option.force_short_summary = True
        # One at a time: what is wrong further on can wait until this is mended, or is asked for.
        first = self.session.config.stash.setdefault(SHOWN, self)
        if first is self or self.config.get_verbosity() > 0:
            return plain.feedback(self.checked.verdict, self.checked.notes)
        return f"{plain.brief(self.checked.verdict)}\n  pytest {self.nodeid}  says more"

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.path.parent.name}/{self.name}"


class Stub(pytest.File):
    """A .py file of a unit: one exercise of the file's name."""

    def collect(self) -> Iterator[Exercise]:
        yield Exercise.from_parent(self, name=self.path.stem)


class UnitNotebook(pytest.File):
    """A unit's notebook: all its exercises when it is named on the command line, else those without a stub."""

    def collect(self) -> Iterator[Exercise]:
        named = self.session.isinitpath(self.path)
        for pack in sorted((self.path.parent / "packs").glob("*.pack")):
            if named or not pack.parent.with_name(f"{pack.stem}.py").exists():
                yield Exercise.from_parent(self, name=pack.stem, notebook_only=named)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Exercises come in the order of the lessons; everything else stays where it was."""
    exercises = [item for item in items if isinstance(item, Exercise)]
    if len(exercises) < 2:
        return
    from autograder.watch.contents import contents

    folders = {item.path.parent.parent for item in exercises}
    order = {(folder, identity): n for folder in folders for n, identity in enumerate(contents(folder).exercises)}

    def place(item: Exercise) -> int:
        return order.get((item.path.parent.parent, f"{item.path.parent.name}/{item.name}"), len(order))

    ordered = iter(sorted(exercises, key=place))
    items[:] = [next(ordered) if isinstance(item, Exercise) else item for item in items]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".ipynb" and _is_unit(file_path.parent) and file_path.stem == file_path.parent.name:
        return UnitNotebook.from_parent(parent, path=file_path)
    # A file named on the command line is offered to pytest's own collector, too: taken over below.
    if file_path.suffix == ".py" and not parent.session.isinitpath(file_path) and _is_stub(file_path):
        return Stub.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> Any:
    return Stub.from_parent(parent, path=module_path) if _is_stub(module_path) else None


def _is_unit(folder: Path) -> bool:
    return (folder / "packs").is_dir()


def _is_stub(path: Path) -> bool:
    """A file whose pack lies beside it; or one of ours that has lost its pack, so that this is said."""
    if (path.parent / "packs" / f"{path.stem}.pack").is_file():
        return True
    if not _is_unit(path.parent) and path.parent.parent.name != "exercises":
        return False
    return f"check({path.stem})" in path.read_text(encoding="utf-8", errors="replace")


def _unit(session: pytest.Session, folder: Path) -> "Unit":
    """What is written in a unit's folder, read (and its notebook run) once per session."""
    from autograder.running.written import Unit

    known: dict[Path, Unit] = session.config.stash.setdefault(UNITS, {})
    if folder not in known:
        known[folder] = Unit(folder)
    return known[folder]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if isinstance(item, Exercise) and report.when == "call" and item.checked:
        from autograder.feedback import plain

        verdict = item.checked.verdict
        report.autograder = {
            "exercise": verdict.exercise,
            "outcome": verdict.outcome.value,
            "words": plain.words(verdict),
            "place": item.nodeid,
            "hints": len(item.checked.hints),
        }
        if verdict.outcome.value == "not_attempted":
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, "to do")
    return report


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    judged = getattr(report, "autograder", None)
    if not judged:
        return None
    words = judged["words"]
    if judged["outcome"] == "not_attempted":
        return "to do", "-", words.upper()
    # pytest's own word would claim more than was checked: hidden cases are not among these.
    return (words, ".", words.upper()) if report.passed else ("failed", "F", words.upper())


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Summary(), "autograder-summary")


class Summary:
    """Counts exercises by their reports, which with xdist arrive from all workers."""

    def __init__(self) -> None:
        self.judged: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        if judged := getattr(report, "autograder", None):
            self.judged[judged["exercise"]] = judged

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        # What is to do does not fail, but success is only when every selected exercise is correct.
        if exitstatus == 0 and any(entry["outcome"] != "correct" for entry in self.judged.values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        entries = list(self.judged.values())
        if not entries:
            return
        from autograder.feedback import plain

        correct = [entry for entry in entries if entry["outcome"] == "correct"]
        to_do = [entry for entry in entries if entry["outcome"] == "not_attempted"]
        wrong = [entry for entry in entries if entry not in correct and entry not in to_do]
        passed = f"{len(correct)} of {len(entries)} pass their public checks"
        terminalreporter.section("exercises")
        terminalreporter.line(plain.bar(len(correct), len(entries)), green=bool(correct))
        terminalreporter.line(f"{passed} · {len(wrong)} wrong · {len(to_do)} to do")
        terminalreporter.line(_next(wrong, to_do))
        if any(entry["hints"] for entry in wrong + to_do):
            terminalreporter.line("stuck? `autograder watch` has hints, and so has check(…, hint=1) in a notebook")


def _next(wrong: Sequence[dict[str, Any]], to_do: Sequence[dict[str, Any]]) -> str:
    if wrong:
        return f"next: mend {wrong[0]['exercise']}, then  pytest {wrong[0]['place']}"
    if to_do:
        path = to_do[0]["place"].partition("::")[0]
        return f"next: write {to_do[0]['exercise']} in {path}, then  pytest {path}"
    return "next: hand in; hidden cases are checked when it is graded"
