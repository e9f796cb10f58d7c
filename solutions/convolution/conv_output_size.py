r"""Output size of a convolution

A kernel of m pixels fits into a row of n in n − m + 1 places: 6 by 3 gives 4. Padding adds p pixels at both
ends, and a stride of s keeps every s-th place:

$$n_\text{out} = \left\lfloor \frac{n + 2p - m}{s} \right\rfloor + 1$$
"""

import math

import numpy as np

from autograder import Out, exercise


@exercise(returns=[Out("H_out"), Out("W_out")])
def conv_output_size(input_size, kernel_size, padding=0, stride=1):
    """Height and width of what a convolution (or a pooling) makes of an image.

    input_size: (H, W), kernel_size: (K_h, K_w), tuples of int, in pixels. padding: pixels added at each of
    the four edges; stride: pixels from one place of the kernel to the next. Both are the same in either
    direction, and may be left out: conv_output_size((6, 6), (3, 3)) has no padding and a stride of 1.

    Returns the tuple of int (H_out, W_out). A last step that would take the kernel over the edge is not
    made, as in PyTorch. Raises ValueError when the kernel is larger than the padded input in either
    direction; one of just its size gives 1.
    """
    ### BEGIN SOLUTION
    H, W = input_size[0] + 2 * padding, input_size[1] + 2 * padding
    K_h, K_w = kernel_size
    if K_h > H or K_w > W:
        raise ValueError(f"a kernel of {K_h} by {K_w} does not fit into a padded input of {H} by {W}")
    return (H - K_h) // stride + 1, (W - K_w) // stride + 1
    ### END SOLUTION


conv_output_size.hints(
    "Lay a window of 3 on a strip of 5: how many places has it, and why one more than 5 − 3?",
    "Pad first, at both edges. What is left beside the kernel in its first place is walked in steps of the "
    "stride; a step that does not fit is not made. The first place counts, too. Height and width each by itself.",
    """
    A strip of 7, padding 1, kernel 4, stride 2
    padded: 9; beside the kernel: 9 − 4 = 5
    steps of 2: two fit, and one pixel is left over
    places: the first and two more, 3
    """,
)

conv_output_size.case("6 by 3", input_size=(6, 6), kernel_size=(3, 3), expect=(4, 4))
conv_output_size.case("not square", input_size=(7, 10), kernel_size=(3, 5), expect=(5, 6))
for n, m, s, n_out in [
    (28, 3, 1, 26),
    (26, 2, 2, 13),
    (13, 3, 1, 11),
    (11, 2, 2, 5),
    (224, 11, 4, 54),
    (5, 3, 1, 3),
    (5, 3, 2, 2),
]:
    size = {"input_size": (n, n), "kernel_size": (m, m), "padding": 0, "stride": s}
    conv_output_size.case(f"{n} to {n_out}", **size, expect=(n_out, n_out))
conv_output_size.case("same size", input_size=(5, 5), kernel_size=(3, 3), padding=1, expect=(5, 5))
conv_output_size.case("padded", input_size=(5, 9), kernel_size=(3, 4), padding=2, stride=3, expect=(3, 4))
conv_output_size.case("fits when padded", input_size=(4, 2), kernel_size=(5, 3), padding=2, expect=(4, 4))
conv_output_size.case("just fits", input_size=(5, 3), kernel_size=(5, 3), padding=0, stride=2, expect=(1, 1))
conv_output_size.case("too high", input_size=(3, 9), kernel_size=(6, 4), padding=1, raises=ValueError)
conv_output_size.case("too wide", input_size=(9, 4), kernel_size=(3, 5), padding=0, stride=2, raises=ValueError)


def layer(rng, steps):
    """A layer whose kernel makes `steps` in each direction and falls short of the edge by less than the padding."""
    stride = int(rng.integers(2, 5))
    rest = int(rng.integers(1, stride))
    padding = rest + 2
    K_h, K_w = rng.choice(range(4, 10), 2, replace=False).tolist()
    H, W = (n_steps * stride + rest + m - 2 * padding for n_steps, m in zip(steps, (K_h, K_w), strict=True))
    return {"input_size": (H, W), "kernel_size": (K_h, K_w), "padding": padding, "stride": stride}


@conv_output_size.cases(public=1, hidden=5)
def large(rng):
    return layer(rng, rng.choice(range(5, 12), 2, replace=False).tolist())


@conv_output_size.cases(hidden=1)
def low(rng):
    """It fits into the padded height only."""
    return layer(rng, [1, 6])


