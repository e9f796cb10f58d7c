"""A hook of mkdocs.yml: every page of the site lies where it lies in the repository.

So a link such as `../benchmarks/RESULTS.md` leads to the same page on the site and where the repository is read, and
`mkdocs build --strict` tries all of them.
"""

from itertools import chain
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

# What is part of the site, besides docs/.
OUTSIDE = ("README.md", "benchmarks/RESULTS.md", "solutions/models/trained/*.md", "solutions/models/trained/*.svg")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """mkdocs reads docs/ alone, and calls its files by their paths in there: by those in the repository instead."""
    root = Path(config.docs_dir).parent
    docs = (Path(file.abs_src_path or "") for file in files if file.src_dir == config.docs_dir)
    paths = [path.relative_to(root).as_posix() for path in chain(docs, *(root.glob(each) for each in OUTSIDE))]
    ours = [File(path, str(root), config.site_dir, config.use_directory_urls) for path in paths]
    return Files([*(file for file in files if file.src_dir != config.docs_dir), *ours])
