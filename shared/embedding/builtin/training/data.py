"""The pictures: read once into one array, then cut, tinted and batched cheaply.

Every set becomes a list of `Item`s (labels) and rows of one uint8 file
[n, HEIGHT, WIDTH, 3] that is memory-mapped, so that training never decodes
a JPEG. A folder may hold any of these, unpacked or as `<name>.tar`:

    products.jsonl + products/    names, labels, split train/val/test
    clothing.jsonl + clothing/    phone photos; some senders are held out
    grocery.jsonl  + grocery/     groceries, split train/val
    drawn.jsonl    + pictures     drawn products (any folder that holds one)
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

HEIGHT, WIDTH = 160, 128  # input of the vision model
MEAN = (0.5, 0.5, 0.5)
STD = (0.5, 0.5, 0.5)

# Labels that name nothing one can search for.
CLOTHING_SKIPPED = {"Not sure", "Other", "Skip"}


@dataclass
class Item:
    """One picture with what is known of it; None is "not known"."""

    source: str  # products, clothing, grocery, drawn
    split: str  # train, val, test
    path: str
    row: int = -1  # its row in the array of pictures
    name: str | None = None
    name_zh: str | None = None
    type: str | None = None
    sub: str | None = None
    master: str | None = None
    colour: str | None = None
    gender: str | None = None
    usage: str | None = None
    season: str | None = None
    brand: str | None = None
    pattern: str | None = None
    type_zh: str | None = None  # only where zh-terms.json has no word for it
    colour_zh: str | None = None
    pattern_zh: str | None = None
    attributes: list[int] = field(default_factory=list)  # filled by text.Phrases


def held_out_sender(sender: str) -> bool:
    """One sender of the phone photos in five is never trained on: those whose
    name's SHA-1 starts with a byte divisible by five."""
    return hashlib.sha1(sender.encode()).digest()[0] % 5 == 0


