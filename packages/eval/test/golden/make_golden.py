"""Writes metrics.json: PSNR and SSIM by scikit-image, intervals and normal quantiles by SciPy.

    python -m venv v && v/bin/pip install scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
    v/bin/python make_golden.py > metrics.json

The pictures are not stored: both sides make them from the same linear congruential generator.
"""
import json
import numpy as np, scipy, skimage
from scipy import stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def byte(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state >> 24


def picture(kind, width, height, seed):
    r = Lcg(seed)
    out = np.zeros((height, width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                noise = r.byte()
                if kind == "noise":
                    v = noise
                elif kind == "smooth":
                    v = min(255, max(0, 40 + x + y // 2 + 20 * c + noise // 16))
                elif kind == "step":
                    v = (230 if x > width // 2 else 20) - (y % 7 == 0) * 10
                else:
                    v = int(kind)
                out[y, x, c] = v
    return out


def box(width, height, left, top, right, bottom):
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = True
    return mask


CASES = [
    ("noise against noise", "noise", "noise", 128, 128, [30, 40, 90, 110]),
    ("smooth against smooth", "smooth", "smooth", 128, 128, [0, 0, 128, 20]),
    ("smooth against an edge, odd size", "smooth", "step", 53, 37, [20, 10, 53, 37]),
    ("black against white", "0", "255", 64, 64, [5, 5, 6, 6]),
    ("flat against smooth", "90", "smooth", 31, 97, [3, 60, 30, 97]),
    ("one window", "noise", "smooth", 11, 11, [0, 0, 11, 11]),
]


def compare(name, kind_a, kind_b, width, height, hole):
    a, b = picture(kind_a, width, height, 1), picture(kind_b, width, height, 2)
    mask = box(width, height, *hole)
    value, smap = structural_similarity(
        a, b, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True
    )
    smap = smap.mean(-1)
    return dict(
        name=name, a=kind_a, b=kind_b, width=width, height=height, hole=hole,
        psnr=peak_signal_noise_ratio(a, b, data_range=255),
        psnrHole=peak_signal_noise_ratio(a[mask], b[mask], data_range=255),
        ssim=value, ssimHole=smap[mask].mean(),
        map=[smap[0, 0], smap[0, -1], smap[-1, 0], smap[-1, -1], smap[height // 2, width // 2]],
    )


def interval():
    """BCa interval of a skewed sample's mean; 400,000 resamples leave an error of about 0.2 % of its width."""
    r = Lcg(7)
    values = [-np.log((r.byte() + 0.5) / 256) for _ in range(40)]
    found = stats.bootstrap((values,), np.mean, n_resamples=400_000, method="BCa", rng=np.random.default_rng(1), batch=1000)
    return dict(seed=7, n=40, mean=np.mean(values), low=found.confidence_interval.low, high=found.confidence_interval.high)


points = [-6.0, -3.1, -1.0, -0.1, 0.0, 0.5, 1.96, 4.2]
probabilities = [1e-6, 0.001, 0.02425, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]
print(json.dumps(dict(
    origin=f"scikit-image {skimage.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}; make_golden.py",
    pictures=[compare(*case) for case in CASES],
    bca=interval(),
    normal=dict(points=points, cdf=list(stats.norm.cdf(points)), probabilities=probabilities, quantiles=list(stats.norm.ppf(probabilities))),
), indent=1))
