"""The two encoders. Attention is written out by hand so that the ONNX export
is the graph that was trained (PyTorch's fused path exports a wrong one)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from data import HEIGHT, WIDTH

PATCH = 16
GRID_H, GRID_W = HEIGHT // PATCH, WIDTH // PATCH


@dataclass
class Size:
    dims: int = 256
    width: int = 192
    heads: int = 3
    vision_depth: int = 6
    text_depth: int = 2
    vocabulary: int = 8000
    max_length: int = 64

    def as_dict(self) -> dict:
        return asdict(self)


class Block(nn.Module):
    """Pre-norm transformer block: [b, n, width] -> [b, n, width]."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        width = x.shape[2]
        head = width // self.heads
        q, k, v = self.qkv(self.norm1(x)).split(width, dim=2)
        shape = (x.shape[0], x.shape[1], self.heads, head)
        q = q.reshape(shape).transpose(1, 2)  # [b, heads, n, head]
        k = k.reshape(shape).permute(0, 2, 3, 1)
        v = v.reshape(shape).transpose(1, 2)
        scores = (q * head**-0.5) @ k  # [b, heads, n, n]
        if bias is not None:
            scores = scores + bias
        mixed = scores.softmax(-1) @ v
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Vision(nn.Module):
    """[b, 3, HEIGHT, WIDTH] -> unit vector [b, dims] and token grid [b, 80, dims].

    The picture's vector is exactly the normalised mean of the projected
    tokens (no class token, no bias, no weighting), so that its product with a
    text is a sum over places in the picture.
    """

    def __init__(self, size: Size):
        super().__init__()
        w = size.width
        # A stem of small convolutions learns faster from few pictures than a
        # linear patch; 4x4 first keeps it cheap on a CPU.
        self.stem = nn.Sequential(
            nn.Conv2d(3, w // 3, 4, 4), nn.GELU(),
            nn.Conv2d(w // 3, 2 * w // 3, 3, 2, 1), nn.GELU(),
            nn.Conv2d(2 * w // 3, w, 3, 2, 1))
        self.position = nn.Parameter(torch.randn(1, GRID_H * GRID_W, w) * 0.02)
        self.blocks = nn.ModuleList(Block(w, size.heads) for _ in range(size.vision_depth))
        self.norm = nn.LayerNorm(w)
        self.project = nn.Linear(w, size.dims, bias=False)

    def forward(self, pixels: torch.Tensor, keep: torch.Tensor | None = None):
        """`keep` [b, k]: the tokens to go on with (training only)."""
        x = self.stem(pixels).flatten(2).transpose(1, 2) + self.position
        if keep is not None:
            x = x.gather(1, keep[:, :, None].expand(-1, -1, x.shape[2]))
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        if keep is not None:  # the mean commutes with the projection: project one vector
            return unit(self.project(x.mean(1))), None
        tokens = self.project(x)
        return unit(tokens.mean(1)), tokens


class Text(nn.Module):
    """ids, mask [b, n] -> unit vector [b, dims]: the mean over what is not padding."""

    def __init__(self, size: Size):
        super().__init__()
        w = size.width
        self.token = nn.Embedding(size.vocabulary, w)
        nn.init.normal_(self.token.weight, std=0.02)
        self.position = nn.Parameter(torch.randn(1, size.max_length, w) * 0.01)
        self.blocks = nn.ModuleList(Block(w, size.heads) for _ in range(size.text_depth))
        self.norm = nn.LayerNorm(w)
        self.project = nn.Linear(w, size.dims, bias=False)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.token(ids) + self.position[:, : ids.shape[1]]
        weight = mask.to(x.dtype)
        bias = (1.0 - weight)[:, None, None, :] * -1e4
        for block in self.blocks:
            x = block(x, bias)
        x = self.norm(x) * weight[:, :, None]
        return unit(self.project(x.sum(1) / weight.sum(1, keepdim=True).clamp(min=1.0)))


def unit(x: torch.Tensor) -> torch.Tensor:
    x = x.float()
    return x / x.pow(2).sum(-1, keepdim=True).clamp(min=1e-12).sqrt()


class Encoder(nn.Module):
    """Both encoders and the learned temperatures: one for exact texts (names),
    one for attribute texts, which have many right pictures each."""

    def __init__(self, size: Size):
        super().__init__()
        self.size = size
        self.vision, self.text = Vision(size), Text(size)
        self.log_scale = nn.Parameter(torch.tensor([2.66, 2.66]))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02 if module.bias is not None else size.width**-0.5)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def scale(self) -> torch.Tensor:
        return self.log_scale.clamp(max=4.6).exp()


def random_keep(batch: int, kept: int, generator: torch.Generator) -> torch.Tensor:
    """[batch, kept] different token numbers in each row."""
    return torch.rand(batch, GRID_H * GRID_W, generator=generator).argsort(1)[:, :kept]
