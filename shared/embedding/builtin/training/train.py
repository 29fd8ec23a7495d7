"""Trains the built-in encoder. See README.md for how to run and resume it."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

from data import Item, augment, load_pictures, plain, read_items
from model import GRID_H, GRID_W, Encoder, Size, random_keep
from text import FIELDS, UNKNOWN, Phrases, Tokenizer, build_vocabulary, tokenizer_json

# Shares of a batch, products get the rest. One mix after the other: what is hard to tell apart lies within a set
# (a photograph is never mistaken for a drawing), so each set needs batches in which it is the majority.
MIXES = (
    {"clothing": 0.06, "grocery": 0.03, "drawn": 0.06},
    {"clothing": 0.06, "grocery": 0.03, "drawn": 0.75},
    {"clothing": 0.35, "grocery": 0.20, "drawn": 0.06},
    {"clothing": 0.02, "grocery": 0.02, "drawn": 0.75},
)
SETS = ("products", "clothing", "grocery", "drawn")
WEIGHTS = {"name": 1.0, "english": 0.4, "chinese": 0.4, "languages": 0.2, "views": 0.25}


class Batches:
    """Endless batches: which pictures, and their texts."""

    def __init__(self, items: list[Item], phrases: Phrases, batch: int, twice: int, rng: np.random.Generator):
        self.phrases, self.batch, self.twice, self.rng = phrases, batch, twice, rng
        self.pools = {s: [i for i in items if i.source == s and i.split == "train"] for s in SETS}
        self.pools = {s: pool for s, pool in self.pools.items() if pool}
        self.order: dict[str, list[int]] = {s: [] for s in self.pools}
        self.count = 0

    def _draw(self, source: str, n: int) -> list[Item]:
        """The next n of a set, each once before any comes again."""
        order = self.order[source]
        while len(order) < n:
            order.extend(self.rng.permutation(len(self.pools[source])).tolist())
        taken, self.order[source] = order[:n], order[n:]
        return [self.pools[source][i] for i in taken]

    def next(self) -> list[Item]:
        """`batch` items; the last `twice` repeat the first ones, to be augmented
        differently, so that the two views of a picture learn to agree."""
        different = self.batch - self.twice
        shares = MIXES[self.count % len(MIXES)]
        self.count += 1
        items: list[Item] = []
        for source in self.pools:
            if source != "products":
                items += self._draw(source, round(shares[source] * different))
        items += self._draw("products", different - len(items))
        self.rng.shuffle(items)
        return items + items[: self.twice]


def make_texts(items: list[Item], phrases: Phrases, rng: np.random.Generator):
    """Three texts for each item (exact, English, Chinese) and two int8 matrices
    [texts, pictures]: who is right (1), wrong (0), not known (-1)."""
    exact, english, chinese, wanted, exact_wanted = [], [], [], [], []
    keys: list[tuple | None] = []
    for item in items:
        constraint = phrases.choose(item, rng)
        wanted.append(constraint)
        english.append(phrases.english(constraint, rng))
        chinese.append(phrases.chinese(constraint, rng))
        use_zh = item.name_zh is not None and rng.random() < 0.35
        if item.name is None:
            other = phrases.choose(item, rng)
            exact_wanted.append(other)
            exact.append(phrases.english(other, rng) if rng.random() < 0.5 else phrases.chinese(other, rng))
            keys.append(None)
        else:
            exact_wanted.append([UNKNOWN] * len(FIELDS))
            exact.append(item.name_zh if use_zh else phrases.name(item, rng))
            keys.append(("zh", item.name_zh) if use_zh else ("en", item.name))
    wanted = np.array(wanted)
    match = phrases.match(wanted, items)
    exact_match = phrases.match(np.array(exact_wanted), items)
    name = np.array([item.name or f"?{n}" for n, item in enumerate(items)], object)
    name_zh = np.array([item.name_zh or f"?{n}" for n, item in enumerate(items)], object)
    have = np.array([item.attributes for item in items])
    for i, key in enumerate(keys):
        if key is None:
            continue
        exact_match[i] = ((name if key[0] == "en" else name_zh) == key[1]).astype(np.int8)
        if key[0] == "zh" and items[i].brand is None:
            # A Chinese title without a brand says no more than type, colour and
            # gender: whoever shares these is not wrong for it.
            alike = (have[:, [0, 3, 4]] == have[i, [0, 3, 4]]).all(1)
            exact_match[i][alike & (exact_match[i] == 0)] = -1
    np.fill_diagonal(exact_match, 1)
    np.fill_diagonal(match, 1)
    same = (wanted[:, None] == wanted[None]).all(2).astype(np.int8)
    return exact, english, chinese, exact_match, match, same


def contrast(logits: torch.Tensor, match: torch.Tensor) -> torch.Tensor:
    """Symmetric cross-entropy with several right answers: the target is spread
    evenly over them; what is not known takes no part."""
    logits = logits.masked_fill(match < 0, -1e4)
    right = (match > 0).float()
    rows = -(right * logits.log_softmax(1)).sum(1) / right.sum(1).clamp(min=1)
    columns = -(right * logits.log_softmax(0)).sum(0) / right.sum(0).clamp(min=1)
    return (rows.mean() + columns.mean()) / 2


def losses(model: Encoder, pixels, keep, ids, mask, exact_match, match, same, twice: int, bf16: bool):
    """The named parts of the loss. ids, mask: [3 * batch, n]; see make_texts."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        pictures, _ = model.vision(pixels, keep)
        exact = model.text(*ids_of(ids[0], mask[0]))
        both = model.text(*ids_of(ids[1], mask[1]))
    english, chinese = both.chunk(2)
    sharp, broad = model.scale()
    parts = {
        "name": contrast(sharp * exact @ pictures.T, exact_match),
        "english": contrast(broad * english @ pictures.T, match),
        "chinese": contrast(broad * chinese @ pictures.T, match),
        "languages": contrast(broad * english @ chinese.T, same),
    }
    n = len(pictures)
    first = torch.arange(twice)
    last = n - twice + first
    # Each of the pictures seen twice against the whole batch but itself.
    like = (exact_match + exact_match.T)[torch.cat([first, last])].clone()
    target = torch.cat([last, first])
    logits = sharp.detach() * pictures[torch.cat([first, last])] @ pictures.T
    hidden = like > 0  # itself and twins by name
    hidden[torch.arange(2 * twice), target] = False
    parts["views"] = torch.nn.functional.cross_entropy(logits.masked_fill(hidden, -1e4), target)
    return parts


