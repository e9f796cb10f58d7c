"""What students wrote, on a terminal and in a spreadsheet: nothing of it controls the one or is run by the other."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from autograder.feedback import sanitise


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\tb\nc é ü 中 ∂ 👩‍🔬", "a\tb\nc é ü 中 ∂ 👩‍🔬"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]52;c;aGVsbG8=\x07x\x1b]8;;http://x\x1b\\y", "xy"),
        ("\x9b2Ja\x1b(Bb\x1bcc", "abc"),
        ("\x1bP1$r\x1b\\x\x1b_y\x1b\\z", "xz"),
        ("a\rb\bc\x00d\x07e\x7f\x85", "abcde"),
        ("a\u202eb\u2066c\u200bd\ufeffe\U000e0041f", "abcdef"),
        ("a\u2028b\ud800", "a\nb?"),
        ("\x1b\x1b[31m[31m", "[31m"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_no_control_sequence_reaches_a_terminal(text: str, safe: str) -> None:
    assert sanitise.terminal(text) == safe
    screen = io.StringIO()
    Console(file=screen, force_terminal=True, color_system=None, width=200).print(Text(sanitise.terminal(text)))
    assert screen.getvalue().rstrip("\n").encode() == safe.expandtabs(8).encode()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("hello", "hello"),
        ("x - 1 = y", "x - 1 = y"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'=1"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ('"=1"', '\'"=1"'),
        ("'=1", "''=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("\u200b=1", "'=1"),
        ("\xa0=1", "'=1"),
        ("a;=cmd|'/c calc'!A0", "a;'=cmd|'/c calc'!A0"),
        ("a\n=1", "a =1"),
    ],
)
def test_no_text_is_a_formula(text: str, safe: str) -> None:
    assert sanitise.spreadsheet(text) == safe
