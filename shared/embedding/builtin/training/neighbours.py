"""What the nearest others of each training product are called: what an encoder
that knows a product by heart would say of it, had it never seen it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import Item
from embed import embed_texts, pool_pictures
from model import Encoder
from text import Tokenizer

NEAREST = 24
SHARPNESS = 25.0  # the weight of a neighbour is exp(SHARPNESS · cosine)
LEAST = 0.01  # of the largest variance: axes of less are not blown up
STEP = 1000


@torch.no_grad()
def names_of_neighbours(model: Encoder, tokenizer: Tokenizer, items: list[Item], pictures: np.ndarray, work: Path) -> torch.Tensor:
    """Unit vectors [pictures, dims] by row: the weighted mean of the names and titles of a product's nearest others, of other
    names than its own; zero where a row is no training product. Kept in `work`/neighbours.npy, since it takes minutes.

    Products are compared by their pooled features, each axis divided by its deviation, in which brands stand out more than in
    the embedding. `model`: in evaluation."""
    path = work / "neighbours.npy"
    if path.exists():
        return torch.from_numpy(np.load(path)).float()
    products = [i for i in items if i.source == "products" and i.split == "train"]
    places = _whiten(pool_pictures(model, pictures, [i.row for i in products]))
    called = F.normalize(embed_texts(model, tokenizer, [i.name for i in products]) + embed_texts(model, tokenizer, [i.name_zh for i in products]))
    numbers: dict[str, int] = {}
    number = torch.tensor([numbers.setdefault(i.name.lower(), len(numbers)) for i in products])
    found = torch.zeros(len(pictures), called.shape[1])
    for first in range(0, len(products), STEP):
        some = slice(first, first + STEP)
        near = (places[some] @ places.T).masked_fill(number[some, None] == number[None], -2).topk(NEAREST)
        weights = (near.values * SHARPNESS).softmax(1)
        rows = [i.row for i in products[some]]
        found[rows] = F.normalize((weights[:, :, None] * called[near.indices]).sum(1))
    np.save(path, found.half().numpy())
    return found


def _whiten(features: torch.Tensor) -> torch.Tensor:
    centred = features - features.mean(0)
    variances, axes = torch.linalg.eigh(torch.cov(centred.T))
    return F.normalize(centred @ axes @ torch.diag((variances + LEAST * variances.max()).rsqrt()))
