"""Archives are read in memory, within limits: what was built to mislead is refused with a sentence."""

import io
import resource
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from handing_in import NAMES, RELU
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.running import archives
from autograder.running.submission import HandedIn, SubmissionError, read, students

ZEROS = bytes(10_000_000)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return content.getvalue()


def kind(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def path_of(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "class.zip"
    path.write_bytes(data)
    return path


def changed(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """With other bytes at an offset of the table of contents' entry for `name`."""
    place = data.index(b"PK\x01\x02")
    while data[place + 46 : place + 46 + len(name)] != name.encode():
        place = data.index(b"PK\x01\x02", place + 1)
    return data[: place + offset] + value + data[place + offset + len(value) :]


FLAGS, METHOD, UNPACKED, LOCAL = 8, 10, 24, 42  # offsets in an entry of the table of contents


def zip64(extra: bytes) -> bytes:
    """An archive that says the size of `ann.py` in a field for archives over 4 GB."""
    data = zipped(("ann.py", RELU), ("bea.py", RELU))
    data = changed(changed(data, "ann.py", UNPACKED, b"\xff" * 4), "ann.py", 30, struct.pack("<H", len(extra)))
    place = data.index(b"PK\x01\x02") + 46 + len("ann.py")
    data = data[:place] + extra + data[place:]
    length = struct.unpack("<I", data[-10:-6])[0] + len(extra)
    return data[:-10] + struct.pack("<I", length) + data[-6:]


def problems(path: Path) -> dict[str, str]:
    return {item.name: item.problem for item in archives.listed(path) if not item.name.endswith("/")}


@pytest.mark.parametrize(
    ("name", "known_as", "sentence"),
    [
        ("../../ann.py", "ann.py", "leads out of the archive"),
        ("ann/../../../etc/cron.d/x.py", "ann/etc/cron.d/x.py", "leads out of the archive"),
        ("/etc/passwd.py", "etc/passwd.py", "is an absolute path"),
        ("C:/ann.py", "ann.py", "is an absolute path"),
        ("\\\\server\\ann.py", "server/ann.py", "is an absolute path"),
        ("ann\\relu.py", "ann/relu.py", "has a backslash in its name"),
        ("ann\x1b[31m.py", "ann\x1b[31m.py", "has control characters in its name"),
        ("ann\u202eyp.py", "ann\u202eyp.py", "has control characters in its name"),
        ("a" * 300 + ".py", "a" * 300 + ".py", "has a name of more than 255 bytes"),
        (kind("ann.py", stat.S_IFLNK | 0o777), "ann.py", "is a link and was not followed"),
        (kind("ann.py", stat.S_IFIFO | 0o777), "ann.py", "is not an ordinary file"),
        (kind("ann.py", stat.S_IFCHR | 0o777), "ann.py", "is not an ordinary file"),
    ],
)
def test_a_bad_entry_costs_only_that_student(tmp_path: Path, name, known_as: str, sentence: str) -> None:
    path = path_of(tmp_path, zipped((name, RELU), ("bea.py", RELU)))
    found = problems(path)
    assert found["bea.py"] == ""
    assert sentence in found[known_as]
    assert found[known_as].isprintable()
    *others, bea = sorted(students(path, "unit"), key=lambda each: each.student == "bea")
    assert read(bea, "unit", NAMES).cells[0].source == RELU
    (other,) = others
    assert sentence in other.problem or "is no student id" in other.problem


def test_a_name_with_a_nul_in_it_is_refused(tmp_path: Path) -> None:
    data = zipped(("annX.py", RELU), ("bea.py", RELU)).replace(b"annX.py", b"ann\0.py")
    assert "has control characters in its name" in problems(path_of(tmp_path, data))["ann"]
    nameless = zipped(("Xann.py", RELU), ("bea.py", RELU)).replace(b"Xann.py", b"\0ann.py")
    assert problems(path_of(tmp_path, nameless)) == {"bea.py": ""}


@pytest.mark.parametrize(
    ("offset", "value", "sentence"),
    [(FLAGS, b"\x01\x00", "is encrypted"), (METHOD, b"\x0c\x00", "is compressed in an unusual way")],
)
def test_what_cannot_be_counted_while_it_is_unpacked_is_refused(tmp_path, offset, value, sentence) -> None:
    data = changed(zipped(("ann.py", RELU), ("bea.py", RELU)), "ann.py", offset, value)
    ann, bea = students(path_of(tmp_path, data), "unit")
    assert sentence in ann.problem
    assert read(bea, "unit", NAMES).cells


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("ann/unit.py", "ann/unit.py", "is in the archive 2 times"),
        ("ann/unit.py", "ann/Unit.py", "looks like ann/unit.py"),
        ("ann/unit.py", "Ann/unit.py", "looks like ann/unit.py"),
        ("Zoë/unit.py", "Zoe\u0308/unit.py", "looks like"),
        ("ann/unit.py", "ann/un\u200bit.py", "looks like ann/unit.py"),
        ("ann/unit.py", "./ann//unit.py", "looks like ann/unit.py"),
        ("ann/unit.py", "ann/unit.py/data.csv", ""),
    ],
)
def test_of_two_files_that_look_alike_none_is_chosen(tmp_path: Path, first: str, second: str, sentence: str) -> None:
    path = path_of(tmp_path, zipped((first, RELU), (second, "def relu(z): return 2"), ("bea.py", RELU)))
    found = archives.listed(path)
    assert found[0].problem and found[-1].problem == ""
    assert any(sentence in item.problem for item in found)
    *theirs, bea = students(path, "unit")
    assert all(each.problem for each in theirs)
    assert read(bea, "unit", NAMES).cells


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is no zip archive, or a damaged one"),
        (b"hello" * 100, "is no zip archive, or a damaged one"),
        (zipped(("ann.py", RELU))[:-30], "is no zip archive, or a damaged one"),
        (zipped(("ann.py", RELU)).replace(b"PK\x01\x02", b"PK\x01\x03"), "is no zip archive, or a damaged one"),
        (zip64(struct.pack("<HHI", 1, 4, 7)), "is no zip archive, or a damaged one"),
        (zipped(*[(f"{n}.py", "") for n in range(20_001)]), "holds 20,001 files; at most 20,000 are taken"),
    ],
    ids=["empty", "text", "torn", "no table", "half a size", "many"],
)
def test_a_bad_archive_says_so(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(SubmissionError, match=sentence):
        students(path_of(tmp_path, data), "unit")


def test_entries_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    data = zipped(("ann.py", ZEROS), ("bea.py", RELU))
    at_ann = data[data.index(b"PK\x01\x02") + LOCAL :][:4]
    with pytest.raises(SubmissionError, match="files in it overlap, as in a zip bomb"):
        students(path_of(tmp_path, changed(data, "bea.py", LOCAL, at_ann)), "unit")


def test_a_table_of_contents_of_any_length_costs_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 100_000)
    data = zipped(*[(f"{n}.py", "") for n in range(3_000)])
    with pytest.raises(SubmissionError, match="its table of contents is longer than"):
        archives.listed(path_of(tmp_path, data))


