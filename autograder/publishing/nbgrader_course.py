"""The course as nbgrader knows it: `source/` with the instructor's notebooks, and its configuration."""

import math
import re
from pathlib import Path

from autograder.course import Course
from autograder.selfcheck import ROAD

SOURCE = "source"
CONFIG = "nbgrader_config.py"

WRITTEN = "# Written by `autograder build`"

_CONFIG = rf"""{WRITTEN} from course.yml, and again at each build.
# Settings of your own go into nbgrader_local.py beside this file; it is read last.
import os
from pathlib import Path

here = Path(__file__).resolve().parent
c = get_config()
c.CourseDirectory.course_id = "{{course_id}}"

# `nbgrader autograde` starts its kernels with this environment: the check cells judge by the hidden cases.
os.environ["{ROAD}"] = str(here / "{{hidden}}")
# Seconds for each cell: at least what course.yml gives an exercise in all its cases.
c.Execute.timeout = {{timeout}}
# `nbgrader zip_collect` takes STUDENT_UNIT.ipynb, by itself or in an archive.
units = "{{units}}"
c.FileNameCollectorPlugin.named_regexp = r".*[/\\](?P<student_id>[\w.@-]+)_(?P<file_id>" + units + r")\.ipynb$"

if (here / "nbgrader_local.py").exists():
    load_subconfig("nbgrader_local.py", path=str(here))
"""


def config(course: Course, hidden: str) -> str:
    """nbgrader_config.py. hidden: the folder of the hidden packs in the course."""
    limits = course.limits
    timeout = math.ceil(max(limits.cell_seconds, limits.seconds + 5))  # 5: to start, and to show the card
    return _CONFIG.format(
        course_id=course_id(course.title), hidden=hidden, timeout=timeout, units="|".join(course.units)
    )


def course_id(title: str) -> str:
    """The course's name in nbgrader's exchange: the title as one word."""
    return re.sub(r"\W+", "_", title.lower()).strip("_") or "course"


def written_by_us(path: Path) -> bool:
    """Whether a file of an nbgrader course is one that `autograder build` made, and may make again."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.name == CONFIG:
        return text.startswith(WRITTEN)
    return path.stem == path.parent.name and '"chainrule": {' in text