@conv_output_size.cases(hidden=1)
def narrow(rng):
    return layer(rng, [6, 1])


@conv_output_size.cases(hidden=1)
def too_high(rng):
    case = large(rng)
    return {**case, "input_size": (1, case["input_size"][1]), "kernel_size": (2 * case["padding"] + 2, 3)}


@conv_output_size.cases(hidden=1)
def too_wide(rng):
    return {name: value[::-1] if isinstance(value, tuple) else value for name, value in too_high(rng).items()}


@conv_output_size.oracle.pytorch
def shape_of_conv2d(input_size, kernel_size, padding=0, stride=1):
    import torch

    image, kernel = torch.zeros(1, 1, *input_size), torch.zeros(1, 1, *kernel_size)
    return tuple(torch.nn.functional.conv2d(image, kernel, padding=padding, stride=stride).shape[2:])


@conv_output_size.oracle.relation
def padding_makes_a_larger_image(f, input_size, kernel_size, padding=0, stride=1):
    H, W = input_size
    return f((H + 2 * padding, W + 2 * padding), kernel_size, 0, stride), f(input_size, kernel_size, padding, stride)


def both_directions(formula):
    """A mistake from its formula for one direction; it refuses what must be refused."""

    def mistaken(input_size, kernel_size, padding=0, stride=1):
        conv_output_size(input_size, kernel_size, padding, stride)
        return tuple(formula(n, m, padding, stride) for n, m in zip(input_size, kernel_size, strict=True))

    return mistaken


@conv_output_size.mistake("no_plus_one", hint="You count the steps. The place where the kernel starts is one more.")
@both_directions
def _(n, m, p, s):
    return (n + 2 * p - m) // s


@conv_output_size.mistake("padding_once", hint="You count the padding once. It is added at both ends: 2p.")
@both_directions
def _(n, m, p, s):
    return (n + p - m) // s + 1


@conv_output_size.mistake(
    "rounds_up", hint="You round up. A last step over the edge is not made, so the number of steps is rounded down."
)
@both_directions
def _(n, m, p, s):
    return math.ceil((n + 2 * p - m) / s) + 1


@conv_output_size.mistake(
    "not_rounded", hint="Your sizes can have decimals. There is no half step: round the number of steps down."
)
@both_directions
def _(n, m, p, s):
    return (n + 2 * p - m) / s + 1


@conv_output_size.mistake(
    "float_result", hint="The values are right, but they are floats. A size counts pixels: make it an int."
)
@both_directions
def _(n, m, p, s):
    return float((n + 2 * p - m) // s + 1)


@conv_output_size.mistake("ignores_stride", hint="You do not use the stride: only every s-th place is kept.")
@both_directions
def _(n, m, p, s):
    return n + 2 * p - m + 1


@conv_output_size.mistake("swapped", hint="You give (W_out, H_out). The height comes first: (H_out, W_out).")
def _(*sizes):
    return conv_output_size(*sizes)[::-1]


@conv_output_size.mistake(
    "never_raises",
    hint="You give a size even where the kernel is larger than the padded input. Raise ValueError there.",
)
def _(input_size, kernel_size, padding=0, stride=1):
    return tuple((n + 2 * padding - m) // stride + 1 for n, m in zip(input_size, kernel_size, strict=True))


@conv_output_size.mistake(
    "raises_too_early", hint="You raise where the kernel is larger than the bare input. Compare it with the padded one."
)
def _(input_size, kernel_size, padding=0, stride=1):
    conv_output_size(input_size, kernel_size)
    return conv_output_size(input_size, kernel_size, padding, stride)


@conv_output_size.variant
def _(input_size, kernel_size, padding=0, stride=1):
    H_out, W_out = (
        math.floor((n + 2 * padding - m) / stride) + 1 for n, m in zip(input_size, kernel_size, strict=True)
    )
    if min(H_out, W_out) < 1:
        raise ValueError("the kernel is larger than the padded input")
    return H_out, W_out


@conv_output_size.variant
def _(input_size, kernel_size, padding=0, stride=1):
    sizes = []
    for n, m in zip(input_size, kernel_size, strict=True):
        places = range(0, n + 2 * padding - m + 1, stride)
        if not places:
            raise ValueError
        sizes.append(len(places))
    return tuple(sizes)


@conv_output_size.variant
def _(input_size, kernel_size, padding=0, stride=1):
    steps = (np.array(input_size) + 2 * padding - kernel_size) // stride
    if (steps < 0).any():
        raise ValueError("the kernel does not fit")
    return tuple(steps + 1)
