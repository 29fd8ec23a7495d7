"""Pictures and texts through an encoder, in steps, to unit vectors on the CPU."""

from __future__ import annotations

import numpy as np
import torch

from data import plain
from model import Encoder
from text import Tokenizer


@torch.no_grad()
def embed_pictures(model: Encoder, pictures: np.ndarray, rows, step: int = 100) -> torch.Tensor:
    """Vectors [rows, dims] of those rows of `pictures`, seen as the exported encoder sees them."""
    return torch.cat([model.vision(pixels)[0].cpu() for pixels in plain_steps(model, pictures, rows, step)])


@torch.no_grad()
def pool_pictures(model: Encoder, pictures: np.ndarray, rows, step: int = 100) -> torch.Tensor:
    """The features [rows, width] that are projected to vectors."""
    return torch.cat([model.vision.features(pixels).mean(1).cpu() for pixels in plain_steps(model, pictures, rows, step)])


@torch.no_grad()
def embed_texts(model: Encoder, tokenizer: Tokenizer, texts: list[str], step: int = 256) -> torch.Tensor:
    device = model.log_scale.device
    return torch.cat([model.text(*ids_of(*tokenizer.batch(texts[i:i + step]), device)).cpu() for i in range(0, len(texts), step)])


def ids_of(ids: np.ndarray, mask: np.ndarray, device: torch.device | str = "cpu"):
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def plain_steps(model: Encoder, pictures: np.ndarray, rows, step: int):
    for first in range(0, len(rows), step):
        yield plain(np.stack([pictures[row] for row in rows[first:first + step]]), model.log_scale.device)
