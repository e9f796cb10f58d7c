"""A run that is killed, and a database that is a server: nothing is lost, nothing is there twice."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader_class import (
    ANSWERED,
    RIGHT,
    UNIT,
    WRONG,
    counts,
    environment,
    grade,
    hand_in,
    nbgrader,
    scores,
    sql,
    write,
)

# `autograder grade` in a process that kills itself with SIGKILL at a known moment.
KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from autograder import cli
from autograder.gradebook.course_folder import CourseFolder

def die():
    tasks = Path("/proc/self/task").glob("*/children")
    Path("children.txt").write_text(" ".join(task.read_text() for task in tasks))
    os.kill(os.getpid(), signal.SIGKILL)

def prepare(moment):
    if moment == "transaction":
        @event.listens_for(Engine, "connect")
        def small(connection, _):
            connection.execute("pragma cache_size = 1")  # changes go into the file before the commit

        @event.listens_for(Engine, "after_cursor_execute")
        def executed(connection, cursor, statement, *_):
            if statement.startswith("UPDATE grade"):
                die()
    else:
        put, left = CourseFolder.put, iter(range(int(moment), -1, -1))
        def counted(*arguments):
            put(*arguments)
            if not next(left):
                die()
        CourseFolder.put = counted

if __name__ == "__main__":  # the workers import this file, too
    prepare(sys.argv[1])
    sys.argv = ["autograder", "grade", "arithmetic", "--jobs", "2"]
    cli.main()
"""
STUDENTS = 30


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Five are graded, and a person has spoken; then twenty-five more hand in."""
    root = write(tmp_path_factory.mktemp("interrupted"))
    for number in range(5):
        hand_in(root, f"s{number:02}", ANSWERED)
    grade(root)
    sql(root, "update grade set manual_score = 1.5 where auto_score is null")
    sql(root, "update comment set manual_comment = 'Well argued.'")
    for number in range(5, STUDENTS):
        hand_in(root, f"s{number:02}", RIGHT if number % 2 else WRONG)
    (root / "killed.py").write_text(KILLED)
    return root


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for the workers in /proc")
@pytest.mark.parametrize("moment", ["transaction", "10"])
def test_a_killed_run_is_completed_by_the_next(course, tmp_path, moment):
    root = Path(shutil.copytree(course, tmp_path / "course"))
    command = [sys.executable, "killed.py", moment]
    # Workers that outlived it would keep its stderr open.
    done = subprocess.run(command, cwd=root, capture_output=True, env=environment(), timeout=120)
    assert done.returncode == -9, done.stderr
    journal = root / "gradebook.db-journal"
    assert (journal.exists() and journal.stat().st_size > 0) == (moment == "transaction"), "it was not killed there"

    deadline = time.monotonic() + 20
    workers = [int(pid) for pid in (root / "children.txt").read_text().split()]
    assert len(workers) >= 2
    while not all(map(gone, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in workers if not gone(pid)] == []

    grade(root)
    found = scores(root)
    assert sorted(found) == [f"s{number:02}" for number in range(STUDENTS)]
    for number in range(5, STUDENTS):
        share = 1.0 if number % 2 else 0.0
        assert found[f"s{number:02}"] == {
            "check_double": (2.0 * share, False), "check_triple": (4.0 * share, False), "explain_why": (0.0, False)
        }  # fmt: skip
    assert counts(root)["grade"] == counts(root)["comment"] == 3 * STUDENTS
    assert counts(root)["submitted_notebook"] == STUDENTS
    assert sql(root, "select count(*) from grade where manual_score = 1.5") == [(5,)]
    assert sql(root, "select count(*) from comment where manual_comment = 'Well argued.'") == [(15,)]
    left = [path.name for path in (root / "autograded").rglob("*") if path.name.startswith(".")]
    assert left == []
    assert len(list((root / "autograded").glob(f"*/{UNIT}/{UNIT}.ipynb"))) == STUDENTS


def _postgres() -> Path | None:
    """The folder of the server's programs; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(on_path or found[-1]).parent if on_path or found else None


@pytest.fixture
def server():
    """A PostgreSQL server on a socket in a folder of its own; gives its URL. It refuses to run as root."""
    programs = _postgres()
    if programs is None:
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql")
    runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    as_user = [str(runuser), "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="autograder-postgres-"))
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"

    def run(program: str, *words: str) -> None:
        done = [*as_user, str(programs / program), "-D", str(folder / "data"), *words]
        subprocess.run(done, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

    run("initdb", "-U", "grader", "-A", "trust", "--no-sync", "--no-instructions")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_a_gradebook_on_a_postgresql_server(server, tmp_path):
    from sqlalchemy import create_engine, text

    root = write(tmp_path)
    (root / "nbgrader_local.py").write_text(f'c = get_config()\nc.CourseDirectory.db_url = "{server}"\n')
    hand_in(root, "ann", ANSWERED)
    hand_in(root, "bob", WRONG)
    assert "gradebook: 2 submissions written to postgresql" in grade(root)
    assert not (root / "gradebook.db").exists()
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("update grade set manual_score = 2.5 where auto_score is null"))
    grade(root)
    nbgrader(root, "export", "--to", "grades.csv")
    rows = [line.split(",") for line in (root / "grades.csv").read_text().splitlines()[1:]]
    assert sorted((row[3], row[7], row[10]) for row in rows) == [("ann", "8.5", "9.0"), ("bob", "0.0", "9.0")]
    with engine.begin() as connection:
        assert connection.execute(text("select count(*) from grade")).scalar() == 6
        again = connection.execute(text("select needs_manual_grade from grade where manual_score = 2.5")).scalar()
    assert again is True
    engine.dispose()
