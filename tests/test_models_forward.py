"""The forward passes of the reference models against PyTorch's own layers and against loops in NumPy."""

import numpy as np
import pytest
import torch
from reference_models import cards, exact, layers, models


def test_recurrent_layers_are_pytorchs():
    """In PyTorch's order of gates, with one of its two biases zero."""
    weights, x = exact("tagger_bilstm"), torch.linspace(-2, 2, 2 * 5 * 16, dtype=torch.float64).reshape(2, 5, 16)
    weights = {key: torch.from_numpy(values) for key, values in weights.items()}
    both = torch.nn.LSTM(16, 20, bidirectional=True, batch_first=True, dtype=torch.float64)
    state, order = {}, [1, 0, 3, 2]
    for layer, suffix in (("forward", "l0"), ("backward", "l0_reverse")):
        U, W, b = (weights[f"{layer}.{symbol}"][order] for symbol in "UWb")
        state |= {f"weight_ih_{suffix}": U.mT.flatten(0, 1), f"weight_hh_{suffix}": W.mT.flatten(0, 1)}
        state |= {f"bias_ih_{suffix}": b.flatten(), f"bias_hh_{suffix}": torch.zeros(80)}
    both.load_state_dict(state)
    ours = [layers.lstm(weights, "forward", x)["forward.h"], layers.lstm(weights, "backward", x.flip(1))["backward.h"]]
    torch.testing.assert_close(torch.cat([ours[0], ours[1].flip(1)], 2), both(x)[0], rtol=0, atol=1e-12)

    weights = {key: torch.from_numpy(values) for key, values in exact("next_number_rnn").items()}
    plain = torch.nn.RNN(1, 24, batch_first=True, dtype=torch.float64)
    U, W, b = (weights[f"rnn.{symbol}"] for symbol in "UWb")
    plain.load_state_dict({"weight_ih_l0": U.T, "weight_hh_l0": W.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b})
    torch.testing.assert_close(
        layers.rnn(weights, "rnn", x[..., :1])["rnn.h"], plain(x[..., :1])[0], rtol=0, atol=1e-12
    )


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_gru_is_the_notes_in_numpy():
    w, model = exact("sentiment_gru"), models.load("sentiment_gru")
    (x, _), *_ = model.data()["held_out"]
    found = model.forward(w, x)
    h = np.zeros((len(x), 20))
    for word in x.T:
        e = w["embedding.E"][word]
        U, W, b = (w[f"gru.{symbol}"] for symbol in "UWb")
        reset, update = (sigmoid(e @ U[k] + h @ W[k] + b[k]) for k in (0, 1))
        candidate = np.tanh(e @ U[2] + (reset * h) @ W[2] + b[2])
        h = update * candidate + (1 - update) * h
    np.testing.assert_allclose(h @ w["output.W"] + w["output.b"], found["output.z"][:, None], rtol=0, atol=1e-12)


def test_the_cnn_is_loops_in_numpy_with_channels_last():
    w, model = exact("digits_cnn"), models.load("digits_cnn")
    image = model.data()["held_out"][0][0][:1]
    found = model.forward(w, image)

    def convolved(x, W, b):
        f, rows, columns = len(W), len(x) - len(W) + 1, len(x[0]) - len(W) + 1
        windows = [[x[i : i + f, j : j + f] for j in range(columns)] for i in range(rows)]
        return np.array([[(window[..., None] * W).sum((0, 1, 2)) + b for window in row] for row in windows])

    a = np.maximum(convolved(np.pad(image[0], ((1, 1), (1, 1), (0, 0))), w["conv1.W"], w["conv1.b"]), 0)
    pooled = np.array([[a[i : i + 2, j : j + 2].max((0, 1)) for j in range(0, 8, 2)] for i in range(0, 8, 2)])
    flat = np.maximum(convolved(pooled, w["conv2.W"], w["conv2.b"]), 0).ravel()
    np.testing.assert_allclose(found["pool1"][0], pooled, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["logits"][0], flat @ w["dense.W"] + w["dense.b"], rtol=0, atol=1e-12)


def test_the_decoder_attends_in_numpy_as_it_does_here():
    w, model = exact("translation_seq2seq"), models.load("translation_seq2seq")
    x, _ = model.data()["held_out"][-1]
    found = model.forward(w, x)
    states, word, ended = found["encoder.h"].numpy(), np.full(len(x), model.START), np.zeros(len(x), bool)
    s = np.zeros((len(x), 40))
    U, W, b = (w[f"decoder.{symbol}"] for symbol in "UWb")
    for t in range(model.LONGEST):
        scores = np.tanh(states @ w["attention.U"] + (s @ w["attention.W"])[:, None]) @ w["attention.v"]
        attention = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        context = np.einsum("ns,nsh->nh", attention, states)
        given = np.concatenate([w["target.E"][word], context], 1)
        reset, update = (sigmoid(given @ U[k] + s @ W[k] + b[k]) for k in (0, 1))
        s = update * np.tanh(given @ U[2] + (reset * s) @ W[2] + b[2]) + (1 - update) * s
        logits = np.concatenate([s, context], 1) @ w["output.W"] + w["output.b"]
        np.testing.assert_allclose(found["attention.weights"][:, t], attention, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found["logits"][:, t], logits, rtol=0, atol=1e-10)
        word = np.where(ended, model.END, logits.argmax(1))
        ended |= word == model.END
        np.testing.assert_array_equal(found["ids"][:, t], word)
    given = model.forward(w, x, found["ids"])
    np.testing.assert_array_equal(given["logits"], found["logits"])


@pytest.mark.parametrize("name", models.NAMES)
def test_arrays_and_tensors_of_either_precision_go_in(name):
    model, weights = models.load(name), cards.read_weights(name)
    x = next(iter(model.probes().values()))
    for dtype in (np.float32, np.float64):
        found = model.forward({key: values.astype(dtype) for key, values in weights.items()}, x)[model.OUTPUT]
        assert found.numpy().dtype == dtype
