"""IPython's shell without a kernel: runs the cells of a notebook and keeps what they would have shown."""

import ast
import contextlib
import io
import linecache
import re
import sys
import traceback
from collections.abc import Iterator
from inspect import CO_COROUTINE
from typing import Any

import msgspec
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from autograder.child.frames import MAX_CELL_OUTPUT, Display, Error, Output, Result, Stream

NOT_RUN = ("bash", "sh", "script", "system", "sx", "perl", "ruby", "html", "js", "javascript", "pypy", "python", "python2", "python3")
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
MAX_FRAMES = 20


class Shown:
    """What a cell has shown so far. Past the limit the rest is counted and dropped."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.size = 0

    def stream(self, name: str, text: str) -> None:
        if not self._fits(len(text)):
            return
        text = clean(text)
        last = self.outputs[-1] if self.outputs else None
        if isinstance(last, _Lines) and last.name == name:
            last.parts.append(text)
        else:
            self.outputs.append(_Lines(name, text))

    def bundle(self, kind: type[Display] | type[Result], data: Any) -> None:
        """Rich output: of each form only text is kept (an image is text in base 64)."""
        texts = {clean(mime)[:100]: clean(text) for mime, text in dict(data).items() if type(text) is type(mime) is str}
        if texts and self._fits(sum(map(len, texts.values()))):
            self.outputs.append(kind(texts))

    def error(self, name: str, text: str, lines: list[str]) -> None:
        self.outputs.append(Error(clean(name)[:200], clean(text)[:2000], [clean(line)[:2000] for line in lines]))

    def json(self) -> bytes:
        """The outputs as JSON of at most MAX_CELL_OUTPUT bytes."""
        data = msgspec.json.encode([each.joined() if isinstance(each, _Lines) else each for each in self.outputs])
        # Letters outside ASCII count once above and take several bytes here.
        return data if len(data) <= MAX_CELL_OUTPUT else msgspec.json.encode([_TOO_MUCH])

    def _fits(self, size: int) -> bool:
        limit = MAX_CELL_OUTPUT // 2
        fitted = self.size <= limit
        self.size += size + 100
        if fitted and self.size > limit:
            self.outputs.append(_TOO_MUCH)
        return self.size <= limit


_TOO_MUCH = Stream("stderr", f"[the rest of this cell's output was left out: more than {MAX_CELL_OUTPUT // 2048} kB]\n")


class _Lines:
    """A stream that is still being written."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.parts = [text]

    def joined(self) -> Stream:
        return Stream("stdout" if self.name == "stdout" else "stderr", "".join(self.parts))


