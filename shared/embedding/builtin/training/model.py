"""The two encoders. Attention is written out by hand so that the ONNX export
is the graph that was trained (PyTorch's fused path exports a wrong one)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from data import HEIGHT, WIDTH

PATCH = 8  # pixels to a side of a token
GRID_H, GRID_W = HEIGHT // PATCH, WIDTH // PATCH
FORGOTTEN_FROM = 7  # tokens, those at both ends included


@dataclass
class Size:
    dims: int = 256
    vision_widths: tuple[int, int] = (64, 224)  # channels at 1/4 and at 1/8 of the picture's sides
    vision_depths: tuple[int, int] = (2, 4)
    width: int = 192  # of the text encoder
    heads: int = 3
    text_depth: int = 2
    vocabulary: int = 8000
    max_length: int = 64

    def as_dict(self) -> dict:
        return asdict(self)


class Attention(nn.Module):
    """Self-attention: [b, n, width] -> [b, n, width]."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        width = x.shape[2]
        head = width // self.heads
        q, k, v = self.qkv(x).split(width, dim=2)
        shape = (x.shape[0], x.shape[1], self.heads, head)
        q = q.reshape(shape).transpose(1, 2)  # [b, heads, n, head]
        k = k.reshape(shape).permute(0, 2, 3, 1)
        v = v.reshape(shape).transpose(1, 2)
        scores = (q * head**-0.5) @ k  # [b, heads, n, n]
        if bias is not None:
            scores = scores + bias
        mixed = scores.softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Pre-norm transformer block: [b, n, width] -> [b, n, width]."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        x = x + self.attention(self.norm1(x), bias)
        return x + self.down(F.gelu(self.up(self.norm2(x))))


def skipped(x: torch.Tensor, share: float) -> torch.Tensor:
    """A residual branch [b, ...] left out for a share of the batch, the rest scaled so that the mean stays."""
    if share == 0:
        return x
    kept = (torch.rand(x.shape[0], *[1] * (x.ndim - 1), device=x.device) >= share).to(x.dtype)
    return x * (kept / (1 - share))


class Mix(nn.Module):
    """Residual block of a depthwise 3x3 and a pointwise network three times as
    wide: [b, width, h, w] -> the same. The norm folds into the depthwise
    convolution at export, so that three convolutions and a ReLU remain."""

    def __init__(self, width: int, skip: float = 0.0):
        super().__init__()
        self.skip = skip
        self.near = nn.Conv2d(width, width, 3, 1, 1, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.up = nn.Conv2d(width, 3 * width, 1)
        self.down = nn.Conv2d(3 * width, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + skipped(self.down(F.relu_(self.up(self.norm(self.near(x))))), self.skip if self.training else 0)


class Look(nn.Module):
    """Residual attention of every place to every other: [b, width, h, w] -> the same."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = Attention(width, width // 32)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens = x.flatten(2).transpose(1, 2)
        seen = self.attention(self.norm(tokens))
        return x + seen.transpose(1, 2).reshape(x.shape)


class Vision(nn.Module):
    """[b, 3, h, w] -> unit vector [b, dims] and token grid [b, h/8 * w/8, dims].

    The picture's vector is exactly the normalised mean of the projected
    tokens (no class token, no bias, no weighting), so that its product with a
    text is a sum over places in the picture. Convolutions, because from some
    ten thousand pictures and few passes they learn far more than patches in a
    plain transformer; no position is added, so any multiple of 8 will do as size.
    """

    def __init__(self, size: Size, skip: float = 0.0):
        super().__init__()
        first, second = size.vision_widths
        early, late = size.vision_depths
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
            nn.Conv2d(32, first, 3, 2, 1, bias=False), nn.BatchNorm2d(first))
        self.early = nn.Sequential(*(Mix(first) for _ in range(early)))
        self.between = nn.Sequential(nn.BatchNorm2d(first), nn.Conv2d(first, second, 2, 2))
        layers: list[nn.Module] = [Mix(second, skip) for _ in range(late)]
        layers.insert(late // 2, Look(second))  # half of what follows still sees where things stand
        self.late = nn.Sequential(*layers)
        self.norm = nn.LayerNorm(second)
        self.project = nn.Linear(second, size.dims, bias=False)

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """[b, h/8 * w/8, width], before the projection."""
        x = self.late(self.between(self.early(self.stem(pixels))))
        return self.norm(x.flatten(2).transpose(1, 2))

    def forward(self, pixels: torch.Tensor):
        tokens = self.project(self.features(pixels))
        return unit(tokens.mean(1)), tokens


class Text(nn.Module):
    """ids, mask [b, n] -> unit vector [b, dims]: the mean over what is not padding."""

    def __init__(self, size: Size, forget: float = 0.0):
        super().__init__()
        self.forget = forget
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
        if self.training and self.forget:
            # Of long texts: they are names, and learnt by heart; a short one would mean something else.
            dropped = torch.rand_like(weight) < self.forget
            weight = weight.masked_fill(dropped & (weight.sum(1, keepdim=True) >= FORGOTTEN_FROM), 0)
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
    one for attribute texts, which have many right pictures each.

    While it trains, the share `skip` of residual branches of pictures and
    the share `forget` of tokens are left out, so that less is learnt by heart."""

    def __init__(self, size: Size, skip: float = 0.0, forget: float = 0.0):
        super().__init__()
        self.size = size
        self.vision, self.text = Vision(size, skip), Text(size, forget)
        self.log_scale = nn.Parameter(torch.tensor([2.66, 2.66]))
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02 if module.bias is not None else module.in_features**-0.5)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, Mix):  # each block begins as nearly nothing
                nn.init.trunc_normal_(module.down.weight, std=0.02)

    def scale(self) -> torch.Tensor:
        return self.log_scale.clamp(max=4.6).exp()
