"""What `autograder verify` shows: a matrix of exercise × evidence, then what failed."""

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.proving.matrix import Evidence, Proof

COLUMNS = (
    ("expect", "lecture"),
    ("oracle", "oracles"),
    ("mistake", "mistakes"),
    ("variant", "variants"),
    ("stub", "stub"),
)


SHORT = {"PyTorch": "torch", "SymPy": "sympy", "finite differences": "differences", "brute force": "loop"}


def as_json(proofs: Sequence[Proof]) -> str:
    """`{"ok": …, "exercises": {name: {"ok": …, "evidence": […]}}}`."""
    exercises = {proof.exercise: {"ok": proof.ok, "evidence": proof.evidence} for proof in proofs}
    return msgspec.json.encode({"ok": all(proof.ok for proof in proofs), "exercises": exercises}).decode()


def show(proofs: Sequence[Proof], console: Console | None = None) -> None:
    """Prints the matrix, each failed piece of evidence, and the count."""
    console = console or Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise", no_wrap=True)
    for _, title in COLUMNS:
        table.add_column(title)
    for proof in proofs:
        table.add_row(Text(proof.exercise), *(_cell(kind, proof.of(kind)) for kind, _ in COLUMNS))
    console.print(table, soft_wrap=True)
    failed = [(proof, item) for proof in proofs for item in proof.evidence if not item.ok]
    for proof, item in failed:
        console.print(Text(f"\n✗ {proof.exercise}: {item.kind} {item.name}", "bold red"))
        console.print(Text(f"  {item.detail}"))
    proven = sum(proof.ok for proof in proofs)
    console.print(
        Text(f"\n{proven} of {len(proofs)} exercises are proven.", "bold" if proven == len(proofs) else "bold red")
    )
    if failed:
        console.print("Mend the author's file that is named above, then run it again with the exercise's name.")


def _cell(kind: str, evidence: Sequence[Evidence]) -> Text:
    if not evidence:
        return Text("–", "dim")
    ok = all(item.ok for item in evidence)
    mark, style = ("✓", "green") if ok else ("✗", "red")
    if kind == "stub":
        return Text(mark, style)
    if kind == "oracle":
        return Text(f"{mark} {', '.join(dict.fromkeys(SHORT.get(item.name, item.name) for item in evidence))}", style)
    right = sum(item.ok for item in evidence)
    # The reference is judged with the variants and is none of them.
    less = 1 if kind == "variant" else 0
    return Text(f"{mark} {right - less if ok else right}{'' if ok else f' of {len(evidence)}'}", style)
