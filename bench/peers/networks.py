"""The networks of fsg's evaluation in PyTorch, a forward pass for each line that comes in.

python bench/peers/networks.py NETWORK BATCH THREADS

NETWORK: lpips-alex, lpips-vgg, inception-fid, lightcnn29v2 or lightcnn9. Pictures of 128 x 128, random weights, float32, no gradient.
Answers each line with the pass's seconds. Needs torch, torchvision, lpips and pytorch-fid.
"""

import sys
import time
import warnings

import lpips
import pytorch_fid.inception
import torch
import torchvision
from torch import nn


class Mfm(nn.Module):
    """Convolution to twice the channels, then the larger of the two halves (Wu et al. 2018)."""

    def __init__(self, i, o, kernel, pad=0):
        super().__init__()
        self.filter = nn.Conv2d(i, 2 * o, kernel, padding=pad)

    def forward(self, x):
        return torch.max(*self.filter(x).chunk(2, 1))


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(Mfm(c, c, 3, 1), Mfm(c, c, 3, 1))

    def forward(self, x):
        return x + self.body(x)


def group(i, o):
    return nn.Sequential(Mfm(i, i, 1), Mfm(i, o, 3, 1))


class BothPools(nn.Module):
    def forward(self, x):
        return nn.functional.max_pool2d(x, 2) + nn.functional.avg_pool2d(x, 2)


def residuals(count, c):
    return nn.Sequential(*(Residual(c) for _ in range(count)))


def light_cnn29():
    return nn.Sequential(
        Mfm(1, 48, 5, 2), BothPools(),
        residuals(1, 48), group(48, 96), BothPools(),
        residuals(2, 96), group(96, 192), BothPools(),
        residuals(3, 192), group(192, 128), residuals(4, 128), group(128, 128), BothPools(),
        nn.Flatten(), nn.Linear(8 * 8 * 128, 256),
    )  # fmt: skip


class LinearMfm(nn.Linear):
    def forward(self, x):
        return torch.max(*super().forward(x).chunk(2, 1))


def light_cnn9():
    pool = nn.MaxPool2d(2)
    return nn.Sequential(
        Mfm(1, 48, 5, 2), pool, group(48, 96), pool, group(96, 192), pool,
        group(192, 128), group(128, 128), pool, nn.Flatten(), LinearMfm(8 * 8 * 128, 512),
    )  # fmt: skip


def inception():
    shape = torchvision.models.inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
    pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: shape.state_dict()
    return pytorch_fid.inception.InceptionV3([3])


def network(name):
    """The network, its inputs' channels, how many inputs it takes."""
    if name.startswith("lpips-"):
        return lpips.LPIPS(net=name[6:], pretrained=False, pnet_rand=True, verbose=False), 3, 2
    if name == "inception-fid":
        return inception(), 3, 1
    return {"lightcnn29v2": light_cnn29, "lightcnn9": light_cnn9}[name](), 1, 1


def main():
    warnings.simplefilter("ignore")
    name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model, channels, count = network(name)
    model.eval()
    inputs = [torch.rand(batch, channels, 128, 128) for _ in range(count)]
    with torch.no_grad():
        for _ in sys.stdin:
            start = time.perf_counter()
            model(*inputs)
            print(time.perf_counter() - start, flush=True)


main()
