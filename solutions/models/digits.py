"""Scikit-learn's bundled digits: 1,797 images of 8 × 8 pixels in 17 shades (UCI, Alpaydın and Kaynak, CC BY 4.0)."""

import numpy as np

from .examples import Draw

SHADES = 16.0


def split() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images (N, 8, 8) from 0 to 1 and digits (N,): 1,437 to train on, 360 held out."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = Draw(seed=1).order(len(found.target))
    images, digits = found.images[order] / SHADES, found.target[order]
    return {"train": (images[360:], digits[360:]), "held_out": (images[:360], digits[:360])}
