"""Measures the trained encoder on pictures it was never trained on, and writes
the model card.

    python3 evaluate.py --data <folders> --work <folder> [--card MODEL_CARD.md]

The weights are rounded to fp16 first, as the exported files hold them.
"""

from __future__ import annotations

import argparse
import collections
import copy
import io
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageEnhance

from data import HEIGHT, WIDTH, Item, load_pictures, plain, read_items, squash
from embed import embed_pictures, embed_texts
from export import load_average, through_fp16
from model import GRID_H, GRID_W
from text import Tokenizer

K = 10


def ranks(queries: torch.Tensor, gallery: torch.Tensor) -> torch.Tensor:
    """Place (from 0) of each query's own row in the gallery."""
    scores = queries @ gallery.T
    return (scores > scores.diagonal()[:, None]).sum(1)


def recalls(place: torch.Tensor) -> dict[str, float]:
    return {f"recall@{k}": (place < k).float().mean().item() for k in (1, 5, 10)}


def top(queries: torch.Tensor, gallery: torch.Tensor, k: int = K) -> np.ndarray:
    return (queries @ gallery.T).topk(k, dim=1).indices.numpy()


def precision(found: np.ndarray, labels: np.ndarray, wanted: list) -> float:
    return float(np.mean([np.mean(labels[row] == want) for row, want in zip(found, wanted)]))


def phrase_precision(vectors: torch.Tensor, items: list[Item], texts: dict[tuple[str, str], str], model, tokenizer) -> dict[str, float]:
    """"colour type" -> precision@10 by type and by colour over a gallery."""
    pairs = list(texts)
    found = top(embed_texts(model, tokenizer, [texts[p] for p in pairs]), vectors)
    types, colours = np.array([i.type for i in items]), np.array([str(i.colour) for i in items])
    return {"type": precision(found, types, [t for _, t in pairs]), "colour": precision(found, colours, [c for c, _ in pairs]),
            "both": precision(found, np.array([f"{c}/{t}" for c, t in zip(colours, types)]), [f"{c}/{t}" for c, t in pairs]),
            "queries": len(pairs)}


def crop(image: Image.Image, side: float, x: float, y: float) -> Image.Image:
    w, h = image.size
    cw, ch = round(w * side), round(h * side)
    left, upper = round((w - cw) * x), round((h - ch) * y)
    return image.crop((left, upper, left + cw, upper + ch))