def ids_of(ids: np.ndarray, mask: np.ndarray):
    return torch.from_numpy(ids), torch.from_numpy(mask)


@torch.no_grad()
def embed_pictures(model: Encoder, pictures: np.ndarray, rows, step: int = 100) -> torch.Tensor:
    return torch.cat([model.vision(plain(np.stack([pictures[r] for r in rows[i:i + step]])))[0]
                      for i in range(0, len(rows), step)])


@torch.no_grad()
def embed_texts(model: Encoder, tokenizer: Tokenizer, texts: list[str], step: int = 256) -> torch.Tensor:
    return torch.cat([model.text(*ids_of(*tokenizer.batch(texts[i:i + step]))) for i in range(0, len(texts), step)])


def recall_at(texts: torch.Tensor, pictures: torch.Tensor, k: int) -> float:
    """Share of texts whose own picture (same row) is among the k nearest."""
    scores = texts @ pictures.T
    rank = (scores > scores.diagonal()[:, None]).sum(1)
    return (rank < k).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with the sets (see data.py) and zh-terms.json")
    parser.add_argument("--work", type=Path, required=True, help="decoded pictures, checkpoint and log go here")
    parser.add_argument("--minutes", type=float, default=95, help="training time in all, resumes included; the schedule is fitted to it")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--twice", type=int, default=32, help="pictures of a batch that are seen in two views")
    parser.add_argument("--keep", type=int, default=36, help="of the 80 tokens, until the last part")
    parser.add_argument("--whole-from", type=float, default=0.87, help="progress from which no tokens are dropped")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--dims", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-bf16", action="store_true", help="for CPUs on which bfloat16 is slow")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    checkpoint_path, tokenizer_path = args.work / "checkpoint.pt", args.work / "tokenizer.json"
    zh_terms = json.loads(next(f / "zh-terms.json" for f in args.data if (f / "zh-terms.json").exists()).read_text(encoding="utf-8"))
    items = read_items(args.data, args.work)
    pictures = load_pictures(items, args.work)
    phrases = Phrases(items, zh_terms)
    if not tokenizer_path.exists():
        vocabulary = build_vocabulary(items, zh_terms)
        tokenizer_path.write_text(json.dumps(tokenizer_json(vocabulary), ensure_ascii=False), encoding="utf-8")
    tokenizer = Tokenizer.load(tokenizer_path)

    model = Encoder(Size(dims=args.dims, vocabulary=len(tokenizer.vocabulary)))
    average = Encoder(model.size)
    average.load_state_dict(model.state_dict())
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    plain_ones = [p for p in model.parameters() if p.ndim < 2]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain_ones, "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), eps=1e-6)
    step, seconds = 0, 0.0
    if checkpoint_path.exists():
        saved = torch.load(checkpoint_path)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, seconds = saved["step"], saved["seconds"]
        rng.bit_generator.state = saved["rng"]
        generator.set_state(saved["generator"])
    batches = Batches(items, phrases, args.batch, args.twice, rng)
    validation = [i for i in items if i.source == "products" and i.split == "val"]
    log = open(args.work / "log.jsonl", "a", encoding="utf-8")
    print({s: len(p) for s, p in batches.pools.items()}, "vocabulary", len(tokenizer.vocabulary), "from step", step, flush=True)

    def save() -> None:
        temporary = checkpoint_path.with_suffix(".tmp")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                    "step": step, "seconds": seconds, "rng": rng.bit_generator.state, "generator": generator.get_state(),
                    "size": model.size.as_dict(), "arguments": {k: str(v) for k, v in vars(args).items()},
                    "seen": {s: len(p) for s, p in batches.pools.items()}}, temporary)
        os.replace(temporary, checkpoint_path)

    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))

    sums: dict[str, float] = {}
    since, loading = time.time(), 0.0
    while seconds < args.minutes * 60 and not stopping:
        began = time.time()
        progress = seconds / (args.minutes * 60)
        rate = args.rate * min(1.0, (step + 1) / 300) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        chosen = batches.next()
        exact, english, chinese, exact_match, match, same = make_texts(chosen, phrases, rng)
        pixels = augment([pictures[item.row] for item in chosen], rng)
        ids_exact, mask_exact = tokenizer.batch(exact, 24)
        ids_both, mask_both = tokenizer.batch(english + chinese, 24)
        keep = random_keep(args.batch, args.keep, generator) if progress < args.whole_from and args.keep < GRID_H * GRID_W else None
        loading += time.time() - began
        parts = losses(model, pixels, keep, (ids_exact, ids_both), (mask_exact, mask_both),
                       torch.from_numpy(exact_match), torch.from_numpy(match), torch.from_numpy(same), args.twice, not args.no_bf16)
        loss = sum(WEIGHTS[name] * part for name, part in parts.items())
        if not math.isfinite(loss.item()):
            raise RuntimeError(f"the loss is not finite at step {step}")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        # A shorter memory once no tokens are dropped: what counts is the model that sees all.
        decay = min(0.998 if keep is not None else 0.99, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, now in zip(average.parameters(), model.parameters()):
                mean.lerp_(now, 1 - decay)
        seconds += time.time() - began
        for name, part in parts.items():
            sums[name] = sums.get(name, 0.0) + part.item()
        if step % 25 == 0:
            took = time.time() - since
            line = {"step": step, "minutes": round(seconds / 60, 2), "rate": rate, "pictures_per_second": round(25 * args.batch / took, 1),
                    "loading": round(loading / took, 3), "scale": [round(s, 2) for s in model.scale().tolist()],
                    **{name: round(total / 25, 4) for name, total in sums.items()}}
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(line, flush=True)
            sums, since, loading = {}, time.time(), 0.0
        if step % 250 == 0:
            began = time.time()
            average.eval()
            vectors = embed_pictures(average, pictures, [i.row for i in validation])
            line = {"step": step, "minutes": round(seconds / 60, 2)}
            for language, texts in (("en", [i.name for i in validation]), ("zh", [i.name_zh for i in validation])):
                found = embed_texts(average, tokenizer, texts)
                line |= {f"val_recall@{k}_{language}": round(recall_at(found, vectors, k), 4) for k in (1, 10)}
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(line, flush=True)
            save()
            seconds += time.time() - began
            since = time.time()
    save()
    print("stopped at step", step, "after", round(seconds / 60, 1), "minutes", flush=True)


if __name__ == "__main__":
    main()
