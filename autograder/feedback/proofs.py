"""What `autograder verify` shows: a matrix of exercise × evidence, then what failed."""

import itertools
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.proving.proof import Evidence, Margin, Proof, Tally

COLUMNS = (
    ("expect", "lecture"),
    ("oracle", "oracles"),
    ("mistake", "mistakes"),
    ("variant", "variants"),
    ("stub", "stub"),
    ("hint", "hints"),
    ("mutant", "mutants"),
    ("margin", "margin"),
)

# What the matrix needs, and gets where it goes into a file.
WIDTH = 140
# With less, anything is wrapped.
NARROW = 118

SHORT = {
    "PyTorch": "torch",
    "SymPy": "sympy",
    "finite differences": "diff",
    "complex step": "complex",
    "trained model": "model",
    "brute force": "loop",
}
# What failed of these kinds is shown in the column of another.
WITH = {"explanation": "mutant", "public": "mutant"}


def as_json(proofs: Sequence[Proof]) -> str:
    """`{"ok": …, "exercises": {name: {"ok": …, "evidence": […], "mutants": {…}, "margin": {…}}}}`."""
    exercises = {
        proof.exercise: {"ok": proof.ok, "evidence": proof.evidence, "mutants": proof.mutants, "margin": proof.margin}
        for proof in proofs
    }
    return msgspec.json.encode({"ok": all(proof.ok for proof in proofs), "exercises": exercises}).decode()


def show(proofs: Sequence[Proof], console: Console | None = None) -> None:
    """Prints the matrix, each failed piece of evidence, and the count."""
    console = console or Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, WIDTH), file=console.file)
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("exercise", no_wrap=True)
    for kind, title in COLUMNS:
        # The oracles' column alone is wrapped where there is less room, and never below its longest word.
        table.add_column(
            title, no_wrap=kind != "oracle" and console.width >= NARROW, min_width=11 if kind == "oracle" else None
        )
    for proof in proofs:
        table.add_row(Text(proof.exercise), *(_styled(*cell(kind, proof)) for kind, _ in COLUMNS))
    console.print(table)
    failed = [(proof, item) for proof in proofs for item in proof.evidence if not item.ok]
    for proof, item in failed:
        console.print(Text(f"\n✗ {proof.exercise}: {item.kind} {item.name}", "bold red"))
        console.print(Text("\n".join(f"  {line}" for line in item.detail.splitlines())))
    proven = sum(proof.ok for proof in proofs)
    console.print(
        Text(f"\n{proven} of {len(proofs)} exercises are proven.", "bold" if proven == len(proofs) else "bold red")
    )
    for sentence in remarks(proofs):
        console.print(Text(sentence))
    if failed:
        console.print("Mend the author's file that is named above, then run it again with the exercise's name.")


def page(title: str, proofs: Sequence[Proof]) -> str:
    """The matrix as one self-contained HTML page: no script, everything escaped."""
    import jinja2

    loader = jinja2.PackageLoader("autograder.feedback")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("proofs.html").render(
        title=title,
        columns=[name for _, name in COLUMNS],
        units=[(unit, [_row(proof) for proof in group]) for unit, group in itertools.groupby(proofs, _unit)],
        proofs=proofs,
        proven=sum(proof.ok for proof in proofs),
        remarks=remarks(proofs),
        failed=[(proof, [item for item in proof.evidence if not item.ok]) for proof in proofs if not proof.ok],
    )


def _unit(proof: Proof) -> str:
    return proof.exercise.partition("/")[0]


def _row(proof: Proof) -> tuple[str, list[tuple[bool | None, str]]]:
    return proof.exercise.partition("/")[2], [cell(kind, proof) for kind, _ in COLUMNS]


def remarks(proofs: Sequence[Proof]) -> list[str]:
    """What is to be said below the matrix, a sentence each: of all mutants, of random answers, of narrow margins."""
    said = [total([proof.mutants for proof in proofs if proof.mutants])]
    chances = [proof.margin.chance for proof in proofs if proof.margin and proof.margin.chance is not None]
    if chances:
        said.append(f"A right answer to a random exercise fails with a chance below {max(chances):.0e}.")
    if without := [proof.exercise for proof in proofs if not proof.of("hint")]:
        said.append(f"No hints yet: {', '.join(without)}.")
    narrow = [(proof.exercise, proof.margin.reason) for proof in proofs if proof.margin and proof.margin.reason]
    said += [f"The margin of {exercise} is narrow, because {reason}." for exercise, reason in narrow]
    return list(filter(None, said))


def total(tallies: Sequence[Tally]) -> str:
    """The mutants of all exercises together, in a sentence; '' when there are none."""
    if not tallies:
        return ""
    equivalent = sum(len(tally.equivalent) for tally in tallies)
    wrong = sum(tally.total for tally in tallies) - equivalent
    killed, public = sum(tally.killed for tally in tallies), sum(tally.public for tally in tallies)
    explained = sum(tally.explained for tally in tallies)
    return (
        f"{wrong} mutants are wrong; the hidden packs reject {_share(killed, wrong)} of them, the public ones "
        f"{_share(public, wrong)}, and {_share(explained, wrong)} get an explanation. {equivalent} more are equivalent."
    )


def _share(part: int, whole: int) -> str:
    """In per cent; 100 only when it is all of them."""
    return "100 %" if part == whole else f"{min(99.9, 100 * part / max(whole, 1)):.1f} %"


def cell(kind: str, proof: Proof) -> tuple[bool | None, str]:
    """Whether a column's evidence holds (None when there is none), and what to write beside the mark."""
    evidence = [item for item in proof.evidence if WITH.get(item.kind, item.kind) == kind]
    if not evidence:
        return None, ""
    ok = all(item.ok for item in evidence)
    return ok, _words(kind, proof, evidence, ok)


def _words(kind: str, proof: Proof, evidence: Sequence[Evidence], ok: bool) -> str:
    right = sum(item.ok for item in evidence)
    if kind == "stub":
        return ""
    if kind == "hint":
        return f"{right}/{len(evidence)}"
    if kind == "oracle":
        return " ".join(dict.fromkeys(SHORT.get(item.name, item.name) for item in evidence))
    if kind == "mutant" and proof.mutants:
        equivalent = len(proof.mutants.equivalent)
        wrong = proof.mutants.total - equivalent
        return f"{proof.mutants.killed}/{wrong}" + (f" + {equivalent} eq." if equivalent else "")
    if kind == "margin" and proof.margin:
        return _room(proof.margin)
    # The reference is judged with the variants and is none of them.
    less = 1 if kind == "variant" else 0
    return f"{right - less}" if ok else f"{right} of {len(evidence)}"


def _room(margin: Margin) -> str:
    """`2e-16 ‥ 1e-09 ‥ 3e-04`: noise, tolerance, nearest wrong answer; of a law the factor it tells."""
    if margin.power is not None:
        return f"scale × {margin.power:.3g}"
    nearest = "–" if margin.nearest is None else f"{margin.nearest:.0e}"
    narrow = " (narrow)" if margin.reason else ""
    numbers = f"{margin.noise:.0e} ‥ {margin.tolerance:.0e} ‥ {nearest}"
    return numbers.replace("e-0", "e-").replace("e+00", "").replace("e+0", "e") + narrow


def _styled(ok: bool | None, words: str) -> Text:
    if ok is None:
        return Text("–", "dim")
    mark, style = ("✓", "green") if ok else ("✗", "red")
    return Text(f"{mark} {words}".strip(), style)
