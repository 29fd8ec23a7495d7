"""Writes what PyTorch computes for some texts and a made-up picture, for
verify.mjs to compare with the exported files.

    python3 verify.py --work <folder of train.py>
    node verify.mjs <folder of train.py> [encoder directory]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from data import HEIGHT, WIDTH
from export import load_average, through_fp16
from text import Tokenizer

TEXTS = [
    "red dress", "红色连衣裙", "T恤 男士 blue V-neck", "Nike Men's Free White/Grey Shoe (2011)", "Café ÀÉÎ naïve ｆｕｌｌ ２",
    "猫咪 supercalifragilistic 😀 ok", "a", "上衣，女款！“好”…　全角 空格", "tab\tnew\nline \u200b zero \u00ad soft", "word " * 80,
    "한국어 日本語ひらがな ①②", "men's blue printed casual shirt", "男士蓝色印花衬衫",
]


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, _ = load_average(args.work)
    through_fp16(model)
    tokenizer = Tokenizer.load(args.work / "tokenizer.json")
    ids, mask = tokenizer.batch(TEXTS)
    # pixel_values[i] = ((i * 37) % 101) / 50 - 1: the same numbers in both languages
    pixels = ((torch.arange(2 * 3 * HEIGHT * WIDTH) * 37 % 101).double() / 50 - 1).float().reshape(2, 3, HEIGHT, WIDTH)
    image, tokens = model.vision(pixels)
    text = model.text(torch.from_numpy(ids), torch.from_numpy(mask))
    (args.work / "expected.json").write_text(json.dumps({
        "size": [HEIGHT, WIDTH], "texts": TEXTS, "ids": [tokenizer.encode(t) for t in TEXTS], "text_embeds": text.tolist(),
        "image_embeds": image.tolist(), "token_embeds": tokens[:, ::9].tolist()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
