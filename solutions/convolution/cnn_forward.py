r"""A trained network, layer by layer

This network was trained on handwritten digits, 8 pixels by 8 in 17 shades, and reads nearly all that it has never
seen. Its weights come as arguments. A picture becomes ten numbers, the logits; the largest says which digit it is:

$$x \xrightarrow{\;\text{convolution, ReLU}\;} 8\times8\times32 \xrightarrow{\;\text{max-pooling}\;} 4\times4\times32
\xrightarrow{\;\text{convolution, ReLU}\;} 2\times2\times64 \xrightarrow{\;\text{dense}\;} 10$$

What deep learning calls a convolution lays the kernel on the picture as it is, without flipping it:

$$z_{r,s,k} = b_k + \sum_{i,j,c} x_{r+i,\,s+j,\,c}\,W_{i,j,c,k}$$
"""

import json
from functools import cache

import numpy as np
from safetensors.numpy import load_file

from autograder import Out, exercise, reference_models


@exercise(
    shapes="images: N 8 8, W1: 3 3 1 C, b1: C, W2: 3 3 C K, b2: K, W3: F L, b3: L",
    returns=[Out("conv1", "N 8 8 C"), Out("pool1", "N 4 4 C"), Out("conv2", "N 2 2 K"), Out("logits", "N L")],
    tolerance=1e-4,  # with float32 weights, arrays made like them round on the way
)
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

    ### BEGIN SOLUTION
    def convolution(x, W, b):
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
        return np.einsum("nrscij,ijck->nrsk", windows, W) + b

    N, C = len(images), len(b1)
    framed = np.pad(images / 16, ((0, 0), (1, 1), (1, 1)))
    conv1 = convolution(framed[..., None], W1, b1)
    pool1 = np.maximum(conv1, 0).reshape(N, 4, 2, 4, 2, C).max(axis=(2, 4))
    conv2 = convolution(pool1, W2, b2)
    logits = np.maximum(conv2, 0).reshape(N, -1) @ W3 + b3
    return conv1, pool1, conv2, logits
    ### END SOLUTION


cnn_forward.hints(
    "Which numbers of the picture, and which of a kernel, meet in one element of conv1, and how many are they?",
    "Write the convolution once and use it twice. Of nine shifted pictures, each meets one place (i, j) of all "
    "kernels at once: a matrix product over the channels. Add up the nine. For the pooling, give rows and columns "
    "an axis of length 2 each, and take the maximum along both. Print the shape after every layer.",
    """
    One channel, a strip of 4 with a border of zeros, a kernel of 3: (1, 2, 3), bias 0.5
    strip 0 0 8 0 in shades of 16, so 0 0 0.5 0, framed 0 | 0 0 0.5 0 | 0
    at the second place: 1 · 0 + 2 · 0 + 3 · 0.5 = 1.5, and with the bias 2
    the whole layer: 0.5  2  1.5  1
    ReLU leaves it; the largest of each two: 2  1.5
    """,
)

TRAINED = reference_models.folder(__file__) / "trained"
WEIGHTS = load_file(TRAINED / "digits_cnn.safetensors")
NAMES = {"W1": "conv1.W", "b1": "conv1.b", "W2": "conv2.W", "b2": "conv2.b", "W3": "dense.W", "b3": "dense.b"}
ITS_OWN = {argument: WEIGHTS[name] for argument, name in NAMES.items()}
CARD = json.loads((TRAINED / "digits_cnn.json").read_text(encoding="utf-8"))

EIGHT = """
0  3 14  5  0  0  0  0
0  2 15 15  3  1  1  0
0  0  6 16  4 13  8  0
0  0  0 14 14 13  1  0
0  0  2 15 13  1  0  0
0  1 14  8 15  0  0  0
0  5 12  0 12  3  0  0
0  2 14 13 15  3  0  0
"""

