"""Judged sets for `npm run eval` from pictures that were never trained on.

    python3 judge.py --data <folder> --out <folder>

`--data` holds products.jsonl with products/ and zh-terms.json, unpacked. Under
`--out` come three directories, each with items.jsonl, queries.jsonl and its
pictures (hard links where the file system allows them, else copies):

    names        1,000 test products: name and Chinese title -> their picture, picture -> their title
    colour-type  2,000 test and validation products: "colour type" in both languages -> pictures of it
    same-type    the same 2,000: a test picture -> other pictures of its type

Needs Python alone. Nothing that it writes may enter the repository.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import shutil
from pathlib import Path

LEAST_MEMBERS = 10  # of a pair of colour and type


def read_products(data: Path) -> list[dict]:
    with open(data / "products.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    held_out = [r for r in rows if r["split"] in ("test", "val")]
    # As evaluate.py has them: the test products first.
    return sorted(held_out, key=lambda r: r["split"] != "test")


def colour_of(product: dict) -> str | None:
    return None if product["baseColour"] in (None, "", "NA") else product["baseColour"]


def item_of(product: dict, title: str) -> dict:
    colour = colour_of(product)
    return {"id": str(product["id"]), "title": title, "images": [picture_of(product)],
            "attributes": {"type": product["articleType"]} | ({"colour": colour} if colour else {})}


def picture_of(product: dict) -> str:
    return f"pictures/{product['id']}.jpg"


def ids_by(products: list[dict], key) -> dict:
    groups = collections.defaultdict(list)
    for product in products:
        groups[key(product)].append(str(product["id"]))
    return groups


def judge_names(test: list[dict], title: str) -> tuple[list[dict], list[dict]]:
    """Of equal titles any product is right."""
    queries = []
    for field in ("name", "nameZh"):
        same = ids_by(test, lambda r: r[field])
        queries += [{"text": text, "against": "image", "relevant": dict.fromkeys(ids, 1)} for text, ids in same.items()]
    same = ids_by(test, lambda r: r[title])
    queries += [{"image": picture_of(r), "against": "text", "relevant": dict.fromkeys(same[r[title]], 1)} for r in test]
    return [item_of(r, r[title]) for r in test], queries


def judge_colour_type(gallery: list[dict], zh: dict) -> tuple[list[dict], list[dict]]:
    pairs = ids_by([r for r in gallery if colour_of(r)], lambda r: (r["baseColour"], r["articleType"]))
    queries = []
    for (colour, type_), ids in sorted(pairs.items()):
        if len(ids) < LEAST_MEMBERS:
            continue
        for text in (f"{colour} {type_}".lower(), zh["baseColour"][colour][0] + zh["articleType"][type_][0]):
            queries.append({"text": text, "against": "image", "relevant": dict.fromkeys(ids, 1)})
    return [item_of(r, r["name"]) for r in gallery], queries


def judge_same_type(gallery: list[dict]) -> tuple[list[dict], list[dict]]:
    members = ids_by(gallery, lambda r: r["articleType"])
    queries = []
    for product in (r for r in gallery if r["split"] == "test"):
        own = str(product["id"])
        others = [i for i in members[product["articleType"]] if i != own]
        if others:  # a type of one product has nothing to be found
            queries.append({"image": picture_of(product), "against": "image",
                            "relevant": dict.fromkeys(others, 1), "exclude": [own]})
    return [item_of(r, r["name"]) for r in gallery], queries


def place(source: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def write_set(out: Path, data: Path, products: list[dict], judged: tuple[list[dict], list[dict]]) -> None:
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    for product in products:
        place(data / "products" / f"{product['id']}.jpg", out / picture_of(product))
    for name, rows in zip(("items", "queries"), judged):
        with open(out / f"{name}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{out}: {len(judged[0])} items, {len(judged[1])} queries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--titles", choices=("name", "nameZh"), default="name", help="what the items of names are called")
    args = parser.parse_args()
    gallery = read_products(args.data)
    test = [r for r in gallery if r["split"] == "test"]
    zh = json.loads((args.data / "zh-terms.json").read_text(encoding="utf-8"))
    write_set(args.out / "names", args.data, test, judge_names(test, args.titles))
    write_set(args.out / "colour-type", args.data, gallery, judge_colour_type(gallery, zh))
    write_set(args.out / "same-type", args.data, gallery, judge_same_type(gallery))


if __name__ == "__main__":
    main()
