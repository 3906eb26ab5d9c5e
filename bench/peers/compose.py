"""What people do in Python: block, mask and glasses laid flat over faces with OpenCV, landmarks at hand, three files a sample.

python bench/peers/compose.py IMAGES LANDMARKS.json OUT KIND COUNT [--align]

IMAGES: folder of JPEGs; LANDMARKS.json: {file: [[x, y] x 68]} in their pixels; KIND: blocks, mask or sunglasses. Each sample: read,
composite, write clean, occluded and mask as PNG at OpenCV's default settings. --align first warps the face to 128 x 128 by its five
points. One thread. Prints samples a second of wall clock and of processor time.
Needs opencv-python-headless and numpy.
"""

import json
import os
import random
import sys
import time

import cv2
import numpy as np

FIVE = np.float32([[0.379, 0.424], [0.621, 0.424], [0.5, 0.564], [0.404, 0.676], [0.596, 0.676]]) * 128


def five_of(points):
    return np.float32(
        [points[36:42].mean(0), points[42:48].mean(0), points[30], points[48], points[54]]
    )


def align(image, points):
    matrix, _ = cv2.estimateAffinePartial2D(five_of(points), FIVE, method=cv2.LMEDS)
    aligned = cv2.warpAffine(image, matrix, (128, 128), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return aligned, points @ matrix[:, :2].T + matrix[:, 2]


def template(shape, colour):
    """An RGBA picture to lay over a face, drawn once: what others load from a file."""
    picture = np.zeros((256, 384, 4), np.uint8)
    if shape == "mask":
        cv2.fillPoly(picture, [np.int32([[0, 40], [192, 0], [384, 40], [350, 200], [192, 255], [34, 200]])], colour + (255,))
    else:
        for x in (96, 288):
            cv2.ellipse(picture, (x, 128), (90, 70), 0, 0, 360, colour + (255,), -1)
        cv2.line(picture, (180, 110), (204, 110), colour + (255,), 12)
    return picture


TEMPLATES = {"mask": template("mask", (219, 192, 150)), "sunglasses": template("sunglasses", (26, 22, 22))}


def blocks(image, _points):
    height, width = image.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    occluded = image.copy()
    for _ in range(random.randint(1, 3)):
        w, h = random.randint(width // 8, width // 3), random.randint(height // 8, height // 3)
        x, y = random.randint(0, width - w), random.randint(0, height - h)
        occluded[y : y + h, x : x + w] = np.random.randint(0, 256, 3)
        mask[y : y + h, x : x + w] = 255
    return occluded, mask


def lay_over(image, picture, source, target):
    """As MaskTheFace: a perspective warp of the picture onto four points, then alpha blending."""
    height, width = image.shape[:2]
    matrix = cv2.getPerspectiveTransform(np.float32(source), np.float32(target))
    warped = cv2.warpPerspective(picture, matrix, (width, height))
    alpha = warped[..., 3:].astype(np.float32) / 255
    occluded = (warped[..., :3] * alpha + image * (1 - alpha)).astype(np.uint8)
    return occluded, np.where(warped[..., 3] > 0, 255, 0).astype(np.uint8)


def mask(image, p):
    return lay_over(image, TEMPLATES["mask"], [[0, 40], [384, 40], [350, 200], [34, 200]], [p[2], p[14], p[11], p[5]])


def sunglasses(image, p):
    down = (p[33] - p[27]) * 0.45
    return lay_over(
        image,
        TEMPLATES["sunglasses"],
        [[0, 58], [384, 58], [384, 198], [0, 198]],
        [p[17] - down * 0.1, p[26] - down * 0.1, p[26] + down * 1.6, p[17] + down * 1.6],
    )


def main():
    images, landmarks, out, kind, count = sys.argv[1:6]
    aligned = "--align" in sys.argv
    cv2.setNumThreads(1)
    draw = {"blocks": blocks, "mask": mask, "sunglasses": sunglasses}[kind]
    points = {name: np.float32(p) for name, p in json.load(open(landmarks)).items()}
    names = sorted(points)
    os.makedirs(out, exist_ok=True)
    start, used = time.perf_counter(), time.process_time()
    for i in range(int(count)):
        name = names[i % len(names)]
        image, p = cv2.imread(os.path.join(images, name)), points[name]
        if aligned:
            image, p = align(image, p)
        occluded, covered = draw(image, p)
        for suffix, picture in (("clean", image), ("occluded", occluded), ("mask", covered)):
            cv2.imwrite(os.path.join(out, f"{i:06d}.{suffix}.png"), picture)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(json.dumps({"kind": kind, "aligned": aligned, "samples": int(count), "wall": int(count) / wall, "core": int(count) / cpu}))


main()
