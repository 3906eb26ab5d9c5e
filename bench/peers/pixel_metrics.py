"""Pairs of pictures measured as people do in Python: python pixel_metrics.py PAIRS SIZE

PAIRS holds raw 8-bit RGB pictures of SIZE x SIZE pixels, restored and clean in turn. PSNR and SSIM with its map by scikit-image,
MS-SSIM (four scales) by torchmetrics in 32 bits. One thread. Prints the milliseconds of processor time a pair, in all and of each
metric, and the values.
Needs scikit-image, torchmetrics and torch.
"""

import json
import sys
import time

import numpy as np
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363])
BETAS = tuple(map(float, WEIGHTS / WEIGHTS.sum()))


def psnr(a, b):
    return peak_signal_noise_ratio(a, b, data_range=255)


def ssim(a, b):
    value, _map = structural_similarity(
        a, b, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True
    )
    return value


def ms_ssim(a, b):
    a, b = (torch.from_numpy(p).permute(2, 0, 1)[None].float() for p in (a, b))
    return multiscale_structural_similarity_index_measure(a, b, data_range=255.0, betas=BETAS, normalize="relu")


def main():
    torch.set_num_threads(1)
    size = int(sys.argv[2])
    pairs = np.fromfile(sys.argv[1], np.uint8).reshape(-1, 2, size, size, 3)
    values, each = [{} for _ in pairs], {}
    with torch.inference_mode():
        for metric in (psnr, ssim, ms_ssim):
            for a, b in pairs[:5]:
                metric(a, b)
            start = time.process_time()
            found = [float(metric(a, b)) for a, b in pairs]
            each[metric.__name__] = 1000 * (time.process_time() - start) / len(pairs)
            for row, value in zip(values, found):
                row[metric.__name__] = value
    print(json.dumps({"milliseconds": sum(each.values()), "each": each, "values": values}))


main()
