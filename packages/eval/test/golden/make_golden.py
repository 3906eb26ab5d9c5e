"""Writes metrics.json: pixel metrics by scikit-image and torchmetrics, landmark errors by NumPy, intervals and normal quantiles by
SciPy.

    python -m venv v && v/bin/pip install scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6 torchmetrics==1.9.0 torch==2.15.0
    v/bin/python make_golden.py > metrics.json

The pictures are not stored: both sides make them from the same linear congruential generator.
"""
import json
import numpy as np, scipy, skimage, torch, torchmetrics
from scipy import ndimage, stats
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure


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
                elif kind in ("hill", "faded hill"):
                    away = (2 * x - width) ** 2 + (2 * y - height) ** 2
                    v = 220 - 200 * away // (width**2 + height**2) + 8 * c + noise // 16
                    if kind == "faded hill":
                        v = 50 + v * 6 // 10 + noise // 8
                else:
                    v = int(kind)
                out[y, x, c] = v
    return out


def area(width, height, shape):
    """Inside a disc (x, y, radius) or a half-open box (left, top, right, bottom)."""
    y, x = np.mgrid[:height, :width]
    if len(shape) == 3:
        return (x - shape[0]) ** 2 + (y - shape[1]) ** 2 <= shape[2] ** 2
    left, top, right, bottom = shape
    return (x >= left) & (x < right) & (y >= top) & (y < bottom)


# Restored, clean, size, the hole, a part of the face.
CASES = [
    ("noise against noise", "noise", "noise", 128, 128, [30, 40, 90, 110], [20, 90, 100, 128]),
    ("smooth against smooth, a hole at the border", "smooth", "smooth", 128, 128, [0, 0, 128, 20], [40, 10, 80, 50]),
    ("a hill, faded, a round hole", "faded hill", "hill", 128, 128, [70, 60, 31], [64, 30, 90, 60]),
    ("a hill against noise, a part outside the hole", "noise", "hill", 128, 128, [127, 127, 40], [0, 0, 30, 30]),
    ("a hill against smooth, five scales, nothing occluded", "faded hill", "smooth", 300, 200, [0, 0, 0, 0], [9, 9, 99, 99]),
    ("the least sides of five scales, one pixel occluded", "faded hill", "hill", 176, 190, [100, 80, 101, 81], [90, 70, 120, 90]),
    ("one pixel less than five scales", "faded hill", "hill", 189, 175, [0, 50, 10], [0, 40, 20, 60]),
    ("the least sides of four scales, all occluded", "smooth", "hill", 99, 130, [0, 0, 99, 130], [0, 0, 50, 50]),
    ("one pixel less than four scales", "smooth", "hill", 130, 98, [60, 60, 5], [0, 0, 130, 98]),
    ("a picture against its negative", "negative", "hill", 128, 128, [0, 0, 13], [3, 3, 5, 5]),
    ("identical pictures", "same", "hill", 128, 128, [64, 64, 20], [50, 50, 60, 60]),
    ("identical white pictures", "same", "255", 128, 128, [64, 64, 20], [50, 50, 60, 60]),
    ("smooth against an edge, odd size", "smooth", "step", 53, 37, [20, 10, 53, 37], [0, 0, 30, 37]),
    ("black against white", "0", "255", 101, 101, [5, 5, 6, 6], [5, 5, 6, 6]),
    ("flat against smooth", "90", "smooth", 31, 97, [3, 60, 30, 97], [0, 50, 31, 70]),
    ("one window", "noise", "smooth", 11, 11, [0, 0, 11, 11], [0, 0, 1, 1]),
]


def picture_of(kind, width, height, clean):
    """Restored pictures may be made of the clean one."""
    if kind == "same":
        return clean.copy()
    return 255 - clean if kind == "negative" else picture(kind, width, height, 1)


def ratio(a, b, peak=255):
    return None if a.size == 0 or np.array_equal(a, b) else peak_signal_noise_ratio(a, b, data_range=peak)


def similarity(a, b, data_range):
    value, smap = structural_similarity(
        a, b, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=data_range, full=True
    )
    return value, smap.mean(-1)


