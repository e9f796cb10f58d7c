r"""Output size of a convolution

A kernel of m pixels fits into a row of n in n − m + 1 places: 6 by 3 gives 4. Padding adds p pixels at both
ends, and a stride of s keeps every s-th place:

$$n_\text{out} = \left\lfloor \frac{n + 2p - m}{s} \right\rfloor + 1$$
"""

import numpy as np


def conv_output_size(input_size, kernel_size, padding=0, stride=1):
    """Height and width of what a convolution (or a pooling) makes of an image.

    input_size: (H, W), kernel_size: (K_h, K_w), tuples of int, in pixels. padding: pixels added at each of
    the four edges; stride: pixels from one place of the kernel to the next. Both are the same in either
    direction, and may be left out: conv_output_size((6, 6), (3, 3)) has no padding and a stride of 1.

    Returns the tuple of int (H_out, W_out). A last step that would take the kernel over the edge is not
    made, as in PyTorch. Raises ValueError when the kernel is larger than the padded input in either
    direction; one of just its size gives 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(conv_output_size))
