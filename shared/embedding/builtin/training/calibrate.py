"""Writes ../calibration.json: for each pair of modalities, how likely a result
of that cosine is what was asked for.

    python3 calibrate.py --data <folders> --work <folder> [--out <directory>]

Fitted on the validation products and half of the drawn pictures held out,
checked on the test products and the other half. A query is asked of a shop:
half of the shops have products of its type, half have none (so that what is
found there is never right), and its ten closest results are looked at. A text's result is right if it is all that the text says of type,
colour, gender, use and pattern; a picture's, if it is of the same type. The
share of right results at each cosine, made monotone (isotonic regression by
pooling adjacent violators), is the map.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from data import Item, load_pictures, read_items
from embed import embed_pictures, embed_texts
from export import load_average, publish, through_fp16
from text import FIELDS, UNKNOWN, Phrases, Tokenizer

RESULTS = 10  # of a query that are looked at
BINS = 40
QUERIES = ("text", "image", "mixed")
ROWS = ("text", "image")
NAMED = [FIELDS.index(f) for f in ("type", "colour", "gender")]  # what a product's name is taken to ask for


@dataclass
class Shop:
    """Products with the vectors of their names and pictures [n, dims], and the queries made of them."""

    items: list[Item]
    rows: dict[str, np.ndarray]
    queries: dict[str, np.ndarray]
    types: np.ndarray
    # For each kind of query: int8 [queries, n], right 1, wrong 0, not known -1.
    right: dict[str, np.ndarray]
    query_types: dict[str, np.ndarray]


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def open_shop(items: list[Item], foreign: list[Item], see, say, phrases: Phrases, rng: np.random.Generator) -> Shop:
    """`foreign`: pictures of what no product is; as queries nothing is right for them."""
    types = np.array([i.attributes[0] for i in items])
    pictures, names = see(items), say([i.name for i in items])
    texts, wanted = [], []
    for item in items:
        for chinese in (False, True):
            labels = phrases.choose(item, rng)
            wanted.append(labels)
            texts.append(phrases.chinese(labels, rng) if chinese else phrases.english(labels, rng))
        named = [item.attributes[f] if f in NAMED else UNKNOWN for f in range(len(FIELDS))]
        wanted.append(named)
        texts.append(item.name_zh if rng.random() < 0.5 and item.name_zh else item.name)
    spoken = say(texts)
    right_text = phrases.match(np.array(wanted), items)
    right_picture = (types[:, None] == types[None]).astype(np.int8)
    strange = see(foreign)
    owner = np.repeat(np.arange(len(items)), 3)
    mixed = np.arange(0, len(texts), 3)  # a phrase and the picture of another product that is all it says
    partners = np.array([rng.choice(np.flatnonzero(right_text[m] == 1)) for m in mixed])
    return Shop(
        items, {"text": names, "image": pictures},
        {"text": spoken, "image": np.concatenate([pictures, strange]), "mixed": unit(spoken[mixed] + pictures[partners])},
        types,
        {"text": right_text, "image": np.concatenate([right_picture, np.zeros((len(strange), len(items)), np.int8)]),
         "mixed": right_text[mixed]},
        {"text": types[owner], "image": np.concatenate([types, np.full(len(strange), -2)]), "mixed": types[owner[mixed]]})


def results(shop: Shop, query: str, row: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cosines, and whether right, of what is found in shops with and without the type asked for."""
    scores = shop.queries[query] @ shop.rows[row].T
    right = shop.right[query]
    if query == "image":  # a product is not the answer to its own picture
        own = np.arange(len(shop.items))
        scores[own, own] = -2
    without = rng.random(len(scores)) < 0.5
    hidden = without[:, None] & ((shop.query_types[query][:, None] == shop.types[None]) | (right != 0))
    scores = np.where(hidden, -2, scores)
    found = np.argpartition(-scores, RESULTS, axis=1)[:, :RESULTS]
    cosines, truth = np.take_along_axis(scores, found, 1).ravel(), np.take_along_axis(right, found, 1).ravel()
    known = (truth >= 0) & (cosines > -2)
    return cosines[known], truth[known]


def together(results) -> tuple[np.ndarray, np.ndarray]:
    cosines, truth = zip(*results)
    return np.concatenate(cosines), np.concatenate(truth)


def unrelated(shop: Shop, query: str, row: str, rng: np.random.Generator) -> np.ndarray:
    """Cosines of queries and rows that have nothing to do with each other."""
    scores, right = shop.queries[query] @ shop.rows[row].T, shop.right[query]
    q, r = rng.integers(0, len(scores), 50_000), rng.integers(0, len(shop.items), 50_000)
    apart = (right[q, r] == 0) & (shop.query_types[query][q] != shop.types[r])
    return scores[q, r][apart]


