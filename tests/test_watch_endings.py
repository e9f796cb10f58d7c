"""`autograder watch` stays alive whatever the student's code does, and leaves the terminal as it was."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pexpect
import pytest
from terminals import write

from autograder import pack

pytest_plugins = ["watched"]


def limit(folder: Path, seconds: float) -> None:
    path = folder / "exercises/arithmetic/packs/double.pack"
    path.write_bytes(pack.write(msgspec.structs.replace(pack.read_file(path), seconds=seconds)))


def test_a_loop_is_stopped_and_does_not_keep_one_from_saving_again(folder, terminal):
    limit(folder, 2.0)
    screen = terminal()
    screen.shows("to do")
    write(folder, "while True: pass")
    screen.shows("checking arithmetic/double for 1 s")
    write(folder, "return x + x")
    assert screen.shows("double: public checks passed") < 2.0
    write(folder, "while True: pass")
    screen.shows("double: took too long", "It took longer than 2 seconds and was stopped.")


ENDINGS = {
    "os._exit": ("import os; os._exit(0)", "The process ended while it ran."),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", "The process ended while it ran."),
    "deaf to alarms": (
        "import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]); time.sleep(99)",
        "It took longer than 0.3 seconds and was stopped.",
    ),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_a_process_that_is_lost_costs_its_exercise_alone(folder, terminal, how):
    body, said = ENDINGS[how]
    limit(folder, 0.3)
    write(folder, body)
    write(folder, "return x + x", "arithmetic/again")
    screen = terminal()
    screen.shows("1 of 3 pass")
    screen.press("n")
    screen.shows("arithmetic/double", said)
    write(folder, "return x + x")
    screen.shows("double: public checks passed", "2 of 3 pass")


def test_what_a_student_prints_or_asks_for_does_not_touch_the_screen(folder, terminal):
    screen = terminal()
    screen.shows("to do")
    noisy = "import os; os.write(1, b'NOISE'); os.system('echo NOISE; echo NOISE >&2'); input(); return x"
    write(folder, noisy)
    screen.shows("It raised EOFError")
    write(folder, "raise ValueError('[/red] \\x1b]52;c;aGk=\\x07 \\x1b[2J')")
    screen.shows("It raised ValueError", "[/red]")
    assert "NOISE" not in screen.text
    assert b"\x1b]52" not in screen.sent and b"\x1b[2J" not in screen.sent.replace(b"\x1b[2J\x1b[H", b"")


MODE = "import sys, termios; print('MODE', termios.tcgetattr(sys.stdin)[:4])"


@pytest.mark.parametrize("how", ["q", "\x04", "\x03", signal.SIGTERM, signal.SIGHUP, "a fault"])
def test_the_terminal_is_as_it_was_however_it_ends(folder, terminal, how):
    """A shell stays in the terminal: what it finds there afterwards is what counts."""

    fault = "from autograder.watch import screen; screen.draw = None; " if how == "a fault" else ""
    code = f"import sys; sys.argv[1:] = ['watch']; {fault}from autograder.cli import main; main()"
    command = f'{sys.executable} -c "{code}"'
    written = io.StringIO()
    shell = pexpect.spawn("sh", cwd=str(folder), env={**os.environ, "TERM": "xterm"}, encoding="utf-8", timeout=30)
    shell.sendline(f"PS1='$ '; {sys.executable} -c \"{MODE}\"")
    shell.expect(r"MODE (\[.*?\])")
    before, shell.logfile_read = shell.match[1], written
    shell.sendline(command)
    if fault:
        shell.expect("TypeError")
    else:
        shell.expect("q.{0,20}quit")
        if isinstance(how, str):
            shell.send(how)
        else:
            found = subprocess.run(["pgrep", "-P", str(shell.pid)], capture_output=True, text=True, check=True)
            os.kill(int(found.stdout.split()[0]), how)
    shell.sendline("")
    shell.sendline(f'echo "status $?"; {sys.executable} -c "{MODE}"')
    shell.expect(r"MODE (\[.*?\])")
    assert shell.match[1] == before
    left = written.getvalue().rindex("\x1b[?1049l")
    assert "\x1b[?1049h" not in written.getvalue()[left:] and "\x1b[?25l" not in written.getvalue()[left:]
    assert "\x1b[?25h" in written.getvalue()
    shell.close(force=True)


def test_it_can_be_suspended_and_comes_back(folder):

    shell = pexpect.spawn("bash", ["--norc", "-i"], cwd=str(folder), env={**os.environ, "TERM": "xterm"}, timeout=30)
    shell.sendline(f"{sys.executable} -m autograder.cli watch")
    shell.expect("q.{0,20}quit")
    shell.send("\x1a")
    shell.expect("Stopped")
    shell.sendline("fg")
    shell.expect("0 of 3 pass")
    shell.send("q")
    shell.expect("0 of 3 exercises pass")
    shell.close(force=True)
