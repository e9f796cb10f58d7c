"""Attacks on the judgement: code that wants points for a wrong answer, or to carry a hidden input out.

None of it needs to break out: it lies about what it returns, or changes what it thinks the grader looks at.
"""

from collections.abc import Callable
from typing import NamedTuple

from attempts import text_of

HIDDEN = 0.7318529


class Cheat(NamedTuple):
    """source: of the cells with the answer."""

    name: str
    source: str


CHEATS: list[Cheat] = []


def cheat(name: str, before: str = "") -> Callable[[Callable[..., object]], None]:
    return lambda function: CHEATS.append(Cheat(name, before + text_of(function)))


# Answers that lie


@cheat("an object that equals everything")
def f(x):
    class Equal:
        __array_priority__ = 1e9
        shape, dtype, ndim, size = x.shape, x.dtype, x.ndim, x.size

        def __eq__(self, other):
            return True

        __hash__ = None

    return Equal()


@cheat("an array whose comparisons are always true")
def f(x):
    import numpy as np

    class Liar(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, bool)

        __le__ = __ge__ = __eq__

        def __sub__(self, other):
            return np.zeros(self.shape)

        __rsub__ = __sub__

        def __array_ufunc__(self, *args, **kwargs):
            return np.ones(self.shape, bool)

        def __array_function__(self, *args, **kwargs):
            return True

    return np.zeros(x.shape).view(Liar)


@cheat("an object whose __array__ raises")
def f(x):
    class Raises:
        def __array__(self, *args, **kwargs):
            raise SystemExit

        def __repr__(self):
            raise KeyboardInterrupt

        def __len__(self):
            raise MemoryError

    return Raises()


@cheat("an object whose __repr__ hangs")
def f(x):
    class Hangs:
        def __repr__(self):
            while True:
                pass

        __len__ = __array__ = __str__ = __repr__

    return Hangs()


@cheat("an object that pickles to code")
def f(x):
    class Code:
        def __reduce__(self):
            return exec, ("raise SystemExit(0)",)

    return Code()


@cheat("an array of objects")
def f(x):
    import numpy as np

    class Equal:
        def __eq__(self, other):
            return True

        __le__ = __lt__ = __ge__ = __gt__ = __sub__ = __rsub__ = __abs__ = __eq__
        __hash__ = None

    return np.full(x.shape, Equal(), object)


@cheat("a number that broadcasts")
def f(x):
    return 0.0


@cheat("NaN, which compares to nothing")
def f(x):
    return x * float("nan")


@cheat("infinity, which swallows a tolerance")
def f(x):
    return x * 0 + float("inf")


@cheat("a subclass of float that equals everything")
def f(x):
    class Equal(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    return Equal(0)


@cheat("a dict, a list, a generator in turn")
def f(x):
    return [{"f": x}, [x] * 6, (part for part in x)][int(x.sum() * 1000) % 3]


@cheat("a masked array with everything masked")
def f(x):
    import numpy as np

    return np.ma.masked_all(x.shape)


# Changing what the grader looks at


@cheat("patch numpy")
def f(x):
    import numpy as np

    for name in ("allclose", "isclose", "array_equal", "all", "abs", "max", "subtract", "testing"):
        setattr(np, name, lambda *args, **kwargs: True)


@cheat("patch builtins")
def f(x):
    import builtins

    for name in ("all", "any", "abs", "max", "len", "isinstance", "sum"):
        setattr(builtins, name, lambda *args, **kwargs: True)


@cheat("patch the grader's modules")
def f(x):
    import sys

    import autograder
    from autograder import judge

    judge.judge = lambda *args, **kwargs: 10**6
    autograder.check = lambda *args: print("10 of 10")
    sys.modules["autograder.judge"] = sys.modules["json"] = sys.modules["msgspec"] = None


@cheat(
    "replace IPython's input transformer",
    "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])\n",
)
def f(x):
    return None


@cheat("replace showtraceback", "get_ipython().showtraceback = lambda *a, **k: print('10 of 10')\n")
def f(x):
    raise ValueError


@cheat(
    "a hook before every cell",
    "get_ipython().events.register('pre_run_cell', lambda *a: globals().update(f=None, g=None))\n",
)
def f(x):
    return None


@cheat("leave the work to be done at exit")
def f(x):
    import atexit
    import threading

    atexit.register(lambda: print("10 of 10"))
    threading.Timer(0.0, lambda: print("10 of 10")).start()


@cheat("look for the expected values in its own memory")
def f(x):
    import gc

    import numpy as np

    for each in gc.get_objects():
        for value in each.values() if isinstance(each, dict) else each if isinstance(each, list | tuple) else []:
            if isinstance(value, np.ndarray) and value.shape == x.shape and np.allclose(value, 2 * x):
                return value
    return None


@cheat("look into the frames that called it")
def f(x):
    import sys

    import numpy as np

    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, np.ndarray) and value.shape == x.shape and np.allclose(value, 2 * x):
                return value
        frame = frame.f_back
    return None


# Frames that nobody asked for


@cheat("answer every case at once, in advance")
def f(x):
    import os

    from autograder.child import frames

    forged = frames.Answered(0, 5, "returned", frames.raw(1.0), [], "", "", None, 0)
    os.write(3, frames.encode(forged) * 10)


@cheat("answer the same case twice")
def f(x):
    import os

    from autograder.child import frames

    os.write(3, frames.encode(frames.Answered(0, 0, "returned", frames.raw(1.0), [], "", "", None, 0)))
    os.write(3, frames.encode(frames.Answered(0, 0, "returned", frames.raw(2.0), [], "", "", None, 0)))


@cheat("write something that is no frame")
def f(x):
    import os

    os.write(3, b"\xff" * 1000)


@cheat("announce more than it sends")
def f(x):
    import os
    import struct

    os.write(3, struct.pack("<I", 2**31))


@cheat("an array whose shape lies")
def f(x):
    import os

    from autograder.child import frames

    forged = frames.Answered(0, 0, "returned", frames.raw(["a", "<f8", [2**40, 3], 0]), [], "", "", None, 0)
    os.write(3, frames.encode(forged, [bytes(48)]))


@cheat("nested lists without end")
def f(x):
    import os
    import struct

    skeleton = b"\x92\x90" + b"\x91" * 200_000
    os.write(3, struct.pack("<I", len(skeleton)) + skeleton)


# Carrying a hidden input out


@cheat("print the input")
def f(x):
    print(x)
    print(x.tolist())


@cheat("raise the input")
def f(x):
    raise ValueError(str(x.tolist()))


@cheat("an exception that is called as the input")
def f(x):
    raise type(f"E{x[0, 0]}", (Exception,), {"__str__": lambda self: str(x)})


@cheat("return the input as a text")
def f(x):
    return str(x.tolist())


@cheat("return the input in a name")
def f(x):
    return type(f"T{x[0, 0]}", (), {})()


@cheat("return the input")
def f(x):
    return x * 1.0


@cheat(
    "keep the input in a file, and show it", "import os; print(os.listdir(), [open(p).read() for p in os.listdir()])\n"
)
def f(x):
    import os

    open("kept", "a").write(str(x.tolist()))
    if abs(x[0, 0] - 0.7318529) < 1e-9:
        os._exit(0)


@cheat("rename a function after the input")
def f(x):
    globals()[f"f{x[0, 0]}"] = f
    f.__name__ = f.__qualname__ = f"f{x[0, 0]}"
    raise ValueError


@cheat("change the input, and return it")
def f(x):
    x *= 2
    return x