def isotonic(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The closest non-decreasing sequence by weighted squares: pool adjacent violators."""
    blocks: list[list[float]] = []  # mean, weight, length
    for value, weight in zip(values, weights):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, weight, length = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * weight) / (before[1] + weight)
            before[1] += weight
            before[2] += length
    return np.concatenate([np.full(int(length), mean) for mean, _, length in blocks])


def fit(cosines: np.ndarray, truth: np.ndarray) -> tuple[list[float], list[float]]:
    """Knots of the map: bins of equally many results, made monotone, from 0 at -1 to 1 at 1."""
    order = np.argsort(cosines, kind="stable")
    bins = np.array_split(order, BINS)
    at = np.array([cosines[b].mean() for b in bins])
    # One result more of each kind in a bin, so that none claims to be certain.
    share = np.array([(truth[b].sum() + 0.5) / (len(b) + 1) for b in bins])
    match = isotonic(share, np.array([len(b) for b in bins], float))
    keep = [n for n in range(BINS) if n in (0, BINS - 1) or match[n] != match[n - 1] or match[n] != match[n + 1]]
    knots = [(-1.0, 0.0)] + [(round(float(at[n]), 4), round(float(match[n]), 4)) for n in keep] + [(1.0, 1.0)]
    ascending = [knots[0]]
    for cosine, value in knots[1:]:
        if cosine > ascending[-1][0]:
            ascending.append((cosine, max(value, ascending[-1][1])))
    return [c for c, _ in ascending], [m for _, m in ascending]


def reliability(predicted: np.ndarray, truth: np.ndarray, parts: int = 10) -> dict:
    """Predicted and seen share in tenths of `match`, and the expected calibration error."""
    tenth = np.minimum((predicted * parts).astype(int), parts - 1)
    rows = [{"from": p / parts, "to": (p + 1) / parts, "results": int((tenth == p).sum()),
             "predicted": float(predicted[tenth == p].mean()), "seen": float(truth[tenth == p].mean())}
            for p in range(parts) if (tenth == p).any()]
    error = sum(r["results"] * abs(r["predicted"] - r["seen"]) for r in rows) / len(truth)
    return {"expected calibration error": error, "tenths": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, _ = load_average(args.work)
    through_fp16(model)
    tokenizer = Tokenizer.load(args.work / "tokenizer.json")
    zh_terms = json.loads(next(f / "zh-terms.json" for f in args.data if (f / "zh-terms.json").exists()).read_text(encoding="utf-8"))
    items = read_items(args.data, args.work)
    pictures = load_pictures(items, args.work)
    phrases = Phrases(items, zh_terms)
    see = lambda some: embed_pictures(model, pictures, [i.row for i in some]).numpy()  # noqa: E731
    say = lambda texts: embed_texts(model, tokenizer, texts).numpy()  # noqa: E731
    groceries = [i for i in items if i.source == "grocery" and i.split == "test"]
    drawn = [i for i in items if i.source == "drawn" and i.split == "test"]
    shops = {}
    for number, split in enumerate(("val", "test")):
        rng = np.random.default_rng([args.seed, number])
        photographs = [i for i in items if i.source == "products" and i.split == split]
        shops[split] = [open_shop(some, groceries[number::2], see, say, phrases, rng)
                        for some in (photographs, drawn[number::2][: len(photographs) // 2]) if some]

    calibration: dict = {}
    checked: dict = {}
    for query in QUERIES:
        for row in ROWS:
            rng = np.random.default_rng([args.seed, 2])
            background = np.concatenate([unrelated(shop, query, row, rng) for shop in shops["val"]])
            cosines, matches = fit(*together(results(shop, query, row, rng) for shop in shops["val"]))
            calibration.setdefault(query, {})[row] = {
                "mean": round(float(background.mean()), 4), "spread": round(float(background.std()), 4),
                "cosines": cosines, "matches": matches}
            each = [results(shop, query, row, rng) for shop in shops["test"]]
            found, truth = together(each)
            for kind, (some, right) in zip(("photographs", "drawn"), each):
                error = reliability(np.interp(some, cosines, matches), right)["expected calibration error"]
                print(f"  {kind}: expected calibration error {error:.3f}, right {right.mean():.3f}, match {np.interp(some, cosines, matches).mean():.3f}")
            checked[f"{query}→{row}"] = reliability(np.interp(found, cosines, matches), truth)
            print(f"{query}→{row}: unrelated {background.mean():.3f} ± {background.std():.3f}, "
                  f"expected calibration error on the test split {checked[f'{query}→{row}']['expected calibration error']:.3f}")
    publish(args.out / "calibration.json", json.dumps(calibration, separators=(",", ":")) + "\n")
    (args.work / "reliability.json").write_text(json.dumps(checked, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