def recompress(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def transforms() -> dict:
    rng = np.random.default_rng(7)
    return {
        "mirrored": lambda i: i.transpose(Image.FLIP_LEFT_RIGHT),
        "cropped to 80 % of its area, centre": lambda i: crop(i, 0.8**0.5, 0.5, 0.5),
        "cropped to 80 % of each side, centre": lambda i: crop(i, 0.8, 0.5, 0.5),
        "cropped to 80 % of each side, anywhere": lambda i: crop(i, 0.8, rng.random(), rng.random()),
        "20 % brighter": lambda i: ImageEnhance.Brightness(i).enhance(1.2),
        "JPEG of quality 30": lambda i: recompress(i, 30),
    }


def embed_images(model, images: list[Image.Image]) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([model.vision(plain(np.stack([squash(i) for i in images[n:n + 100]])))[0] for n in range(0, len(images), 100)])


def pairs_of(items: list[Item], least: int) -> list[tuple[str, str]]:
    counts = collections.Counter((i.colour, i.type) for i in items if i.colour)
    return sorted(p for p, n in counts.items() if n >= least)


def measure(args) -> dict:
    model, saved = load_average(args.work)
    exact = copy.deepcopy(model)
    through_fp16(model)
    tokenizer = Tokenizer.load(args.work / "tokenizer.json")
    zh = json.loads(next(f / "zh-terms.json" for f in args.data if (f / "zh-terms.json").exists()).read_text(encoding="utf-8"))
    items = read_items(args.data, args.work)
    pictures = load_pictures(items, args.work)
    say = lambda texts: embed_texts(model, tokenizer, texts)  # noqa: E731
    see = lambda some: embed_pictures(model, pictures, [i.row for i in some])  # noqa: E731
    out: dict = {"step": saved["step"], "minutes": saved["seconds"] / 60, "seen": saved["seen"], "arguments": saved["arguments"],
                 "mean_of": saved.get("mean_of", 1),
                 "vision_weights": sum(p.numel() for p in model.vision.parameters()),
                 "text_weights": sum(p.numel() for p in model.text.parameters()), "size": saved["size"]}

    test = [i for i in items if i.source == "products" and i.split == "test"]
    gallery = test + [i for i in items if i.source == "products" and i.split == "val"]
    vectors = see(gallery)
    own = vectors[: len(test)]
    for language, texts in (("en", [i.name for i in test]), ("zh", [i.name_zh for i in test])):
        place = ranks(say(texts), own)
        out[f"name→picture {language}"] = recalls(place)
        out[f"picture→name {language}"] = recalls(ranks(own, say(texts)))
    if len({i.name_zh for i in test}) < len(test):
        titles = collections.Counter(i.name_zh for i in test)
        # With equal titles the best possible hit at rank 1 is one of each group.
        out["name→picture zh"]["cap of recall@1"] = len(titles) / len(test)

    place = ranks(embed_texts(exact, tokenizer, [i.name for i in test]), embed_pictures(exact, pictures, [i.row for i in test]))
    out["name→picture en, f32 weights"] = recalls(place)

    pairs = pairs_of(gallery, 10)
    chinese = {(c, t): zh["baseColour"][c][0] + zh["articleType"][t][0] for c, t in pairs}
    out["colour type en"] = phrase_precision(vectors, gallery, {(c, t): f"{c} {t}".lower() for c, t in pairs}, model, tokenizer)
    out["colour type zh"] = phrase_precision(vectors, gallery, chinese, model, tokenizer)

    types = np.array([i.type for i in gallery])
    scores = own @ vectors.T
    scores[torch.arange(len(test)), torch.arange(len(test))] = -2
    found = scores.topk(K, dim=1).indices.numpy()
    counts = collections.Counter(types)
    out["picture→picture type"] = {"precision@10": precision(found, types, [i.type for i in test]),
                                   "cap": float(np.mean([min(K, counts[i.type] - 1) / K for i in test]))}

    originals = [Image.open(i.path).convert("RGB") for i in test]
    out["transforms"] = {name: (ranks(embed_images(model, [change(o) for o in originals]), own) == 0).float().mean().item()
                         for name, change in transforms().items()}

    clothing = [i for i in items if i.source == "clothing" and i.split == "test"]
    if clothing:
        labels = sorted({(i.type, i.type_zh) for i in items if i.source == "clothing"})
        seen = see(clothing)
        truth = np.array([[x for x, _ in labels].index(i.type) for i in clothing])
        for language, texts in (("en", [a.lower() for a, _ in labels]), ("zh", [b for _, b in labels])):
            guess = (seen @ say(texts).T).argmax(1).numpy()
            each = [np.mean(guess[truth == n] == n) for n in range(len(labels)) if (truth == n).any()]
            out[f"clothing label {language}"] = {"right": float(np.mean(guess == truth)), "mean over labels": float(np.mean(each)), "pictures": len(clothing), "labels": len(labels)}
    grocery = [i for i in items if i.source == "grocery" and i.split == "test"]
    if grocery:
        names = sorted({i.type for i in items if i.source == "grocery"})
        coarse = {i.type: i.sub for i in items if i.source == "grocery"}
        guess = (see(grocery) @ say([n.lower() for n in names]).T).argmax(1).tolist()
        out["grocery"] = {"right of 81": float(np.mean([names[g] == i.type for g, i in zip(guess, grocery)])),
                          "right kind": float(np.mean([coarse[names[g]] == i.sub for g, i in zip(guess, grocery)])), "pictures": len(grocery)}
    drawn = [i for i in items if i.source == "drawn" and i.split == "test"]
    if drawn:
        vectors = see(drawn)
        pairs = pairs_of(drawn, 3)
        counts = collections.Counter((i.colour, i.type) for i in drawn)
        zh_of = {i.type: i.type_zh for i in drawn}
        colour_zh = {i.colour: i.colour_zh for i in drawn}
        cap = float(np.mean([min(counts[p], K) / K for p in pairs])) if pairs else 0.0
        if pairs:
            for language, texts in (("en", {(c, t): f"{c} {t}".lower() for c, t in pairs}),
                                    ("zh", {(c, t): f"{colour_zh[c]}{zh_of[t]}" for c, t in pairs})):
                out[f"drawn {language}"] = phrase_precision(vectors, drawn, texts, model, tokenizer) | {"cap of both": cap, "pictures": len(drawn)}
    return out


def card(m: dict, timings: dict | None, checked: dict | None) -> str:
    f = lambda x: f"{x:.3f}"  # noqa: E731
    arguments = m["arguments"]
    rows = []

    def row(what: str, *figures: str) -> None:
        rows.append(f"| {what} | {' / '.join(figures)} |")

    for language, word in (("en", "English"), ("zh", "Chinese")):
        n, p = m[f"name→picture {language}"], m[f"picture→name {language}"]
        cap = f" (equal titles cap recall@1 at {f(n['cap of recall@1'])})" if "cap of recall@1" in n else ""
        row(f"name → its picture among 1,000, {word}: recall@1/5/10{cap}", *(f(n[f"recall@{k}"]) for k in (1, 5, 10)))
        row(f"picture → its name among 1,000, {word}: recall@1/5/10", *(f(p[f"recall@{k}"]) for k in (1, 5, 10)))
    exact = m["name→picture en, f32 weights"]
    row("the same in English with f32 weights: what storing them as fp16 costs", *(f(exact[f"recall@{k}"]) for k in (1, 5, 10)))
    for language, word in (("en", "English"), ("zh", "Chinese")):
        c = m[f"colour type {language}"]
        row(f"“colour type” in {word} ({c['queries']} queries, cap 1): precision@10 by type/by colour/by both", f(c["type"]), f(c["colour"]), f(c["both"]))
    p = m["picture→picture type"]
    row(f"picture → pictures of the same type: precision@10 (cap {f(p['cap'])})", f(p["precision@10"]))
    for name, value in m["transforms"].items():
        row(f"original first among 1,000: {name}", f(value))
    for language, word in (("en", "English"), ("zh", "Chinese")):
        if f"clothing label {language}" in m:
            c = m[f"clothing label {language}"]
            row(f"phone photos of senders held out ({c['pictures']}), label of {c['labels']} in {word}: right/mean over labels", f(c["right"]), f(c["mean over labels"]))
    if "grocery" in m:
        g = m["grocery"]
        row(f"groceries held out ({g['pictures']}), name of 81: right/right kind", f(g["right of 81"]), f(g["right kind"]))
    for language, word in (("en", "English"), ("zh", "Chinese")):
        if f"drawn {language}" in m:
            d = m[f"drawn {language}"]
            row(f"drawn pictures held out ({d['pictures']}), “colour type” in {word} ({d['queries']} queries): precision@10 by type/by colour/by both (cap of both {f(d['cap of both'])})",
                f(d["type"]), f(d["colour"]), f(d["both"]))
    seen = m["seen"]
    sets = {
        "products": "Fashion Product Images (Small): shop photographs with names and labels, declared MIT by its uploader; Chinese titles made from terms. Its validation and test splits were not trained on",
        "clothing": "phone photos of people's own clothes, CC0 1.0; one sender in five was held out (`held_out_sender` in training/data.py)",
        "grocery": "shop photos of groceries, MIT; its train split",
        "drawn": "pictures drawn by this project's own demo catalog",
    }
    trained = "\n".join(f"- {seen[s]:,} pictures: {what}." for s, what in sets.items() if s in seen)
    speed = ""
    if timings:
        speed = f"""
Through onnxruntime-web (WASM) on one thread of {timings['machine']} ({timings['cores']} cores, load average {timings['load_average']:.1f}), beside a 512×512 f32 matrix product in plain JavaScript, which took {timings['matmul_ms']:.0f} ms in the same run: {timings['picture_ms']:.1f} ms a picture and {timings['text_ms']:.1f} ms a text (tokenizing included) after warm-up; from the start of a process to its first embedding {timings['first_text_ms']:.0f} ms for a text, {timings['first_picture_ms']:.0f} ms for a picture. Largest difference from PyTorch: {timings['difference']:.0e}. {timings.get('note', '')}
"""
    calibrated = ""
    if checked:
        calibrated = "\n".join(
            f"| {pair} | {c['expected calibration error']:.3f} | " + " · ".join(f"{r['predicted']:.2f}→{r['seen']:.2f}" for r in c["tenths"]) + " |"
            for pair, c in checked.items())
        calibrated = f"""
## Scores and `match`
A cosine of words and a picture and one of two pictures lie on different scales. `calibration.json` maps each, for each pair of modalities (query→row; mixed: words and a picture together), to the share of right results at that cosine, in shops of which half have nothing of the kind that is asked for (`training/calibrate.py`). Fitted on the validation products; on the test products:

| pair | expected calibration error | predicted→seen, by tenths of `match` |
|---|---|---|
{calibrated}
"""
    size = m["size"]
    return f"""---
language: [en, zh]
library_name: onnx
pipeline_tag: feature-extraction
---
# tuwen-builtin-1

A small bilingual dual encoder for shops: pictures and words (English, Chinese) land in one space of {size['dims']} dimensions.
It runs anywhere ONNX does, needs no key and no download. It is small and was trained for some {hours(m):.0f} hours on two CPU cores:
good enough to begin with, no match for large models.

This file is written by `training/evaluate.py`; edit it there.

## What it is
- Pictures: {HEIGHT}×{WIDTH} (height × width, squashed, RGB, values to −1…1), convolutions of widths {size['vision_widths'][0]} and {size['vision_widths'][1]} (blocks of a depthwise 3×3 and two pointwise ones, {size['vision_depths'][0]} and {size['vision_depths'][1]} of them) and one layer of attention over the {GRID_H} × {GRID_W} places; {m['vision_weights']:,} weights.
- Texts: lower-casing WordPiece of {size['vocabulary']:,} entries without special tokens, at most {size['max_length']} tokens, a transformer of depth {size['text_depth']}; {m['text_weights']:,} weights.
- Linear pooling: a vector is the mean of the final tokens, projected without bias, at unit length. So `image_embeds` is exactly the normalised mean of `token_embeds` [{GRID_H * GRID_W}, {size['dims']}] ({GRID_H} rows of {GRID_W}, not normalised): a picture's product with a text is a sum over its places.
- Files: `onnx/vision_model.onnx` (`pixel_values` → `image_embeds`, `token_embeds`), `onnx/text_model.onnx` (`input_ids`, `attention_mask` → `text_embeds`). Weights are stored as fp16 and computed with as f32.

## Trained on
{trained}

None of these photographs, their names or rows is part of this project; the weights are, and the tokenizer's vocabulary holds single words of the names.

## How
Symmetric contrastive loss between pictures and three texts each: the product's name or Chinese title, and a phrase made of a random part of its labels in English and in Chinese; some of each come as a shop's title with a description. Within a batch every picture that meets a phrase counts as right for it, and pictures of which that isn't known are left out, such as those of another set whose labels part things differently. English and Chinese phrases are also drawn to each other, two augmented views of a picture, and pictures of one type; type, colour, gender and brand are also read off the pooled features while training. What names of products of one brand, type, colour and gender tell apart is mostly a model's name, so such products are left out for each other. Batches differ in their mix, so that each set is common in some of them, and in every other one up to a half are products of one type, which are hard to tell apart.{' Pictures are smaller (64×48) until ' + format(float(arguments['small_until']), '.0%') + ' of the time.' if float(arguments['small_until']) > 0 else ''} AdamW, cosine schedule, averaged weights, seed {arguments['seed']}, batch {arguments['batch']}, {m['step']:,} steps in {m['minutes']:.0f} minutes on a machine of two CPU cores that did other work besides ({m['step'] * (int(arguments['batch']) - int(arguments['twice'])) / sum(seen.values()):.1f} passes over all pictures taken together).{begun(m)}

## Measured
On pictures that were not trained on; galleries: the 1,000 test products for names and transforms, test and validation products together (2,000; colour-type pairs with at least ten members) for the rest.

| measure | value |
|---|---|
{chr(10).join(rows)}
{speed}{calibrated}
## What it is bad at
- Anything that isn't fashion, accessories, cosmetics or the groceries it saw: furniture, electronics, toys, animals, people, scenes. Words that were not in the training texts mean nothing to it, though the tokenizer can spell them.
- Phone photos, groceries and drawn pictures: far less reliable than shop photographs, as the table shows. The training was short and still gaining; train longer for better.
- Counting, writing on the product, negation, sizes, prices, relations ("shirt under a jacket").
- Fine colours (navy or blue, maroon or burgundy, beige or cream), and several colours in one picture.
- Labels follow an Indian fashion shop of about 2012 with plain backgrounds; cluttered photos, other styles and body types are seen less well. Brands are known by what that shop sold, not by logo.
- Pictures are squashed to one shape and small: tiny details are lost.

## Train again
See `training/README.md`: one command from the data to the weights, one to the ONNX files, one to this card.
"""


# The trainings that the encoder which ships went on from, one after the other: steps, minutes, and how each was done.
HISTORY = json.loads((Path(__file__).parent / "history.json").read_text(encoding="utf-8"))


def went_on(arguments: dict) -> bool:
    return arguments.get("begin_from") not in (None, "None")


def hours(m: dict) -> float:
    return (m["minutes"] + (sum(part["minutes"] for part in HISTORY) if went_on(m["arguments"]) else 0)) / 60


def begun(m: dict) -> str:
    """What the weights were before the first step, and what was done otherwise than usual."""
    arguments = m["arguments"]
    said = ""
    if went_on(arguments):
        parts = "; then ".join(f"{part['steps']:,} steps in {part['minutes']} minutes {part['told']}" for part in HISTORY)
        said = f" It went on from the weights of the version before ({parts})."
    elif arguments.get("text_from") not in (None, "None"):
        said = " The text side began with the weights of the version before."
    if arguments.get("freeze") == "True":
        said += " The first layers of pictures stayed as they were."
    skip, forget, gentle = (float(arguments.get(name, 0)) for name in ("skip", "forget", "gentle"))
    if skip > 0 or forget > 0:
        said += f" {skip:.0%} of the branches and {forget:.0%} of the tokens of long texts were left out."
    if gentle > 0:
        said += f" {gentle:.0%} of the pictures were shown nearly as they are."
    if float(arguments.get("near", 0)) > 0:
        said += (" Of a product also counted what names say of its nearest others: an encoder that knows a product by heart then learns "
                 "to say what it would of one that it never saw.")
    if float(arguments.get("sure", 0)) > 0:
        said += (" A score alone also had to tell whether a picture is all that a phrase says, whatever the phrase, and texts of what no "
                 "picture shows, such as animals and buildings, had to be far from all.")
    if m.get("mean_of", 1) > 1:
        said += f" Last, the mean was taken of {m['mean_of']} states of the weights, of which these are the latest."
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--card", type=Path, help="write the model card here")
    parser.add_argument("--timings", type=Path, help="JSON of verify.mjs, for the card")
    parser.add_argument("--again", action="store_true", help="measure nothing: the card from the last measurement")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.again:
        result = json.loads((args.work / "measured.json").read_text(encoding="utf-8"))
    else:
        result = measure(args)
    (args.work / "measured.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    json.dump({k: v for k, v in result.items() if k != "arguments"}, sys.stdout, ensure_ascii=False, indent=1)
    print()
    if args.card:
        timings = json.loads(args.timings.read_text()) if args.timings else None
        reliability = args.work / "reliability.json"
        checked = json.loads(reliability.read_text(encoding="utf-8")) if reliability.exists() else None
        args.card.write_text(card(result, timings, checked), encoding="utf-8")


if __name__ == "__main__":
    main()