def _lines(path: Path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _unpack(folder: Path, work: Path, name: str) -> Path | None:
    """The folder in which `<name>.jsonl` lies, unpacking `<name>.tar` if need be."""
    if (folder / f"{name}.jsonl").exists():
        return folder
    archive = folder / f"{name}.tar"
    if not archive.exists():
        return None
    target = work / "unpacked"
    if not (target / f"{name}.jsonl").exists():
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            tar.extractall(target)
    return target


def _known(value):
    return None if value in (None, "", "NA") else value


def read_items(folders: list[Path], work: Path) -> list[Item]:
    items: list[Item] = []
    for folder in folders:
        root = _unpack(folder, work, "products")
        if root:
            for r in _lines(root / "products.jsonl"):
                items.append(Item(
                    "products", r["split"], str(root / "products" / f"{r['id']}.jpg"),
                    name=r["name"], name_zh=r["nameZh"], type=r["articleType"],
                    sub=r["subCategory"], master=r["masterCategory"],
                    colour=_known(r["baseColour"]), gender=_known(r["gender"]),
                    usage=_known(r["usage"]), season=_known(r["season"]), brand=r["brand"]))
        root = _unpack(folder, work, "clothing")
        if root:
            for r in _lines(root / "clothing.jsonl"):
                if r["label"] in CLOTHING_SKIPPED:
                    continue
                split = "test" if held_out_sender(r["sender"]) else "train"
                items.append(Item("clothing", split, str(root / r["file"]),
                                  type=r["label"], type_zh=r["label_zh"]))
        root = _unpack(folder, work, "grocery")
        if root:
            for r in _lines(root / "grocery.jsonl"):
                items.append(Item("grocery", "train" if r["split"] == "train" else "test",
                                  str(root / r["file"]),
                                  type=r["name"], sub=r["coarse"], master="Food"))
        if (folder / "drawn.jsonl").exists():
            for r in _lines(folder / "drawn.jsonl"):
                split = r.get("split") or ("test" if hashlib.sha1(r["file"].encode()).digest()[0] % 10 == 0 else "train")
                items.append(Item(
                    "drawn", split, str(folder / r["file"]),
                    name=r.get("name"), name_zh=r.get("nameZh"), type=r.get("type"),
                    type_zh=r.get("typeZh"), colour=_known(r.get("colour")),
                    colour_zh=r.get("colourZh"), gender=_known(r.get("gender")),
                    pattern=_known(r.get("pattern")), pattern_zh=r.get("patternZh")))
    return items


def squash(image: Image.Image) -> np.ndarray:
    """uint8 [HEIGHT, WIDTH, 3]: what the vision model sees, aspect not kept."""
    return np.asarray(image.convert("RGB").resize((WIDTH, HEIGHT), Image.BICUBIC))


def load_pictures(items: list[Item], work: Path) -> np.ndarray:
    """Decode what is not decoded yet; give each item its row.

    The array only grows, so that a set added at a resume is decoded alone.
    """
    index_path, array_path = work / "pictures.json", work / "pictures.u8"
    index = json.loads(index_path.read_text()) if index_path.exists() else {}
    size = HEIGHT * WIDTH * 3
    missing = [item for item in items if item.path not in index]
    if missing:
        with open(array_path, "ab") as file:
            file.truncate(len(index) * size)  # the tail of an interrupted run
            for item in missing:
                with Image.open(item.path) as image:
                    file.write(squash(image).tobytes())
                index[item.path] = len(index)
        index_path.write_text(json.dumps(index))
    for item in items:
        item.row = index[item.path]
    return np.memmap(array_path, np.uint8, "r", shape=(len(index), HEIGHT, WIDTH, 3))


def _recompress(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Through a JPEG of low quality, half of the time at half the size, so that
    both the blocks of a small picture and those of a large one are seen."""
    image = Image.fromarray(picture)
    if rng.random() < 0.5:
        image = image.resize((WIDTH // 2, HEIGHT // 2), Image.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(20, 70)))
    image = Image.open(buffer)
    if image.size != (WIDTH, HEIGHT):
        image = image.resize((WIDTH, HEIGHT), Image.BICUBIC)
    return np.asarray(image)


def augment(pictures: list[np.ndarray], rng: np.random.Generator) -> torch.Tensor:
    """uint8 [HEIGHT, WIDTH, 3] each -> normalised float32 [n, 3, HEIGHT, WIDTH].

    No rotation of the hue: colours are labels.
    """
    out = torch.empty(len(pictures), 3, HEIGHT, WIDTH)
    for i, picture in enumerate(pictures):
        if rng.random() < 0.12:
            picture = _recompress(picture, rng)
        x = torch.from_numpy(picture.astype(np.float32)).permute(2, 0, 1)[None]
        kind = rng.random()
        if kind < 0.75:  # a crop of 60-100 % of the area, aspect up to 12 % off
            area, aspect = rng.uniform(0.6, 1.0), np.exp(rng.uniform(-0.12, 0.12))
            h = min(HEIGHT, int(round(HEIGHT * np.sqrt(area * aspect))))
            w = min(WIDTH, int(round(WIDTH * np.sqrt(area / aspect))))
            top, left = rng.integers(0, HEIGHT - h + 1), rng.integers(0, WIDTH - w + 1)
            x = x[:, :, top:top + h, left:left + w]
            x = F.interpolate(x, (HEIGHT, WIDTH), mode="bilinear", align_corners=False)
        elif kind < 0.87:  # smaller, on white or on the colour of its corner
            scale_h, scale_w = rng.uniform(0.55, 0.95, 2)
            h, w = int(HEIGHT * scale_h), int(WIDTH * scale_w)
            top, left = rng.integers(0, HEIGHT - h + 1), rng.integers(0, WIDTH - w + 1)
            small = F.interpolate(x, (h, w), mode="bilinear", align_corners=False)
            fill = x[:, :, :1, :1].clone() if rng.random() < 0.4 else torch.full((1, 3, 1, 1), 255.0)
            if rng.random() < 0.2:
                fill = torch.from_numpy(rng.uniform(0, 255, (1, 3, 1, 1))).float()
            x = fill.expand(1, 3, HEIGHT, WIDTH).clone()
            x[:, :, top:top + h, left:left + w] = small
        if rng.random() < 0.1:  # blurred by a detour over half the size or less
            factor = rng.uniform(0.35, 0.7)
            x = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
            x = F.interpolate(x, (HEIGHT, WIDTH), mode="bilinear", align_corners=False)
        out[i] = x[0].flip(-1) if rng.random() < 0.5 else x[0]
    n = len(pictures)

    def factor(spread: float, channels: int = 1) -> torch.Tensor:
        on = rng.random((n, 1, 1, 1)) < 0.7
        return torch.from_numpy(np.where(on, rng.uniform(-spread, spread, (n, channels, 1, 1)), 0)).float()

    out /= 255.0
    grey = out.mean(1, keepdim=True)
    out.lerp_(grey.expand_as(out), factor(0.25))  # saturation, both ways
    centre = grey.mean((2, 3), keepdim=True)
    out.sub_(centre).mul_(1 + factor(0.25)).add_(centre)  # contrast
    out.mul_(1 + factor(0.25)).mul_(1 + factor(0.05, 3))  # brightness, tint
    out.clamp_(0, 1)
    return out.sub_(0.5).div_(0.5)


def plain(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, HEIGHT, WIDTH, 3] -> what the encoder sees at inference."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    return x.div_(255).sub_(0.5).div_(0.5)
