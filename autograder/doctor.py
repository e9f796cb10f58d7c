"""`autograder doctor`: how well students' code is walled off here, what is installed, and what would mend the rest."""

import importlib.metadata
import platform
import re
import shutil
import sys
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.running.isolation import survey

DISTRIBUTION = "chainrule"
PROGRAMS = {
    "bwrap": ("the outer wall of tier A", "apt install bubblewrap"),
    "chromium": ("the browser tests", "apt install chromium"),
}
TIERS = {
    "A": "an outer wall of namespaces, and every layer behind it",
    "B": "every layer but the outer wall",
    "C": "no Landlock, no system-call filter, or root that cannot become another user",
    "D": "limits at most",
}
CONTAINER = (
    'docker run --rm -it -v "$PWD":/course -w /course python:3.12 sh -c '
    "\"apt-get update && apt-get install -y libseccomp2 && pip install 'chainrule[staff]' && exec bash\""
)


def examined() -> dict[str, Any]:
    """Everything that is found, as plain data."""
    walls = survey()
    versions = {name: _version(name) for name in sorted(_wanted())}
    programs = {name: shutil.which(name) for name in PROGRAMS}
    missing = [name for name, version in versions.items() if version is None]
    mend = [f"pip install '{DISTRIBUTION}[staff]'"] if missing else []
    mend += [PROGRAMS[name][1] for name, path in programs.items() if path is None]
    return {
        "tier": walls.tier,
        "safe": walls.safe,
        "layers": [
            {"name": each.name, "holds": each.holds, "why": each.why, "stops": each.stops, "mend": each.mend}
            for each in walls.layers
        ],
        "landlock_abi": walls.plan.landlock.abi if walls.plan.landlock else 0,
        "python": sys.version.split()[0],
        "machine": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": versions,
        "programs": programs,
        "missing": missing,
        "mend": mend,
    }


def _wanted() -> set[str]:
    """The packages of students and staff, as this distribution declares them."""
    try:
        declared = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        declared = []
    wanted = [line for line in declared if "extra ==" not in line or "extra == 'staff'" in line.replace('"', "'")]
    return {match.group() for line in wanted if (match := re.match(r"[A-Za-z0-9_.-]+", line))}


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def show(found: dict[str, Any], console: Console) -> None:
    """Prints what was found: first what matters for other people's code."""
    tier = found["tier"]
    style = "bold green" if found["safe"] else "bold red"
    console.print(Text(f"isolation: tier {tier} — {TIERS[tier]}", style))
    console.print(_layers(found))
    if not found["safe"]:
        console.print(Text("\n`autograder grade` refuses to run here without --unsafe. A container gives tier B:"))
        console.print(Text(f"  {CONTAINER}", "bold"), soft_wrap=True)
    console.print(Text(f"\nPython {found['python']} on {found['machine']}"))
    there = [f"{name} {version}" for name, version in found["packages"].items() if version]
    console.print(Text(", ".join(there), "dim"))
    for name in found["missing"]:
        console.print(Text(f"missing: {name}", "yellow"))
    for name, path in found["programs"].items():
        if path is None:
            console.print(Text(f"missing: {name}, for {PROGRAMS[name][0]}", "yellow"))
    for command in found["mend"]:
        console.print(Text(f"  mend it with: {command}", "bold"))


def _layers(found: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for layer in found["layers"]:
        if layer["holds"]:
            version = f" (ABI {found['landlock_abi']})" if layer["name"] == "landlock" else ""
            table.add_row(Text("✓", "green"), layer["name"], Text(f"a student's code {layer['stops']}{version}"))
        else:
            said = f"off: {layer['why']}. So it does not hold that a student's code {layer['stops']}."
            table.add_row(Text("✗", "red"), layer["name"], Text(f"{said}\nmend it: {layer['mend']}"))
    return table


def healthy(found: dict[str, Any]) -> bool:
    """Whether classes can be graded here."""
    return bool(found["safe"]) and not found["missing"]
