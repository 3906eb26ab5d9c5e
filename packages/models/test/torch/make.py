"""Writes the files that weights.test.ts reads. Needs PyTorch (made with the version in README.md): python make.py"""

from collections import OrderedDict

import torch


class Stranger:
    """Stands for whatever a file may hold that is no tensor and no plain container."""


base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
tensors = OrderedDict(
    float32=base[:2, :3].clone(),
    float64=torch.tensor([1 / 3, -2.5e300], dtype=torch.float64),
    float16=torch.tensor([1.5, -0.0009765625, 65504.0, 2.0**-24], dtype=torch.float16),
    bfloat16=torch.tensor([1.5, -3.0e38, 2.0**-126], dtype=torch.bfloat16),
    int64=torch.tensor(7),
    int32=torch.tensor([[-1], [2]], dtype=torch.int32),
    boolean=torch.tensor([True, False]),
    transposed=base.t(),  # shares its storage with `window`
    window=base[1:3, 2:5],
    every_other=base.flatten()[1::2],
    expanded=torch.tensor([[3.0], [4.0]]).expand(2, 3),
    empty=torch.empty(0, 3),
    parameter=torch.nn.Parameter(torch.tensor([0.25])),
)
checkpoint = {
    "epoch": 3,
    "arch": "LightCNN",
    "state_dict": OrderedDict((f"module.{name}", tensor) for name, tensor in tensors.items()),
    "optimizer": {"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 1e-4, "betas": (0.5, 0.999)}]},
}

for name, content in {"tensors": tensors, "checkpoint": checkpoint, "stranger": {"a": torch.zeros(1), "b": Stranger()}}.items():
    torch.save(content, f"{name}.pth")
    torch.save(content, f"{name}.legacy.pth", _use_new_zipfile_serialization=False)
torch.save(tensors, "tensors.protocol4.pth", pickle_protocol=4)