# A bright point shows the kernel, upside down and from right to left.
point, centre_and_corner = np.zeros((1, 8, 8)), np.zeros((3, 3, 1, 1))
point[0, 4, 4] = 16
centre_and_corner[1, 1], centre_and_corner[0, 0] = 2, -1
cnn_forward.case(
    "a point, worked by hand",
    images=point,
    W1=np.arange(1.0, 10).reshape(3, 3, 1, 1),
    b1=[0.5],
    W2=centre_and_corner,
    b2=[-10],
    W3=[[1, 1], [1, 2], [1, 3], [1, 4]],
    b3=[0.5, -1],
    expect={
        "pool1": np.array([[[0.5, 0.5, 0.5, 0.5], [0.5, 9.5, 8.5, 0.5], [0.5, 6.5, 5.5, 0.5], [0.5] * 4]])[..., None],
        "conv2": [[[[8.5], [6.5]], [[2.5], [-8.5]]]],
        "logits": [[18, 28]],
    },
)
# The card's answer was computed when the network was trained.
cnn_forward.case(
    "an eight, by the trained network",
    images=np.array(EIGHT.split(), dtype=float).reshape(1, 8, 8),
    **ITS_OWN,
    expect={"logits": [[f"{logit:.6f}" for logit in CARD["probes"][0]["logits"]]]},
)


@cnn_forward.cases(public=1, hidden=3)
def small(rng):
    """A network of a few channels, and pictures that fill all shades; both ReLUs stop numbers below −1."""
    while True:
        C, (K, L) = 3, rng.permutation([2, 5])
        shapes = {"W1": (3, 3, 1, C), "b1": (C,), "W2": (3, 3, C, K), "b2": (K,), "W3": (4 * K, L), "b3": (L,)}
        inputs = {"images": rng.uniform(0, 16, size=(2, 8, 8))}
        inputs |= {name: rng.normal(size=shape) for name, shape in shapes.items()}
        conv1, _, conv2, _ = cnn_forward(**inputs)
        if conv1.reshape(2, 4, 2, 4, 2, C).max(axis=(2, 4)).min() < -1 and conv2.min() < -1:
            return inputs


@cache
def held_out():
    return 16 * reference_models.module(__file__, "digits").split()["held_out"][0]


@cnn_forward.cases(hidden=3)
def trained(rng):
    """Two digits that the network was not trained on, and a picture of none."""
    digits = held_out()[rng.choice(len(held_out()), 2, replace=False)]
    return {"images": np.concatenate([digits, rng.uniform(0, 16, size=(1, 8, 8))]), **ITS_OWN}


@cnn_forward.oracle.model("digits_cnn")
def as_trained(model, images, *weights):
    found = model.forward(images[..., None] / 16, dict(zip(NAMES.values(), weights, strict=True)))
    return [found[layer] for layer in ("conv1.z", "pool1", "conv2.z", "logits")]


@cnn_forward.oracle.brute_force
def place_by_place(images, W1, b1, W2, b2, W3, b3):
    def convolved(x, W, b):
        places = range(len(x) - 2)
        return np.array([[b + np.tensordot(x[r : r + 3, s : s + 3], W, 3) for s in places] for r in places])

    found = []
    for image in images:
        framed = np.zeros((10, 10, 1))
        framed[1:-1, 1:-1, 0] = image / 16
        z = convolved(framed, W1, b1)
        pooled = np.array([[z[r : r + 2, s : s + 2].max((0, 1)) for s in range(0, 8, 2)] for r in range(0, 8, 2)])
        pooled[pooled < 0] = 0
        y = convolved(pooled, W2, b2)
        found.append((z, pooled, y, [sum(max(a, 0) * w for a, w in zip(y.flat, unit, strict=True)) for unit in W3.T]))
    *layers, sums = (np.array(layer) for layer in zip(*found, strict=True))
    return *layers, sums + b3


