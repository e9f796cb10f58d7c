"""Hostile submissions, one after the other through one worker: nothing adds up.

`make attacks` runs a thousand; here a few. HOSTILE is how many.
"""

import gc
import itertools
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from abuses import ABUSES
from attempts import ATTEMPTS
from cheats import CHEATS
from harness import WRONG, attacked, packs, walls
from world import World

from autograder.running.sandbox import Sandbox

HOSTILE = int(os.environ.get("HOSTILE", "25"))
ROOM_MB = 30  # Python's own allocations come and go


class LeftOver(NamedTuple):
    descriptors: int
    processes: int
    mounts: str
    temporary: list[str]


def left_over() -> LeftOver:
    """What could be left behind on this machine."""
    me = psutil.Process()
    gc.collect()  # what other tests left open
    temporary = sorted(path.name for path in Path(tempfile.gettempdir()).iterdir())
    return LeftOver(me.num_fds(), len(me.children(recursive=True)), Path("/proc/self/mounts").read_text(), temporary)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test's own, which a student's user may enter as it may /tmp."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.parametrize("name", ["A", "B/3"])
@pytest.mark.usefixtures("temporary")
def test_nothing_adds_up(name: str) -> None:
    found = walls(name)
    if found.tier != name[0]:
        pytest.skip(f"this machine does not offer tier {name[0]}: it has {found.tier}")
    every = [*ATTEMPTS, *ABUSES, *CHEATS]
    random.Random(1).shuffle(every)
    asked = packs(0.2)
    with World() as world, Sandbox(found) as sandbox:
        control = attacked(sandbox, world.facts(), WRONG, asked=asked)
        for each in every[:10]:
            attacked(sandbox, world.facts(), each.source, asked=asked)
        before, memory = left_over(), psutil.Process().memory_info().rss
        for each in itertools.islice(itertools.cycle(every), HOSTILE):
            result = attacked(sandbox, world.facts(), each.source, asked=asked)
            assert result.f.score == control.f.score
            assert result.g == control.g, each.name
        assert left_over() == before
        assert psutil.Process().memory_info().rss - memory < ROOM_MB * 2**20