def multi_scale(a, b):
    """Of Wang's five weights as many as torchmetrics accepts at this size, but no fewer than four."""
    wang = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
    a, b = (torch.from_numpy(p).permute(2, 0, 1)[None].double() for p in (a, b))
    for betas in (wang, wang[:4] / wang[:4].sum()):
        try:
            return multiscale_structural_similarity_index_measure(
                a, b, gaussian_kernel=True, sigma=1.5, kernel_size=11, data_range=255.0, k1=0.01, k2=0.03,
                betas=tuple(map(float, betas)), normalize="relu",
            ).item()
        except ValueError:
            continue
    return None


def band(hole):
    """Pixels at most 4 away from those of the other kind, columns or rows, whichever are more."""
    if hole.all() or not hole.any():
        return np.zeros_like(hole)
    away = np.where(hole, *(ndimage.distance_transform_cdt(m, "chessboard") for m in (hole, ~hole)))
    return away <= 4


def stretch(a):
    low, span = int(a.min()), max(int(a.max()) - int(a.min()), 1)
    return ((510 * (a.astype(int) - low) + span) // (2 * span)).astype(np.uint8)


def compare(name, kind_a, kind_b, width, height, hole, part):
    b = picture(kind_b, width, height, 2)
    a = picture_of(kind_a, width, height, b)
    inside = area(width, height, hole)
    regions = dict(hole=inside, visible=~inside, band=band(inside), hole_part=inside & area(width, height, part))
    whole, smap = similarity(a, b, 255)
    apart = np.abs(a.astype(int) - b)
    values = dict(psnr=ratio(a, b), ssim=whole, l1=apart.mean(), ms_ssim=multi_scale(a, b))
    for region, mask in regions.items():
        values[f"psnr_{region}"] = ratio(a[mask], b[mask])
        values[f"ssim_{region}"] = smap[mask].mean() if mask.any() else None
        values[f"l1_{region}"] = apart[mask].mean() if mask.any() else None
    signed = [p / 127.5 - 1 for p in (a, b)]
    release = dict(
        psnr_release=ratio(*signed, 1), ssim_release=similarity(*signed, 1)[0],
        psnr_stretched=ratio(stretch(a), b), ssim_stretched=similarity(stretch(a), b, 255)[0],
    )
    return dict(
        name=name, a=kind_a, b=kind_b, width=width, height=height, hole=hole, part=part, values=values, release=release,
        map=[smap[0, 0], smap[0, -1], smap[-1, 0], smap[-1, -1], smap[height // 2, width // 2]],
    )


def landmarks():
    """68 points, x and y in turn: half a byte's value, and up to 2 pixels beside that."""
    r = Lcg(11)
    truth = np.array([[r.byte() / 2, r.byte() / 2] for _ in range(68)])
    found = truth + [[r.byte() / 64 - 2, r.byte() / 64 - 2] for _ in range(68)]
    between_eyes = np.linalg.norm(truth[36] - truth[45])
    return dict(seed=11, error=100 * np.linalg.norm(found - truth, axis=1).mean() / between_eyes)


def interval():
    """BCa interval of a skewed sample's mean; 400,000 resamples leave an error of about 0.2 % of its width."""
    r = Lcg(7)
    values = [-np.log((r.byte() + 0.5) / 256) for _ in range(40)]
    found = stats.bootstrap((values,), np.mean, n_resamples=400_000, method="BCa", rng=np.random.default_rng(1), batch=1000)
    return dict(seed=7, n=40, mean=np.mean(values), low=found.confidence_interval.low, high=found.confidence_interval.high)


points = [-6.0, -3.1, -1.0, -0.1, 0.0, 0.5, 1.96, 4.2]
probabilities = [1e-6, 0.001, 0.02425, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]
print(json.dumps(dict(
    origin=f"scikit-image {skimage.__version__}, torchmetrics {torchmetrics.__version__}, SciPy {scipy.__version__}, "
    f"NumPy {np.__version__}; make_golden.py",
    pictures=[compare(*case) for case in CASES],
    landmarks=landmarks(),
    bca=interval(),
    normal=dict(points=points, cdf=list(stats.norm.cdf(points)), probabilities=probabilities, quantiles=list(stats.norm.ppf(probabilities))),
), indent=1))
