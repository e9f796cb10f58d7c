"""Grading through Dask, with a real scheduler and real workers on this machine."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import cloudpickle
import dask_cluster
import msgspec
import pytest
from building import write_course
from dask_cluster import PLANTED, RIGHT, UNIT, certificates, hand_in, handed_in, overheard, scheduler, within, workers
from handing_in import book, cell

from autograder import course as courses
from autograder import pack as packs
from autograder.gradebook.master import Master, SourceCell
from autograder.grading import batch
from autograder.grading.cluster import ClusterError, connected
from autograder.grading.parcels import packed
from autograder.grading.result import as_json_line
from autograder.publishing import build
from autograder.running.isolation import survey
from autograder.running.submission import students

UNSAFE = not survey().safe  # where nothing can be walled off, the rest is tested all the same


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    found = courses.find(write_course(tmp_path_factory.mktemp("course")))
    build.write(found, build.files(found, "s" * 32))
    return found


@pytest.fixture(scope="module")
def hidden(course):
    return [msgspec.structs.replace(pack, seconds=1.0) for pack in batch.hidden_packs(course, UNIT)]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dask")
    (folder / "planted.py").write_text(PLANTED)
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    with (
        scheduler(folder, "--host", "127.0.0.1", **settings) as found,
        workers(folder, found, "--preload", str(folder / "planted.py")),
    ):
        with connected(found, UNSAFE) as cluster:
            within(30, lambda: cluster._workers() == 2)
        yield found


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return handed_in(tmp_path_factory.mktemp("everything"))


def plain(results) -> list[tuple[bytes, dict]]:
    """The line and all else that is said of each student, without the seconds it took."""
    found = []
    for _, each in results:
        said = msgspec.msgpack.decode(msgspec.msgpack.encode(each))
        for timed in (said, *said["evidence"]):
            timed.pop("seconds")
        said.pop("stages", None)
        said.pop("records")  # what is in them is compared below
        found.append((as_json_line(msgspec.structs.replace(each, seconds=0.0)), said))
    return sorted(found, key=lambda pair: pair[0])


def work_of(folder: Path) -> list[batch.Work]:
    return [batch.Work(each) for each in students(folder, UNIT)]


def graded(course, hidden, work, cluster=None, master=None):
    return batch.grade(work, UNIT, hidden, batch.limits_of(course), 2, master=master, cluster=cluster)


@pytest.mark.parametrize("archived", [False, True], ids=["folder", "archive"])
def test_the_results_are_those_of_this_machine(course, hidden, address, everything, tmp_path, archived):
    folder = everything
    if archived:
        folder = Path(shutil.make_archive(str(tmp_path / "class"), "zip", everything))
    here = plain(graded(course, hidden, work_of(folder)))
    with connected(address, UNSAFE) as cluster:
        there = plain(graded(course, hidden, work_of(folder), cluster))
    assert len(here) == 11
    assert {json.loads(line)["exercises"]["double"]["outcome"] for line, _ in here} >= {
        "correct",
        "wrong",
        "timed_out",
        "crashed",
        "not_attempted",
        "grader_error",
    }
    assert there == here


def test_what_nbgrader_gets_is_the_same(course, hidden, address, tmp_path):
    source = SourceCell(name="double", cell_type="code", locked=False, source="", checksum="", solution=True)
    (tmp_path / "factor.csv").write_text("2.0\n")
    master = Master(unit=UNIT, cells=(source,), files=(("data/factor.csv", tmp_path / "factor.csv"),))
    code = "import numpy as np\ndef double(x):\n    return x * np.loadtxt('data/factor.csv')"
    for student, text in (("ann", book(cell(code))), ("bob", "no notebook")):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{UNIT}.ipynb").write_text(text)
    work = [batch.Work(each._replace(files=None)) for each in students(tmp_path / "class", UNIT)]
    here = plain(graded(course, hidden, work, master=master))
    with connected(address, UNSAFE) as cluster:
        assert plain(graded(course, hidden, work, cluster, master)) == here
    assert [json.loads(line)["score"] for line, _ in here] == [2.0, 0.0]


def test_what_was_answered_here_is_judged_there_without_a_call(course, hidden, address, tmp_path):
    for student in ("ann", "bob"):
        (tmp_path / f"{student}.py").write_text("import time\ndef double(x):\n    return x * time.time_ns()\n")
    work = work_of(tmp_path)
    records = {each.handed_in.student: result.records for each, result in graded(course, hidden, work)}
    with connected(address, UNSAFE) as cluster:
        again = batch.grade(
            work,
            UNIT,
            hidden,
            batch.limits_of(course),
            cluster=cluster,
            records=lambda work: records[work.handed_in.student],
        )
        assert {each.handed_in.student: graded.records for each, graded in again} == records
        other = {each.handed_in.student: result.records for each, result in graded(course, hidden, work, cluster)}
    assert records["ann"] and all(other[student] != records[student] for student in records)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(course, hidden, address, tmp_path):
    for number in range(24):
        hand_in(tmp_path / "class", f"student-{number}", f"import time; time.sleep(0.3)\n{RIGHT}")
    with connected(address, UNSAFE) as cluster:
        processes = cluster.client.run(os.getpid)
        results = graded(course, hidden, work_of(tmp_path / "class"), cluster)
        first = next(results)
        victim = next(worker for worker, keys in cluster.client.processing().items() if keys)
        os.kill(processes[victim], signal.SIGKILL)
        found = [first, *results]
        assert set(cluster.client.run(os.getpid)) != set(processes)
    assert len({each.handed_in.student for each, _ in found}) == len(found) == 24
    assert {each.verdicts[0].outcome.value for _, each in found} == {"correct"}


def test_what_kills_every_worker_costs_only_itself(course, hidden, address, tmp_path):
    for student in ("ann", "bob", "killer", "zoe"):
        hand_in(tmp_path / "class", student, RIGHT)
    with connected(address, UNSAFE) as cluster:
        cluster.count = 1  # so that all four are one task
        found = {each.student: each for _, each in graded(course, hidden, work_of(tmp_path / "class"), cluster)}
    lost = found.pop("killer")
    assert {student: each.score for student, each in found.items()} == {"ann": 2.0, "bob": 2.0, "zoe": 2.0}
    assert (lost.verdicts[0].outcome.value, lost.judged) == ("grader_error", False)
    assert "its worker died each time" in lost.notes[0]


def test_nothing_is_left_on_the_workers(course, hidden, address, tmp_path):
    hand_in(tmp_path / "class", "ann", RIGHT)
    with connected(address, UNSAFE) as cluster:
        assert len(list(graded(course, hidden, work_of(tmp_path / "class"), cluster))) == 1
    with connected(address, UNSAFE) as cluster:
        cloudpickle.register_pickle_by_value(dask_cluster)  # it is not installed there
        within(20, lambda: not any(cluster.client.run(dask_cluster.zygotes).values()))
        assert all(left == [] for left in cluster.client.run(dask_cluster.scratch).values())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_workers_receive_packs_and_submissions_and_no_solution(course, hidden, address, tmp_path):
    import dask

    hand_in(tmp_path / "class", "ann", f"{RIGHT}# CANARY_SUBMISSION")
    with (
        dask.config.set({"distributed.comm.compression": None}),
        overheard(address) as (way, sent),
        connected(way, UNSAFE) as cluster,
    ):
        ((_, each),) = graded(course, hidden, work_of(tmp_path / "class"), cluster)
    assert each.score == 2.0
    assert b"CANARY_SUBMISSION" in sent
    assert packs.write(hidden[0]) in sent
    for secret in (b"CANARY_SOLUTION", b"CANARY_MISTAKE", b"CANARY_VARIANT", b"canary_oracle", b"solutions"):
        assert secret in course.author_file(f"{UNIT}/double").read_bytes() or secret == b"solutions"
        assert secret not in sent


def test_another_version_of_the_grader_is_refused(address, tmp_path):
    copy = tmp_path / "other"
    shutil.copytree(Path(batch.__file__).parents[1], copy / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "autograder" / "outcome.py").open("a") as file:
        file.write("# another version\n")
    with workers(tmp_path, address, count=1, PYTHONPATH=str(copy)):

        def refused() -> str:
            try:
                with connected(address, UNSAFE):
                    return ""
            except ClusterError as problem:
                return str(problem)

        said = within(30, refused)
    assert "the worker tcp://127.0.0.1:" in said
    assert "has chainrule" in said
    assert "install there what is installed here" in said


@pytest.fixture
def half_walled(tmp_path):
    """The address of a worker with walls, which was connected to, and of one without, which came after; and the first.

    As where libseccomp is not installed: neither Landlock nor system calls can be asked for by name there.
    """
    (tmp_path / "less").mkdir()
    (tmp_path / "less" / "pyseccomp.py").write_text("raise ImportError('libseccomp is not installed')\n")
    path = os.pathsep.join([str(tmp_path / "less"), os.environ.get("PYTHONPATH", "")])
    with (
        scheduler(tmp_path, "--host", "127.0.0.1") as address,
        workers(tmp_path, address, count=1),
        connected(address, False) as early,
        workers(tmp_path / "less", address, count=1, PYTHONPATH=path),
    ):
        within(30, lambda: early._workers() == 2)
        yield address, early


@pytest.mark.skipif(UNSAFE, reason="no worker of this machine has walls")
def test_a_worker_without_walls_grades_nobody_unless_told(course, hidden, half_walled, tmp_path):
    address, early = half_walled
    for number in range(24):
        hand_in(tmp_path / "class", f"student-{number}", f"import time; time.sleep(0.1)\n{RIGHT}")
    with pytest.raises(ClusterError) as asked, connected(address, False):
        pass
    with pytest.raises(ClusterError) as at_its_first_work:
        list(graded(course, hidden, work_of(tmp_path / "class"), early))
    for refused in (asked, at_its_first_work):
        said = str(refused.value)
        assert "students' code is not walled off well enough on the worker tcp://127.0.0.1:" in said
        assert "tier D, without landlock, seccomp" in said
        assert "`autograder doctor` there" in said and "--unsafe" in said
    with connected(address, True) as cluster:
        assert "tier D" in str(cluster)
        found = [each.score for _, each in graded(course, hidden, work_of(tmp_path / "class"), cluster)]
    assert found == [2.0] * 24


def test_without_encryption_nobody_connects_to_another_machine():
    # 0.0.0.0 is no loopback address, but who does connect gets here.
    with socket.create_server(("0.0.0.0", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]
        for given in (f"tcp://0.0.0.0:{port}", f"0.0.0.0:{port}", "tcp://dask.example.org:8786", "ucx://127.0.0.1:1"):
            with pytest.raises(ClusterError, match="not encrypted"), connected(given, UNSAFE):
                pass
        with pytest.raises(BlockingIOError):
            listening.accept()


def autograder(root: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", "grade", UNIT, *words, *(["--unsafe"] if UNSAFE else [])]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=120, env={**os.environ, "COLUMNS": "120"} | settings
    )


def test_off_this_machine_certificates_are_what_counts(course, tmp_path):
    ours, theirs = certificates(tmp_path, ["ours", "theirs"]).values()
    hand_in(tmp_path / "class", "ann", RIGHT)
    words = ("--course", str(tmp_path / "class"), "--scheduler")
    with (
        scheduler(tmp_path, "--host", "tls://127.0.0.1", **ours) as address,
        workers(tmp_path, address, count=1, **ours),
    ):
        assert address.startswith("tls://127.0.0.1:")
        done = autograder(course.root, *words, address, **ours)
        assert done.returncode == 0, done.stderr
        assert "1 submissions in" in done.stdout
        assert "with 1 workers" in done.stdout
        for settings in ({}, theirs):
            refused = autograder(course.root, *words, address, "--all", **settings)
            assert refused.returncode == 2
            assert "cannot be reached" in refused.stderr
            assert "Traceback" not in refused.stderr
    assert json.loads((course.root / "reports" / f"{UNIT}.jsonl").read_text())["score"] == 2.0


def test_a_large_submission_travels_in_bounds(tmp_path):
    folder = tmp_path / "class" / "ann"
    folder.mkdir(parents=True)
    (folder / "arithmetic.py").write_text(RIGHT)
    for number in range(20):
        with (folder / f"more_{number:02}.py").open("wb") as file:
            file.truncate(15 << 20)
    (work,) = work_of(tmp_path / "class")
    parcel = packed(work)
    assert Path("ann/arithmetic.py") in parcel.files
    assert parcel.size <= 200 << 20
