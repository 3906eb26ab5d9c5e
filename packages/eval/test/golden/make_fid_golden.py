"""Writes fid.json: Fréchet distances by pytorch-fid (SciPy's sqrtm), and the exact ones by numpy's singular values.

    packages for it: ../../../models/test/perceptual/make_golden.py
    v/bin/python make_fid_golden.py

tr (S1 S2)^1/2 is the sum of the singular values of X1 X2', X the centred features / sqrt(n - 1): no product is formed whose small
eigenvalues rounding hides, which sqrtm's are where a set has fewer pictures than features. Prints how far the two are apart.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pytorch_fid.fid_score import calculate_frechet_distance

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "models/test/perceptual"))
from make_golden import inception  # noqa: E402
from synthetic import picture, uniform  # noqa: E402

CASES = [
    {"name": "more pictures than features", "dimensions": 48, "counts": [200, 300]},
    {"name": "one set smaller", "dimensions": 48, "counts": [30, 300]},
    {"name": "both sets smaller", "dimensions": 48, "counts": [30, 20]},
    {"name": "as many pictures as features", "dimensions": 48, "counts": [48, 49]},
    {"name": "Inception's length, few pictures", "dimensions": 2048, "counts": [60, 80]},
]
PICTURES = {"size": [64, 64], "first": [10, 16], "second": [20, 28]}


def features(seed, count, dimensions):
    """float32 [count, dimensions]: own noise and sixteen shared factors, smaller and smaller. fid.test.ts makes the same."""
    own = uniform(seed, count * dimensions).reshape(count, dimensions)
    factors = uniform(seed + 1, count * 16).reshape(count, 16)
    index = np.arange(dimensions)
    return ((own + 2 * factors[:, index % 16]) / (1 + index / 8)).astype(np.float32)


def distances(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    by_sqrtm = calculate_frechet_distance(a.mean(0), np.cov(a, rowvar=False), b.mean(0), np.cov(b, rowvar=False))
    x, y = ((m - m.mean(0)) / np.sqrt(len(m) - 1) for m in (a, b))
    root = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    exact = ((a.mean(0) - b.mean(0)) ** 2).sum() + (x**2).sum() + (y**2).sum() - 2 * root
    return float(by_sqrtm), float(exact)


def described(model, seeds, dark):
    pictures = np.stack([picture(seed, *PICTURES["size"]) >> dark for seed in range(*seeds)])
    with torch.no_grad():
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        return model(batch)[0][:, :, 0, 0].numpy()


def main():
    cases = []
    for case in CASES:
        a, b = (features(seed, n, case["dimensions"]) for seed, n in zip((1, 5), case["counts"]))
        by_sqrtm, exact = distances(a, b)
        cases.append({**case, "sqrtm": by_sqrtm, "exact": exact})
        print(f"{case['name']}: {by_sqrtm} by sqrtm, {by_sqrtm / exact - 1:.1e} from {exact}")
    model = inception(torch.float32)
    by_sqrtm, exact = distances(described(model, PICTURES["first"], 0), described(model, PICTURES["second"], 1))
    print(f"pictures: {by_sqrtm} by sqrtm, {by_sqrtm / exact - 1:.1e} from {exact}")
    origin = ", ".join(f"{name} {version(name)}" for name in ("pytorch-fid", "scipy", "numpy", "torch"))
    golden = {"origin": origin, "cases": cases, "pictures": {**PICTURES, "sqrtm": by_sqrtm, "exact": exact}}
    (HERE / "fid.json").write_text(json.dumps(golden, indent=2) + "\n")


main()