@cnn_forward.oracle.relation
def pictures_know_nothing_of_each_other(f, images, *weights):
    return f(images[-1:], *weights), [layer[-1:] for layer in f(images, *weights)]


def shifted(x, W, b):
    """Nine shifted pictures, each times its place of the kernels."""
    H, L = x.shape[1] - 2, x.shape[2] - 2
    return b + sum(x[:, i : i + H, j : j + L] @ W[i, j] for i, j in np.ndindex(3, 3))


def relu(z):
    return np.where(z > 0, z, 0.0)


def windows(z):
    """The four of every window of 2 by 2, along an axis of their own in front."""
    return np.stack([z[:, i::2, j::2] for i, j in np.ndindex(2, 2)])


def altered(images, W1, b1, W2, b2, W3, b3, *, border=(1, 1), pool=np.max, bends=(relu, relu), order=(0, 1, 2, 3)):
    """The network with another border, pooling, activations, or order of the axes where it is flattened."""
    framed = np.pad(images / 16, ((0, 0), border, border))
    conv1 = shifted(framed[..., None], W1, b1)
    pool1 = pool(windows(bends[0](conv1)), axis=0)
    conv2 = shifted(pool1, W2, b2)
    return conv1, pool1, conv2, bends[1](conv2).transpose(order).reshape(len(images), -1) @ W3 + b3


@cnn_forward.mistake(
    "unscaled_images", hint="Your network sees shades from 0 to 16. It learned with 0 to 1: divide the images by 16."
)
def _(images, *weights):
    return cnn_forward(16 * images, *weights)


@cnn_forward.mistake(
    "scaled_by_the_brightest",
    hint="You divide by the brightest pixel there is. Divide by 16: no picture hangs on its neighbours.",
)
def _(images, *weights):
    return cnn_forward(16 * images / images.max(), *weights)


@cnn_forward.mistake(
    "flipped_kernel",
    hint="You flip the kernels, as mathematics does. In a network they lie on the picture as they are: W[0, 0] meets "
    "the upper left pixel.",
)
def _(images, W1, b1, W2, b2, W3, b3):
    return cnn_forward(images, W1[::-1, ::-1], b1, W2[::-1, ::-1], b2, W3, b3)


@cnn_forward.mistake("no_bias", hint="Your convolutions have no bias: each of their kernels adds its own b[k].")
def _(images, W1, b1, W2, b2, W3, b3):
    return cnn_forward(images, W1, 0 * b1, W2, 0 * b2, W3, b3)


@cnn_forward.mistake("no_bias_in_the_last_layer", hint="Your dense layer has no bias: b3 is missing.")
def _(images, W1, b1, W2, b2, W3, b3):
    return cnn_forward(images, W1, b1, W2, b2, W3, 0 * b3)


@cnn_forward.mistake(
    "border_on_one_side",
    hint="Your border is two zeros below and to the right. It is one zero on each of the four sides.",
)
def _(*inputs):
    return altered(*inputs, border=(0, 2))


@cnn_forward.mistake(
    "kernels_reshaped",
    hint="You reshaped the kernels to (out, in, 3, 3). That leaves the numbers in their order and mixes the kernels: "
    "to move an axis, transpose.",
)
def _(images, W1, b1, W2, b2, *dense):
    W1, W2 = (W.reshape(*W.shape[:1:-1], 3, 3).transpose(2, 3, 1, 0) for W in (W1, W2))
    return cnn_forward(images, W1, b1, W2, b2, *dense)


@cnn_forward.mistake(
    "channels_first",
    hint="You flatten channel by channel (NCHW). Here channels come last (NHWC): rows, then columns, then channels.",
)
def _(*inputs):
    return altered(*inputs, order=(0, 3, 1, 2))


@cnn_forward.mistake("no_relu", hint="Your first layer lets negative numbers through: ReLU stands before the pooling.")
def _(*inputs):
    return altered(*inputs, bends=(lambda z: z, relu))


