"""The pictures: read once into one array, then cut, tinted and batched cheaply.

Every set becomes a list of `Item`s (labels) and rows of one uint8 file
[n, STORED_HEIGHT, STORED_WIDTH, 3] that is memory-mapped, so that training never decodes
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
from PIL import Image

HEIGHT, WIDTH = 80, 64  # input of the vision model
STORED_HEIGHT, STORED_WIDTH = 112, 88  # larger than the input, so that a part of a picture still has detail
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
    """uint8 [STORED_HEIGHT, STORED_WIDTH, 3]: the picture as it is kept for training, aspect not kept."""
    return np.asarray(image.convert("RGB").resize((STORED_WIDTH, STORED_HEIGHT), Image.BICUBIC))


def load_pictures(items: list[Item], work: Path) -> np.ndarray:
    """Decode what is not decoded yet; give each item its row.

    The array only grows, so that a set added at a resume is decoded alone.
    """
    index_path, array_path = work / "pictures.json", work / "pictures.u8"
    index = json.loads(index_path.read_text()) if index_path.exists() else {}
    size = STORED_HEIGHT * STORED_WIDTH * 3
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
    return np.memmap(array_path, np.uint8, "r", shape=(len(index), STORED_HEIGHT, STORED_WIDTH, 3))


def _recompress(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Through a JPEG of low quality, half of the time at a smaller size, so that
    both the blocks of a small picture and those of a large one are seen."""
    size = image.size
    if rng.random() < 0.5:
        image = image.resize((size[0] * 2 // 3, size[1] * 2 // 3), Image.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(20, 70)))
    image = Image.open(buffer)
    return image if image.size == size else image.resize(size, Image.BICUBIC)


def _nearly(picture: np.ndarray, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """The picture nearly as the encoder sees it at inference, at `size` (width, height)."""
    return Image.fromarray(picture).resize(size, Image.BICUBIC, box=_part(rng, 0.85) if rng.random() < 0.5 else None)


def _part(rng: np.random.Generator, least: float) -> tuple[float, float, float, float]:
    """A box (left, upper, right, lower) of `least` to 100 % of the stored picture, aspect up to 12 % off."""
    area, aspect = rng.uniform(least, 1.0), np.exp(rng.uniform(-0.12, 0.12))
    w = min(1.0, np.sqrt(area / aspect)) * STORED_WIDTH
    h = min(1.0, np.sqrt(area * aspect)) * STORED_HEIGHT
    left, upper = rng.uniform(0, STORED_WIDTH - w), rng.uniform(0, STORED_HEIGHT - h)
    return (left, upper, left + w, upper + h)


def _corner(picture: np.ndarray) -> tuple[int, int, int]:
    return tuple(int(v) for v in picture[0, 0])


def _reframe(picture: np.ndarray, photo: bool, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Another framing of the picture, at `size` (width, height)."""
    image = Image.fromarray(picture)
    if rng.random() < 0.12:
        image = _recompress(image, rng)
    if rng.random() < (0.35 if photo else 0.06):
        image = image.rotate(rng.uniform(-14, 14), Image.BILINEAR, fillcolor=_corner(picture))
    detour = tuple(round(side * rng.uniform(0.4, 0.75)) for side in size) if rng.random() < 0.1 else None
    kind = rng.random()
    if kind < 0.75:
        image = image.resize(detour or size, Image.BILINEAR, box=_part(rng, 0.4 if photo else 0.55))
    elif kind < 0.87:  # smaller, on white, on the colour of its corner or on any
        scale = rng.uniform(0.55, 0.95, 2)
        small = image.resize((max(8, int(size[0] * scale[0])), max(8, int(size[1] * scale[1]))), Image.BILINEAR)
        ground = rng.random()
        fill = _corner(picture) if ground < 0.35 else (255, 255, 255) if ground < 0.8 else tuple(int(v) for v in rng.integers(0, 256, 3))
        image = Image.new("RGB", size, fill)
        image.paste(small, (int(rng.integers(0, size[0] - small.width + 1)), int(rng.integers(0, size[1] - small.height + 1))))
    else:
        image = image.resize(detour or size, Image.BICUBIC)
    return image if image.size == size else image.resize(size, Image.BICUBIC)


def augment(pictures: list[np.ndarray], photo: list[bool], gentle: np.ndarray, size: tuple[int, int],
            rng: np.random.Generator) -> np.ndarray:
    """Stored pictures -> uint8 [n, height, width, 3] for a `size` of (width, height).

    `photo`: taken by hand, so turned and cut more freely. `gentle`, bool [n]: shown nearly as they are, mirrored or not.
    No turning of the hue: colours are labels.
    """
    n = len(pictures)
    out = np.empty((n, size[1], size[0], 3), np.float32)
    for i, picture in enumerate(pictures):
        seen = np.asarray(_nearly(picture, size, rng) if gentle[i] else _reframe(picture, photo[i], size, rng))
        out[i] = seen[:, ::-1] if rng.random() < 0.5 else seen

    def factor(spread: float, channels: int = 1) -> np.ndarray:
        on = rng.random((n, 1, 1, 1)) < 0.7
        drawn = np.where(on, rng.uniform(-spread, spread, (n, 1, 1, channels)), 0).astype(np.float32)
        return drawn * np.where(gentle, 0.3, 1).astype(np.float32)[:, None, None, None]

    grey = out.mean(3, keepdims=True)
    out += (grey - out) * factor(0.25)  # saturation, both ways
    centre = grey.mean((1, 2), keepdims=True)
    out = (out - centre) * (1 + factor(0.25)) + centre  # contrast
    out *= (1 + factor(0.25)) * (1 + factor(0.05, 3))  # brightness, tint
    return np.clip(out, 0, 255).astype(np.uint8)


def normalise(pictures: np.ndarray, device: torch.device | str = "cpu") -> torch.Tensor:
    """uint8 [n, height, width, 3] -> float32 [n, 3, height, width] in -1…1 on `device`, channels last in memory."""
    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def plain(pictures: np.ndarray, device: torch.device | str = "cpu") -> torch.Tensor:
    """Stored pictures [n, STORED_HEIGHT, STORED_WIDTH, 3] -> what the encoder sees at inference."""
    return normalise(np.stack([np.asarray(Image.fromarray(p).resize((WIDTH, HEIGHT), Image.BICUBIC)) for p in pictures]), device)
