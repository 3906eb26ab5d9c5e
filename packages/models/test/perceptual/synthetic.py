"""Weights and pictures made from a hash of name and index: src/testing.ts in Python, the same to the bit."""

import re

import numpy as np


def hash_of(name):
    """FNV-1a of the name's characters, 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode("ascii"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def uniform(seed, count):
    """The first values of a stream in [0, 1), multiples of 2^-24: murmur3's finaliser of seed + index * 0x9e3779b9."""
    h = np.uint32(seed) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return ((h ^ (h >> np.uint32(16))) >> np.uint32(8)) / 2.0**24


def values(name, shape):
    """float32; filters keep a relu network's scale (He et al. 2015)."""
    if name.startswith("lin"):
        low, width = 0.0, 1.0
    elif len(shape) > 1:
        bound = np.sqrt(6 / np.prod(shape[1:]))
        low, width = -bound, 2 * bound
    elif re.search(r"bn\.weight$|running_var$", name):
        low, width = 0.75, 0.5
    else:
        low, width = -0.125, 0.25
    return (low + width * uniform(hash_of(name), int(np.prod(shape)))).astype(np.float32).reshape(shape)


def picture(seed, width, height):
    """Noise on slopes, uint8 [height, width, 3]."""
    y, x, channel = np.mgrid[0:height, 0:width, 0:3]
    slope = (3 * x + 2 * y + 70 * channel + 37 * seed) & 255
    noise = np.floor(256 * uniform(seed, height * width * 3)).astype(int).reshape(height, width, 3)
    return ((3 * slope + noise) >> 2).astype(np.uint8)