@cnn_forward.mistake(
    "no_second_relu", hint="ReLU is missing after the second convolution: conv2 itself comes before it, W3 after it."
)
def _(*inputs):
    return altered(*inputs, bends=(relu, lambda z: z))


@cnn_forward.mistake("mean_pool", hint="You take the mean of each window. Here its largest element is kept.")
def _(*inputs):
    return altered(*inputs, pool=np.mean)


@cnn_forward.mistake("softmax", hint="Those are probabilities. The logits are what stands before the softmax.")
def _(*inputs):
    *layers, logits = cnn_forward(*inputs)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return *layers, powers / powers.sum(axis=1, keepdims=True)


@cnn_forward.variant
def _(*inputs):
    return altered(*inputs)


@cnn_forward.variant
def _(images, W1, b1, W2, b2, W3, b3):
    # By columns: every patch as a row, every kernel as a column. Max-pooling and ReLU may change places.
    def convolved(x, W, b):
        N, H, L, _ = x.shape
        patches = [x[:, r : r + 3, s : s + 3].reshape(N, -1) for r in range(H - 2) for s in range(L - 2)]
        return (np.stack(patches, 1) @ W.reshape(-1, len(b)) + b).reshape(N, H - 2, L - 2, -1)

    framed = np.zeros((len(images), 10, 10, 1))
    framed[:, 1:9, 1:9, 0] = images * 0.0625
    conv1 = convolved(framed, W1, b1)
    pool1 = np.maximum(windows(conv1).max(0), 0)
    conv2 = convolved(pool1, W2, b2)
    return conv1, pool1, conv2, conv2.clip(0).reshape(len(images), -1) @ W3 + b3


@cnn_forward.variant
def _(images, W1, b1, W2, b2, W3, b3):
    # Channels first inside, and a kernel's channels one by one.
    def convolved(x, W, b):
        view = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
        return b[:, None, None] + sum(
            np.tensordot(view[:, c], W[:, :, c], 2).transpose(0, 3, 1, 2) for c in range(x.shape[1])
        )

    conv1 = convolved(np.pad(images[:, None] / 16, ((0, 0), (0, 0), (1, 1), (1, 1))), W1, b1)
    bent = np.maximum(conv1, 0)
    pool1 = np.maximum(
        np.maximum(bent[..., ::2, ::2], bent[..., 1::2, ::2]), np.maximum(bent[..., ::2, 1::2], bent[..., 1::2, 1::2])
    )
    conv2 = convolved(pool1, W2, b2)
    conv1, pool1, conv2 = (layer.transpose(0, 2, 3, 1) for layer in (conv1, pool1, conv2))
    return conv1, pool1, conv2, relu(conv2).reshape(len(images), -1) @ W3 + b3


@cnn_forward.variant
def _(images, W1, b1, W2, b2, W3, b3):
    # Place by place, into arrays of the weights' own precision.
    N, C, K = len(images), len(b1), len(b2)
    conv1, pool1, conv2 = (np.zeros((N, *size), b1.dtype) for size in [(8, 8, C), (4, 4, C), (2, 2, K)])
    framed = np.pad(images / 16, ((0, 0), (1, 1), (1, 1)))
    for r, s in np.ndindex(8, 8):
        conv1[:, r, s] = np.tensordot(framed[:, r : r + 3, s : s + 3], W1[:, :, 0], 2) + b1
        pool1[:, r // 2, s // 2] = np.maximum(pool1[:, r // 2, s // 2], conv1[:, r, s])
    for r, s in np.ndindex(2, 2):
        conv2[:, r, s] = np.tensordot(pool1[:, r : r + 3, s : s + 3], W2, 3) + b2
    return conv1, pool1, conv2, relu(conv2).reshape(N, -1) @ W3.astype(float) + b3


@cnn_forward.variant
def _(*inputs):
    return cnn_forward(*(array.astype(np.float32) for array in inputs))