def test_a_bomb_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    bomb = zipped(*[(f"ann/{n}.csv", ZEROS * 9) for n in range(4)], ("ann/relu.py", RELU), ("bea.py", ZEROS * 3))
    assert len(bomb) < 500_000
    ann, bea = students(path_of(tmp_path, bomb), "unit")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = read(ann, "unit", NAMES)
    assert [name for name, _ in taken.files] == ["relu.py", "0.csv"]
    assert taken.notes == ("1.csv, 2.csv, 3.csv did not go along: at most 200 files and 100 MB do.",)
    with pytest.raises(SubmissionError, match=r"bea\.py is 30 MB; at most 20 MB are read"):
        read(bea, "unit", NAMES)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000  # kB; 360 MB are in there


@pytest.mark.parametrize("claimed", [10, 2**31, 2**32 - 2])
def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path, claimed: int) -> None:
    data = changed(zipped(("ann.py", RELU * 100)), "ann.py", UNPACKED, struct.pack("<I", claimed))
    (ann,) = students(path_of(tmp_path, data), "unit")
    with pytest.raises(SubmissionError, match=r"is damaged in its archive|MB are read"):
        read(ann, "unit", NAMES)


def test_bytes_that_cannot_be_unpacked_are_damage(tmp_path: Path) -> None:
    data = bytearray(zipped(("ann.py", RELU * 100)))
    data[36:46] = b"\xff" * 10  # behind the entry's header and name
    (ann,) = students(path_of(tmp_path, bytes(data)), "unit")
    with pytest.raises(SubmissionError, match=r"ann\.py is damaged in its archive .*Download or make it again"):
        read(ann, "unit", NAMES)


