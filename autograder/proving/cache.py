"""Proofs that were found before, kept by the content of everything they rest on.

Only proofs that hold are kept: what failed is tried again, for the machine may have been at fault. The course's
secret is no part of the key: what holds must not hang on the luck of a draw.
"""

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

import autograder
from autograder.proving.proof import Proof

FOLDER = Path(".cache") / "verify"
LIBRARIES = ("numpy", "scipy", "sympy", "mpmath", "torch")


class Kept(msgspec.Struct):
    key: str
    proof: Proof


def key(author_file: Path, seconds: float) -> str:
    """What a proof rests on: the author's file, the models it names, this package, the libraries, limit and machine."""
    # Loading the file says what is wrong where there is none, or none that is text.
    content = author_file.read_bytes() if author_file.is_file() else b""
    digest = hashlib.sha256(f"{_surroundings()}\0{seconds:g}\0".encode() + content)
    models = author_file.parent.parent / "models"
    trained = sorted(path for path in models.glob("trained/*.safetensors") if path.stem.encode() in content)
    # A card has the hash of its weights, and weights that of their card.
    for path in [*trained, *sorted(models.glob("*.py"))] if trained else []:
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def load(root: Path, identity: str, wanted: str) -> Proof | None:
    """The proof kept for an exercise, if it was made of the same."""
    try:
        kept = msgspec.json.decode(_place(root, identity).read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    return kept.proof if kept.key == wanted and kept.proof.exercise == identity else None


def save(root: Path, proof: Proof, made_of: str) -> None:
    """Keeps a proof. Does nothing where the folder cannot be written."""
    if not proof.ok:
        return
    place = _place(root, proof.exercise)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        written = place.with_suffix(".new")
        written.write_bytes(msgspec.json.encode(Kept(made_of, proof)))
        written.replace(place)
    except OSError:
        return


def _place(root: Path, identity: str) -> Path:
    return root / FOLDER / f"{identity}.json"


@cache
def _surroundings() -> str:
    """The package's own text and what it computes with."""
    package = Path(autograder.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    return "\n".join([digest.hexdigest(), platform.python_version(), platform.machine(), *map(_version, LIBRARIES)])


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
