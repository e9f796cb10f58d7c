"""Which walls this machine has: tried, told, and insisted on."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from autograder.child.confinement import Plan
from autograder.running import isolation, syscalls
from autograder.running.forkserver import Zygote, ZygoteError
from autograder.running.isolation import Isolation, NotSafe
from autograder.running.sandbox import Sandbox


def doctor(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """`autograder doctor` in a process of its own, after `code`."""
    run = f"import sys\nsys.argv = ['autograder', 'doctor', *{arguments!r}]\nfrom autograder.cli import main\nmain()"
    program = f"{code}\n{run}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


WITHOUT = "from autograder.running import isolation\nlowered = isolation.survey({})\nisolation.survey = lambda: lowered"


@pytest.mark.parametrize(
    ("less", "tier", "off"),
    [
        ({"namespaces": False, "newest_abi": 0}, "C", "landlock"),
        ({"namespaces": False, "filtered": False}, "C", "seccomp"),
        ({"namespaces": False, "newest_abi": 0, "filtered": False}, "D", "landlock, seccomp"),
    ],
)
def test_a_tier_is_what_holds(less: dict[str, bool], tier: str, off: str) -> None:
    found = isolation.survey(**less)  # type: ignore[arg-type]
    assert found.tier == tier and not found.safe
    assert {layer.name for layer in found.layers if not layer.holds} >= set(off.split(", "))
    with pytest.raises(NotSafe, match=r"tier [CD].*autograder doctor.*--unsafe"):
        found.must_be_safe()


def test_a_layer_that_is_found_but_refused_later_is_never_a_students_zero() -> None:
    found = isolation.survey()
    broken = msgspec.structs.replace(found.plan, filter=b"\x00" * 8)  # no program that the kernel takes
    with Sandbox(msgspec.structs.replace(found, plan=broken)) as sandbox:
        from test_sandbox import DOUBLE, LIMITS, notebook, pack

        answers = sandbox.answers(notebook(DOUBLE), [pack("double")], LIMITS).answers["unit/double"]
    assert {answer.status.value for answer in answers} == {"lost"}


def test_a_wall_that_cannot_be_put_up_is_said_in_a_sentence() -> None:
    with pytest.raises(ZygoteError, match=r"The grading process has ended.*"):
        Zygote(Isolation("A", (), Plan(), ("/bin/false",)))


def test_the_doctor_names_each_layer_and_what_it_stops() -> None:
    done = doctor("--json")
    found = json.loads(done.stdout)
    assert found["tier"] == isolation.survey().tier
    assert {layer["name"] for layer in found["layers"]} >= {"namespaces", "landlock", "seccomp", "limits", "reaping"}
    assert all(layer["stops"] and layer["mend"] for layer in found["layers"])
    assert found["packages"]["numpy"]


def test_the_doctor_says_what_is_off_what_that_means_and_what_mends_it() -> None:
    done = doctor(code=WITHOUT.format("namespaces=False, filtered=False"))
    text = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "tier C" in text and "docker run" in text
    assert "off: libseccomp is not installed, or it is switched off. So it does not hold that" in text
    assert "apt install libseccomp2" in text


def test_grading_is_refused_on_a_machine_without_walls_unless_told(tmp_path: Path) -> None:
    lowered = WITHOUT.format("namespaces=False, newest_abi=0, filtered=False")
    program = f"{lowered}\nfrom autograder.grading import session\nsession.survey = isolation.survey\n"
    program += "import sys\nsys.argv = ['autograder', 'grade', 'unit']\nfrom autograder.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "not walled off well enough" in done.stderr and "--unsafe" in done.stderr
    program = program.replace("'unit']", "'unit', '--unsafe']")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "there is no course.yml" in done.stderr


def test_the_filter_can_be_written_for_another_architecture() -> None:
    import pyseccomp

    for arch in (pyseccomp.Arch.X86_64, pyseccomp.Arch.AARCH64):
        program = syscalls.program(signals=True, arch=arch)
        assert len(program) % 8 == 0 and len(program) > 800
    assert syscalls.program(signals=True) != syscalls.program(signals=False)


def test_what_may_be_read_holds_no_course_and_no_home() -> None:
    root = Path(__file__).parents[1]
    for path in map(Path, isolation.readable()):
        assert not root.is_relative_to(path)
        assert path != Path.home() and path not in Path.home().parents
        for secret in ("solutions", "hidden_packs", "course.secret"):
            assert not (root / secret).is_relative_to(path)
