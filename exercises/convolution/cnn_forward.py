r"""A trained network, layer by layer

This network was trained on handwritten digits, 8 pixels by 8 in 17 shades, and reads nearly all that it has never
seen. Its weights come as arguments. A picture becomes ten numbers, the logits; the largest says which digit it is:

$$x \xrightarrow{\;\text{convolution, ReLU}\;} 8\times8\times32 \xrightarrow{\;\text{max-pooling}\;} 4\times4\times32
\xrightarrow{\;\text{convolution, ReLU}\;} 2\times2\times64 \xrightarrow{\;\text{dense}\;} 10$$

What deep learning calls a convolution lays the kernel on the picture as it is, without flipping it:

$$z_{r,s,k} = b_k + \sum_{i,j,c} x_{r+i,\,s+j,\,c}\,W_{i,j,c,k}$$
"""

import numpy as np


def cnn_forward(images, W1, b1, W2, b2, W3, b3):
    """What each layer of a convolutional network makes of N pictures; channels come last everywhere.

    images: (N, 8, 8), shades from 0 to 16. The network learned with shades from 0 to 1: divide by 16 first.
    W1: (3, 3, 1, C), b1: (C,); W2: (3, 3, C, K), b2: (K,); W3: (F, L), b3: (L,), with F = 4K. W1[i, j, c, k] is
    what kernel k has in row i and column j for the channel c of its input. The weights are float32, as they
    were trained: whether you compute in float32 or in float64, either is right.

    Returns a tuple of
    conv1: (N, 8, 8, C), the first convolution, with a border of one zero all around, and its bias, before ReLU;
    pool1: (N, 4, 4, C), after ReLU, the largest of each window of 2 by 2;
    conv2: (N, 2, 2, K), the second convolution, without a border, and its bias, before ReLU;
    logits: (N, L), ReLU of conv2, flattened by rows, then columns, then channels, times W3, plus b3.
    """

    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(cnn_forward))