def test_a_claim_of_a_million_gigabytes_costs_nothing(tmp_path: Path) -> None:
    ann, bea = students(path_of(tmp_path, zip64(struct.pack("<HHQ", 1, 8, 10**15))), "unit")
    assert read(bea, "unit", NAMES).cells
    with pytest.raises(SubmissionError, match=r"ann\.py is 1000000000 MB; at most 20 MB are read"):
        read(ann, "unit", NAMES)


@pytest.mark.parametrize(("encoding", "marked"), [("utf-8", True), ("utf-8", False), ("cp437", False)])
def test_names_are_read_in_the_encodings_that_programs_write(tmp_path: Path, encoding: str, marked: bool) -> None:
    data = zipped((f"{'z' * len('é'.encode(encoding))}.py", RELU), ("bea.py", RELU))
    data = data.replace(b"zz.py" if encoding == "utf-8" else b"z.py", "é.py".encode(encoding))
    if marked:  # in the entry's own header, and in the table of contents
        data = data[:6] + b"\x00\x08" + data[8:]
        place = data.index(b"PK\x01\x02")
        data = data[: place + FLAGS] + b"\x00\x08" + data[place + FLAGS + 2 :]
    bea, zoe = students(path_of(tmp_path, data), "unit")
    assert (bea.student, zoe.student) == ("bea", "é")
    assert read(zoe, "unit", NAMES).cells[0].source == RELU


def test_a_claim_of_more_than_is_there_is_found_out(tmp_path: Path) -> None:
    data = changed(zipped(("ann.py", RELU)), "ann.py", UNPACKED, struct.pack("<I", 5_000))
    (ann,) = students(path_of(tmp_path, data), "unit")
    with pytest.raises(SubmissionError, match="and 5,000 by its archive's table of contents"):
        read(ann, "unit", NAMES)


def test_much_code_in_many_files_is_bounded_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.running.files.MAX_BYTES", 1_000_000)
    code = "#" * 600_000
    (ann,) = students(path_of(tmp_path, zipped(("ann/relu.py", code), ("ann/sigmoid.py", code))), "unit")
    assert "ann handed in more than 0 MB of code." in read(ann, "unit", NAMES).notes


SAMPLE = zipped(("ann/unit.py", RELU), ("bea.py", RELU * 50), ("data.csv", b"1,2\n" * 30))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_is_done_to_an_archive_it_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    spoilt = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        # The table of contents is where the lies are told.
        place = data.draw(st.integers(0, len(SAMPLE) - 1) | st.integers(SAMPLE.index(b"PK\x01\x02"), len(SAMPLE) - 1))
        spoilt[place] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = path_of(Path(folder), bytes(spoilt[: data.draw(st.integers(len(SAMPLE) - 30, len(SAMPLE)))]))
        try:
            found = students(path, "unit")
        except SubmissionError as problem:
            assert str(problem).startswith("class.zip ")
            return
        for each in found:
            try:
                read(each, "unit", NAMES)
            except SubmissionError as problem:
                assert str(problem).isprintable()


def test_an_archive_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = path_of(tmp_path, zipped(("ann.py", "x = 1")))
    assert read(HandedIn("ann", path), "unit", NAMES).cells[0].source == "x = 1"
    path_of(tmp_path, zipped(("ann.py", "x = 22")))
    assert read(HandedIn("ann", path), "unit", NAMES).cells[0].source == "x = 22"
