"""`autograder watch`, as somebody uses it: in a terminal, with an editor that saves and with keys."""

import io
import re
import subprocess
import sys
import time

import pytest
from rich.console import Console
from terminals import Terminal, write, write_cell

from autograder.watch.checker import Report
from autograder.watch.checking import Item, Seen
from autograder.watch.loop import Watch

pytest_plugins = ["watched"]


def test_it_says_where_one_is_what_is_next_and_how_far(terminal):
    screen = terminal()
    screen.shows("1 of 3 · exercises/warming/first.py", "warming/first: to do")
    screen.shows("░" * 40 + " 0 of 3 pass their public checks", "next: write first.py and save it")


def test_a_save_shows_that_exercise_s_feedback_and_moves_the_bar(folder, terminal):
    screen = terminal()
    screen.shows("warming/first: to do")
    write(folder, "return x**2")
    screen.shows("✗ arithmetic/double: wrong", "→ That is the square.", "next: mend double.py and save it")
    write(folder, "return x + x")
    screen.shows("✓ arithmetic/double: public checks passed", "Hidden cases are checked", "1 of 3 pass")
    assert "█" * 13 + "░" * 27 in screen.text
    assert "next: arithmetic/again (n)" in screen.text
    assert "all passed" not in screen.text


def test_a_notebook_that_is_saved_shows_the_exercise_that_changed(folder, terminal):
    screen = terminal()
    screen.shows("warming/first: to do")
    write_cell(folder, "return x.copy()", "again")
    screen.shows("✗ arithmetic/again: wrong", "→ You return x itself.")
    write_cell(folder, "return 2 * x")
    screen.shows("✓ arithmetic/double: public checks passed")


def test_what_is_heard_of_a_file_that_was_saved_meanwhile_does_not_count(folder, monkeypatch):
    # Nobody knows which text it is about; of the new one it would look as if nothing had changed by the save.
    watch = Watch(folder / "exercises", Console(file=io.StringIO()))
    item = Item(str(folder / "exercises" / "arithmetic"), "again")
    seen, asked = Seen(item, "wrong", "wrong", "You return x itself.", (), ()), []
    monkeypatch.setattr(watch.checker, "heard", lambda _: seen)
    monkeypatch.setattr(watch.checker, "check", asked.extend)
    write_cell(folder, "return x.copy()", "again")
    watch._happened(Report(None, None))
    assert not watch.seen
    watch._look()
    assert item in asked
    watch._happened(Report(None, None))
    assert [each.item for each in watch.seen.values()] == [item] and watch.here.name == "again"
    watch.checker.close()


def test_an_editor_that_moves_its_file_into_place_is_noticed(folder, terminal):
    screen = terminal()
    screen.shows("to do")
    path = folder / "exercises/warming/first.py"
    beside = path.with_suffix(".swp")
    beside.write_text(path.read_text().replace("raise NotImplementedError()", "return x + x"))
    path.unlink()
    time.sleep(0.3)
    beside.rename(path)
    screen.shows("warming/first: public checks passed")


def test_keys_for_hint_next_list_run_again_and_quit(folder, terminal):
    write(folder, "return x**2")
    screen = terminal()
    screen.shows("warming/first: to do")
    assert "hint" not in screen.text  # it has none
    screen.press("n")
    screen.shows("arithmetic/double: wrong", "h hint 1 of 3 · n next")
    screen.press("h")
    screen.shows("Hint 1 of 3, a question:", "What is lacking?", "h hint 2 of 3")
    assert "Each counts twice" not in screen.text
    screen.press("h")
    screen.shows("Hint 2 of 3, the idea:", "Each counts twice.", "→ That is the square.", "h hint 3 of 3")
    screen.press("h")
    screen.shows("3 becomes 6.", "h hint 1 of 3")
    screen.press("l")
    screen.shows("A course", "▸ ✗ arithmetic/double  wrong", "  · warming/first      to do", "l back")
    screen.press("l")
    screen.shows("3 becomes 6.")
    screen.press("r")
    screen.shows("arithmetic/double: wrong")
    screen.press("N")
    screen.shows("arithmetic/again: to do")
    screen.press("n")
    screen.shows("warming/first: to do")
    screen.press("\x1b[D")  # an arrow is none of the keys
    screen.press("q")
    assert screen.ended() == 0
    assert screen.sent.decode().rstrip().endswith("0 of 3 exercises pass their public checks. Next: warming/first")


def test_a_small_terminal_shows_all_of_it_screen_by_screen(folder, terminal):
    write(folder, "return x**2", "warming/first")
    screen = terminal(columns=40, rows=12)
    screen.shows("lines 1–", "space for more", "q quit", "0 of 3 pass their public checks")
    shown = screen.text
    for _ in range(8):
        screen.press(" ")
        screen.read(0.2)
        screen.read(0.2)
        shown += screen.text
        assert len(screen.lines) == 12 and screen.lines[-1]
    joined = re.sub(r"\s+", " ", shown)
    assert "warming/first: wrong" in joined and "That is the square." in joined
    screen.resize(100, 40)
    screen.shows("→ That is the square.", "░" * 40)
    assert "space for more" not in screen.text


def test_without_colours_nothing_is_lost(folder, terminal):
    write(folder, "return x**2", "warming/first")
    plain, coloured = terminal(NO_COLOR="1"), terminal()
    for screen in (plain, coloured):
        screen.shows("✗ warming/first: wrong", "→ That is the square.")
    colour = re.compile(rb"\x1b\[[0-9;]*3[0-9][0-9;]*m")
    assert not colour.search(plain.sent)
    assert colour.search(coloured.sent)


def test_without_a_terminal_it_says_so_in_a_sentence(folder):
    command = [sys.executable, "-m", "autograder.cli", "watch"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (result.returncode, result.stdout) == (2, "")
    said = "watch needs a terminal, for its screen and its keys. Elsewhere use: pytest exercises"
    assert result.stderr == f"autograder: {said}\n"


def test_a_folder_without_exercises_gets_a_sentence(tmp_path):
    screen = Terminal(tmp_path)
    screen.shows("there are no exercises in", "change to the folder that holds")
    assert screen.ended() == 2


@pytest.mark.parametrize("start", ["exercises", "exercises/arithmetic"])
def test_it_starts_anywhere_in_the_exercises(folder, start):
    screen = Terminal(folder / start)
    screen.shows("warming/first: to do", "0 of 3")
    screen.press("q")
    assert screen.ended() == 0
