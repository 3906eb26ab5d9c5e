"""Writes golden.json, features.safetensors, alex.pth and vgg.pth: LPIPS by the lpips package and Inception's features by pytorch-fid, in float64, on
weights and pictures of synthetic.py.

    python -m venv v && v/bin/pip install torch==2.15.0 torchvision==0.29.2 lpips==0.1.4 pytorch-fid==0.3.0 \\
        scipy==1.17.1 numpy==2.4.6 safetensors
    v/bin/python make_golden.py

Also prints how far PyTorch's own float32 is from these numbers.
"""

import json
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path

import lpips
import numpy as np
import pytorch_fid.inception
import torch
import torchvision
from safetensors.numpy import save_file

from synthetic import picture, values

HERE = Path(__file__).parent
SIZES = [(64, 64), (128, 128), (75, 51)]
FEATURE_SIZES = [(128, 128), (299, 299), (61, 90)]


def batch(seeds, size, dtype):
    """[B, 3, H, W] in [0, 1]."""
    pictures = np.stack([picture(seed, *size) for seed in seeds])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).to(dtype) / 255


def lpips_of(net, dtype):
    model = lpips.LPIPS(net=net, pretrained=False, pnet_rand=True, verbose=False)
    own = model.state_dict()
    renamed = {}
    for name, tensor in own.items():
        if name.startswith("net.slice"):  # net.slice2.3.weight is torchvision's features.3.weight
            renamed[name] = values("features." + name.split(".", 2)[2], tuple(tensor.shape))
        elif name.startswith("lin") and not name.startswith("lins."):
            renamed[name] = renamed["lins." + name[3:]] = values(name, tuple(tensor.shape))
    model.load_state_dict({**own, **{name: torch.from_numpy(value) for name, value in renamed.items()}})
    model = model.to(dtype).eval()
    distances = []
    with torch.no_grad():
        for width, height in SIZES:
            a, b = batch([1, 2], (width, height), dtype), batch([3, 4], (width, height), dtype)
            # The second pair differs by a tenth of what the first does.
            b[1] = 0.9 * a[1] + 0.1 * b[1]
            distances.append(model(2 * a - 1, 2 * b - 1).flatten().tolist())
    return distances


def shapes_of(model):
    return {name: list(t.shape) for name, t in model.state_dict().items() if not name.endswith("num_batches_tracked")}


def tensors(shapes):
    return OrderedDict((name, torch.from_numpy(values(name, shape))) for name, shape in shapes.items())


# pytorch-fid's network has torchvision's tensors; the names and shapes of its file are those.
INCEPTION = shapes_of(torchvision.models.inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False))


def inception(dtype):
    pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: tensors(INCEPTION)
    return pytorch_fid.inception.InceptionV3([3]).to(dtype).eval()


def features_of(model, dtype):
    with torch.no_grad():
        return [model(batch([5], size, dtype))[0].flatten().double().numpy() for size in FEATURE_SIZES]


def main():
    golden = {
        "origin": ", ".join(f"{name} {version(name)}" for name in ("lpips", "pytorch-fid", "torchvision", "torch")),
        "sizes": SIZES,
        "featureSizes": FEATURE_SIZES,
        "lpips": {net: lpips_of(net, torch.float64) for net in ("alex", "vgg")},
    }
    for net, exact in golden["lpips"].items():
        error = np.abs(np.array(lpips_of(net, torch.float32)) / np.array(exact) - 1).max()
        print(f"lpips {net}: {exact}; float32 differs by {error:.1e}")
    exact = features_of(inception(torch.float64), torch.float64)
    float32 = features_of(inception(torch.float32), torch.float32)
    for size, a, b in zip(FEATURE_SIZES, exact, float32):
        print(f"inception {size}: mean {a.mean():.3f}, max {a.max():.3f}; float32 differs by {np.abs(a - b).max() / a.max():.1e} of the maximum")
    channels = {"alex": [64, 192, 384, 256, 256], "vgg": [64, 128, 256, 512, 512]}
    linear = {net: {f"lin{k}.model.1.weight": [1, c, 1, 1] for k, c in enumerate(cs)} for net, cs in channels.items()}
    golden["shapes"] = {
        "alexnet": shapes_of(torchvision.models.alexnet(weights=None)),
        "vgg16": shapes_of(torchvision.models.vgg16(weights=None)),
        "lpips-alex": linear["alex"],
        "lpips-vgg": linear["vgg"],
        "inception-fid": INCEPTION,
    }
    torch.save(tensors(linear["alex"]), HERE / "alex.pth")
    torch.save(tensors(linear["vgg"]), HERE / "vgg.pth", _use_new_zipfile_serialization=False)
    (HERE / "golden.json").write_text(json.dumps(golden) + "\n")
    save_file({f"{w}x{h}": a.astype(np.float32) for (w, h), a in zip(FEATURE_SIZES, exact)}, HERE / "features.safetensors")


if __name__ == "__main__":
    main()