def clean(text: str) -> str:
    """Text that can be encoded: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Printed(io.TextIOBase):
    """Stands for stdout or stderr: hands text to `shown`, or only counts it."""

    encoding = "utf-8"

    def __init__(self, name: str, shown: Shown | None) -> None:
        self.label = name
        self.shown = shown
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.count += len(text)
        if self.shown is not None:
            self.shown.stream(self.label, text)
        return len(text)


@contextlib.contextmanager
def printing(shown: Shown | None) -> Iterator[Printed]:
    """Inside the block, what is printed goes to `shown`; a student's own redirection ends with the block."""
    out = Printed("stdout", shown)
    err = Printed("stderr", shown) if shown is not None else out
    sys.stdout, sys.stderr = out, err  # type: ignore[assignment]
    try:
        yield out
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
        self.shell.shown.bundle(Display, data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.shown.outputs.clear()


class _Hook(DisplayHook):
    def quiet(self) -> bool:
        return ";" in self.shell.source and self.semicolon_at_end_of_expression(self.shell.source)

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.shown.bundle(Result, format_dict)

    def log_output(self, format_dict: Any) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class CellShell(InteractiveShell):
    """Made once in the zygote; each forked child runs one notebook in its own copy."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False  # its thread would not survive the fork
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.autocall = 0
        self.shown = Shown()
        self.source = ""
        super().__init__(config=config, display_pub_class=_Publisher, displayhook_class=_Hook)
        CellShell._instance = InteractiveShell._instance = self  # what get_ipython() gives
        self.builtin_trap.activate()
        for name in INSTALLERS:
            self.register_magic_function(self._not_run(f"%{name}"), "line", name)
        for name in NOT_RUN:
            self.register_magic_function(self._not_run(f"%%{name}"), "cell", name)
        self.time_it = self.find_line_magic("timeit"), self.find_cell_magic("timeit")
        self.register_magic_function(lambda line: self.time_it[0](_once(line)), "line", "timeit")
        self.register_magic_function(lambda line, cell: self.time_it[1](_once(line), cell), "cell", "timeit")

    def run(self, source: str, name: str) -> BaseException | None:
        """Runs a cell called `name`, shows its last expression, and returns what stopped it."""
        self.shown, self.source = Shown(), source
        sys.displayhook = self.displayhook
        try:
            tree = self._tree(source, name)
            self.execution_count += 1
            self.events.trigger("pre_execute")
            for code in self._codes(tree, name):
                self._execute(code)
        except BaseException as problem:
            self._show(problem, name)
            return problem
        finally:
            with contextlib.suppress(BaseException):
                self.events.trigger("post_execute")  # matplotlib's inline figures are shown here
        return None

    def _tree(self, source: str, name: str) -> ast.Module:
        """The syntax tree; only what is not plain Python takes the long way through IPython's transformers."""
        try:
            if re.fullmatch(r"\w+", source.strip()):  # `ls`, `pwd`: perhaps a magic without its %
                source = self.prefilter_manager.prefilter_lines(source.strip())
            tree = ast.parse(source, name)
        except SyntaxError:
            source = self.transform_cell(source)
            if "\n" not in source.strip():
                source = self.prefilter_manager.prefilter_lines(source)
            tree = ast.parse(source, name)
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)
        return tree

    def _codes(self, tree: ast.Module, name: str) -> Iterator[Any]:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with self.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
            codes = [self.compile(tree, name, "exec")]
            if last is not None:
                codes.append(self.compile(ast.Interactive([last]), name, "single"))
        return iter(codes)

    def _execute(self, code: Any) -> None:
        if code.co_flags & CO_COROUTINE:
            self.loop_runner(eval(code, self.user_global_ns, self.user_ns))
        else:
            exec(code, self.user_global_ns, self.user_ns)

    def _show(self, problem: BaseException, name: str) -> None:
        self.shown.error(type(problem).__name__, message(problem), told(problem, name))

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """What IPython's own magics call when the code they run fails."""
        problem = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if isinstance(problem, BaseException):
            self._show(problem, "")

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        self.showtraceback()

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen; `%matplotlib inline` asks for none."""

    def ask_exit(self) -> None:
        """`exit()` in a cell ends nothing."""

    def system(self, cmd: str) -> None:
        """`!command`: says that it was not run."""
        print(f"[not run while grading: {cmd[:200]}]", file=sys.stderr)
        self.user_ns["_exit_code"] = 126

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        self.system(cmd)
        return SList([]) if split else ""

    def _not_run(self, magic: str) -> Any:
        return lambda line="", cell="": self.system(f"{magic} {line}".strip())


def _once(line: str) -> str:
    """`%timeit` measures for seconds; while grading once is enough, unless the student says how often."""
    return line if re.search(r"(^|\s)-[nr]", line) else f"-n1 -r1 {line}"


def message(problem: BaseException) -> str:
    """An exception's text. Its own `__str__` may raise."""
    try:
        return clean(str(problem))
    except Exception:
        return ""


def told(problem: BaseException, name: str) -> list[str]:
    """A traceback from the cell `name` on: what lies before it is the grader's."""
    frames = traceback.extract_tb(problem.__traceback__)
    start = next((i for i, frame in enumerate(frames) if frame.filename == name), 0)
    shown = traceback.StackSummary.from_list(frames[start:][-MAX_FRAMES:])
    ending = traceback.format_exception_only(type(problem), problem) if message(problem) else [type(problem).__name__]
    return ["Traceback (most recent call last):\n", *shown.format(), *ending]
