"""IPython's shell without a kernel: runs the cells of a notebook and keeps what they would have shown."""

import ast
import contextlib
import linecache
import re
import sys
import traceback
from inspect import CO_COROUTINE
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from autograder.child.frames import Display, Result
from autograder.child.output import Shown, clean

PROGRAMS = ("bash", "sh", "script", "perl", "ruby", "pypy", "python", "python2", "python3")
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
MAX_FRAMES = 20
# From the last line that is not indented, if it begins a function or a class.
ENDS_IN_DEFINITION = re.compile(r"^(?:def|class)[ \t][^\n]*+(?:\n[ \t][^\n]*+|\n)*+\Z", re.MULTILINE)


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        self.shell.shown.bundle(Display, data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.shown.outputs.clear()


class _Hook(DisplayHook):
    shell: Any

    def quiet(self) -> bool:
        ends: Any = self.semicolon_at_end_of_expression
        return ";" in self.shell.source and bool(ends(self.shell.source))

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

    compile: Any
    prefilter_manager: Any

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False  # its thread would not survive the fork
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.autocall = 0
        self.shown = Shown()
        self.source = ""
        super().__init__(config=config, display_pub_class=_Publisher, displayhook_class=_Hook)  # type: ignore[no-untyped-call]
        self.builtin_trap.activate()
        self._replace_magics()

    def run(self, source: str, name: str, shown: Shown) -> BaseException | None:
        """Runs a cell called `name`, keeps what it displays in `shown`, and returns what stopped it."""
        self.shown, self.source = shown, source
        sys.displayhook = self.displayhook
        try:
            codes = self._definition(source, name) or self._codes(self._tree(source, name), name)
            self.execution_count += 1
            self.events.trigger("pre_execute")
            for code in codes:
                self._execute(code)
        except BaseException as problem:
            self._show(problem, name)
            return problem
        finally:
            with contextlib.suppress(BaseException):
                self.events.trigger("post_execute")  # matplotlib's inline figures are shown here
        return None

    def _replace_magics(self) -> None:
        replace: Any = self.register_magic_function
        manager: Any = self.magics_manager
        # Since 9.16 IPython loads magics when they are first used, and would put its own in place of these.
        getattr(manager, "load_all_lazy_magics", lambda: None)()
        for name in INSTALLERS:
            replace(self._not_run(f"%{name}"), "line", name)
        for name in PROGRAMS:
            replace(self._not_run(f"%%{name}"), "cell", name)
        time_line, time_cell = manager.magics["line"]["timeit"], manager.magics["cell"]["timeit"]
        replace(lambda line: time_line(_once(line)), "line", "timeit")
        replace(lambda line, cell: time_cell(_once(line), cell), "cell", "timeit")

    def _definition(self, source: str, name: str) -> list[Any]:
        """The code of a cell that ends in a function, as most do; [] for every other one.

        Such a cell shows no value, so it needs no tree of Python objects, which takes three times as long. That both
        parts compile proves that they are two.
        """
        found = ENDS_IN_DEFINITION.search(source)
        if not found:
            return []
        before, last = source[: found.start()], source[found.start() :]
        _remember(source, name)
        try:
            with self.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                codes = [self.compile(before, name, "exec")] if before.strip() else []
                return [*codes, self.compile("\n" * before.count("\n") + last, name, "exec")]
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return []  # the long way says what is wrong, or finds that it is a magic

    def _tree(self, source: str, name: str) -> ast.Module:
        """The syntax tree; only what is not plain Python takes the long way through IPython's transformers."""
        try:
            if re.fullmatch(r"\w+", source.strip()):  # `ls`, `pwd`: perhaps a magic without its %
                source = self.prefilter_manager.prefilter_lines(source.strip())
            tree = ast.parse(source, name)
        except SyntaxError:
            transform: Any = self.transform_cell
            source = transform(source)
            if "\n" not in source.strip():
                source = self.prefilter_manager.prefilter_lines(source)
            tree = ast.parse(source, name)
        _remember(source, name)
        return tree

    def _codes(self, tree: ast.Module, name: str) -> list[Any]:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with self.compile.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
            codes = [self.compile(tree, name, "exec")]
            if last is not None:
                codes.append(self.compile(ast.Interactive([last]), name, "single"))
        return codes

    def _execute(self, code: Any) -> None:
        if code.co_flags & CO_COROUTINE:
            self.loop_runner(eval(code, self.user_global_ns, self.user_ns))
        else:
            exec(code, self.user_global_ns, self.user_ns)

    def _show(self, problem: BaseException, name: str) -> None:
        try:
            self.shown.error(type(problem).__name__, message(problem), told(problem, name))
        except Exception:  # an exception of the student's that cannot even be shown
            self.shown.error("Exception", "", [])

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


def _remember(source: str, name: str) -> None:
    """Where a traceback finds the lines that it shows."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


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
    """A traceback from the cell `name` on: what lies before it is the grader's, and so is all of a cell's that does
    not compile.
    """
    frames = traceback.extract_tb(problem.__traceback__)
    none = len(frames) if isinstance(problem, SyntaxError) else 0
    start = next((i for i, frame in enumerate(frames) if frame.filename == name), none)
    shown = traceback.StackSummary.from_list(frames[start:][-MAX_FRAMES:])
    ending = traceback.format_exception_only(type(problem), problem) if message(problem) else [type(problem).__name__]
    return ["Traceback (most recent call last):\n", *shown.format(), *ending]
