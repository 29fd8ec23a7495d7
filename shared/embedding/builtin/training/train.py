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
import torch.nn.functional as F

from batches import LABELS, SETS, SHORT, Ahead, Batch, Plan
from begin import encoder_from, text_from
from data import HEIGHT, WIDTH, load_pictures, normalise, plain, read_items
from embed import embed_pictures, embed_texts, ids_of
from model import Encoder, Size, unit
from neighbours import names_of_neighbours
from text import FIELDS, Phrases, Tokenizer, build_vocabulary, tokenizer_json

WEIGHTS = {"name": 1.0, "english": 0.35, "chinese": 0.35, "languages": 0.1, "views": 0.2, "alike": 0.2,
           "type": 0.2, "colour": 0.1, "gender": 0.05, "brand": 0.2}


# Steps until labels read off the pictures' features have a say in these: what reads them begins at random.
LABELS_FROM = 150


def contrast(logits: torch.Tensor, match: torch.Tensor) -> torch.Tensor:
    """Symmetric cross-entropy with several right answers: the target is spread
    evenly over them; what is not known takes no part, nor does a row or column without a right one."""
    logits = logits.masked_fill(match < 0, -1e4)
    right = (match > 0).float()
    total = logits.new_zeros(())
    for axis in (1, 0):
        count = right.sum(axis)
        losses = -(right * logits.log_softmax(axis)).sum(axis) / count.clamp(min=1)
        total = total + losses.sum() / (count > 0).sum().clamp(min=1)
    return total / 2


def as_neighbours(logits: torch.Tensor, by_neighbours: torch.Tensor, match: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """How far what names [texts] say of pictures [pictures] is from what they say of the pictures' neighbours, both ways
    (Kullback and Leibler); only of pictures that are `known`, and nothing of what `match` doesn't know."""
    pair = [each.masked_fill(match < 0, -1e4) for each in (logits, by_neighbours)]
    total = logits.new_zeros(())
    for axis, own in ((0, None), (1, known)):
        found, wanted = [each[:, known].log_softmax(axis) for each in pair]
        distance = (wanted.exp() * (wanted - found)).sum(axis)
        total = total + (distance if own is None else distance[own]).mean()
    return total / 2


class Heads(torch.nn.Module):
    """Labels straight from the pooled features, and where a score begins to say yes: only to train with, never exported."""

    def __init__(self, width: int, counts: list[int]):
        super().__init__()
        self.sure = torch.nn.Parameter(torch.tensor([4.0, 0.52]))
        self.layers = torch.nn.ModuleList(torch.nn.Linear(width, n) for n in counts)

    def forward(self, pooled: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        return {name: F.cross_entropy(layer(pooled), labels[:, n], ignore_index=-1, label_smoothing=0.05)
                if (labels[:, n] >= 0).any() else pooled.new_zeros(())
                for n, (name, layer) in enumerate(zip(LABELS, self.layers))}


def sureness(scores: torch.Tensor, match: torch.Tensor, sure: torch.Tensor) -> torch.Tensor:
    """How far a score alone is from telling whether a picture is all that a text says, whatever the text (binary
    cross-entropy, summed over the pictures of a text): what `match` and a lower limit on it rest on."""
    logits = sure[0].exp() * (scores - sure[1])
    known = (match >= 0).float()
    return (F.binary_cross_entropy_with_logits(logits, (match > 0).float(), reduction="none") * known).sum() / len(scores)


def losses(model: Encoder, heads: Heads, batch: Batch, near: torch.Tensor | None, twice: int, sure: bool, apart: bool, bf16: bool,
           device: torch.device) -> dict[str, torch.Tensor]:
    """The named parts of the loss; see Batch. `near`: what neighbours of pictures are called, by row. `sure`: scores alone
    count as well. `apart`: labels are read without a say in the features."""
    def there(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array).to(device)

    exact_match, match = there(batch.exact), there(batch.match)
    with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        pooled = model.vision.features(normalise(batch.pixels, device)).mean(1)
        exact = read(model, *ids_of(*batch.names, device))
        both = read(model, *ids_of(*batch.phrases, device))
        pictures = unit(model.vision.project(pooled))  # the mean commutes with the projection: project one vector
    english, chinese = both.chunk(2)
    sharp, broad = model.scale()
    parts = {
        "name": contrast(sharp * exact @ pictures.T, exact_match),
        "english": contrast(broad * english @ pictures.T, match),
        "chinese": contrast(broad * chinese @ pictures.T, match),
        "languages": contrast(broad * english @ chinese.T, there(batch.same)),
    }
    if sure:
        strange = read(model, *ids_of(*batch.strange, device))
        right = torch.cat([match, match, match.new_zeros(len(strange), match.shape[1])])
        parts["sure"] = sureness(torch.cat([both, strange]) @ pictures.T, right, heads.sure)
    if near is not None:
        called = near[torch.from_numpy(batch.rows)].to(device)
        known = called.abs().sum(1) > 0
        parts["near"] = as_neighbours(sharp * exact @ pictures.T, sharp.detach() * exact.detach() @ called.T, exact_match, known)
    n = len(pictures)
    first = torch.arange(twice, device=device)
    last = n - twice + first
    products = pictures @ pictures.T
    # Each of the pictures seen twice against the whole batch but itself.
    like = (exact_match + exact_match.T)[torch.cat([first, last])].clone()
    target = torch.cat([last, first])
    hidden = like > 0  # itself and twins by name
    hidden[torch.arange(2 * twice, device=device), target] = False
    parts["views"] = F.cross_entropy((sharp.detach() * products[torch.cat([first, last])]).masked_fill(hidden, -1e4), target)
    alike = there(batch.alike).fill_diagonal_(-1)
    parts["alike"] = contrast(broad.detach() * products, alike)
    return parts | heads((pooled.detach() if apart else pooled).float(), there(batch.labels))


def read(model: Encoder, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Texts -> unit vectors [n, dims]. Short ones apart from long ones, so that they aren't padded to those's length."""
    if ids.shape[1] <= SHORT:
        return model.text(ids, mask)
    long = mask[:, SHORT] > 0
    order = torch.cat([torch.nonzero(~long)[:, 0], torch.nonzero(long)[:, 0]])
    found = torch.cat([model.text(ids[~long, :SHORT], mask[~long, :SHORT]), model.text(ids[long], mask[long])])
    return found[order.argsort()]


def recall_at(texts: torch.Tensor, pictures: torch.Tensor, k: int) -> float:
    """Share of texts whose own picture (same row) is among the k nearest."""
    scores = texts @ pictures.T
    rank = (scores > scores.diagonal()[:, None]).sum(1)
    return (rank < k).float().mean().item()


def size_at(progress: float, small_until: float) -> tuple[int, int]:
    """(width, height) of the pictures: small ones teach as much in half of the time until near the end."""
    return (WIDTH * 3 // 4, HEIGHT * 4 // 5) if progress < small_until else (WIDTH, HEIGHT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with the sets (see data.py) and zh-terms.json")
    parser.add_argument("--work", type=Path, required=True, help="decoded pictures, checkpoint and log go here")
    parser.add_argument("--minutes", type=float, default=120, help="training time in all, resumes included; the schedule is fitted to it")
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--from", dest="begin_from", type=Path, help="go on from the encoder in this directory, of the same sizes")
    begin.add_argument("--text-from", type=Path, help="begin with the text side and tokenizer of this encoder directory")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--twice", type=int, default=24, help="pictures of a batch that are seen in two views")
    parser.add_argument("--spoken", type=int, default=128, help="pictures of a batch for which phrases are made")
    parser.add_argument("--gentle", type=float, default=0.0, help="share of pictures that are framed and tinted hardly at all: for the last part of a training")
    parser.add_argument("--small-until", type=float, default=0.6, help="progress until which pictures are smaller")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--warm", type=int, default=200, help="steps until the rate is reached")
    parser.add_argument("--freeze", action="store_true", help="leave the first layers of pictures as they are, with --from: a fifth faster")
    parser.add_argument("--skip", type=float, default=0.0, help="share of residual branches of pictures left out")
    parser.add_argument("--forget", type=float, default=0.0, help="share of the tokens of long texts left out")
    parser.add_argument("--near", type=float, default=0.0, help="weight of what a product's neighbours are called beside its own name")
    parser.add_argument("--sure", type=float, default=0.0, help="weight of whether a score alone tells what is right, whatever the text")
    parser.add_argument("--dims", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--makers", type=int, default=1, help="processes that make batches: one keeps up with a CPU, a GPU takes all there are")
    parser.add_argument("--bf16", action="store_true", help="for processors with instructions for bfloat16")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    checkpoint_path, tokenizer_path = args.work / "checkpoint.pt", args.work / "tokenizer.json"
    zh_terms = json.loads(next(f / "zh-terms.json" for f in args.data if (f / "zh-terms.json").exists()).read_text(encoding="utf-8"))
    items = read_items(args.data, args.work)
    pictures = load_pictures(items, args.work)
    phrases = Phrases(items, zh_terms)
    if not tokenizer_path.exists():
        if known := args.begin_from or args.text_from:
            tokenizer_path.write_bytes((known / "tokenizer.json").read_bytes())
        else:
            vocabulary = build_vocabulary(items, zh_terms)
            tokenizer_path.write_text(json.dumps(tokenizer_json(vocabulary), ensure_ascii=False), encoding="utf-8")
    tokenizer = Tokenizer.load(tokenizer_path)

    model = Encoder(Size(dims=args.dims, vocabulary=len(tokenizer.vocabulary)), args.skip, args.forget)
    if args.begin_from:
        some = [i.row for i in items if i.source == "products" and i.split == "train"][:500]
        encoder_from(args.begin_from, model, plain(np.stack([pictures[row] for row in some])))
    elif args.text_from:
        text_from(args.text_from, model.text)
    device = torch.device(args.device)
    model.to(device).vision.to(memory_format=torch.channels_last)
    heads = Heads(model.size.vision_widths[1], [len(phrases.codes[FIELDS.index(label)]) for label in LABELS]).to(device)
    average = Encoder(model.size).to(device)
    average.load_state_dict(model.state_dict())
    frozen = [model.vision.stem, model.vision.early] if args.freeze else []
    for part in frozen:
        part.requires_grad_(False)
        part.eval()
    trained = [p for p in (*model.parameters(), *heads.parameters()) if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": [p for p in trained if p.ndim >= 2], "weight_decay": 0.05},
                                   {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0}],
                                  lr=args.rate, betas=(0.9, 0.98), eps=1e-6)
    step, seconds, drawn = 0, 0.0, {}
    if checkpoint_path.exists():
        saved = torch.load(checkpoint_path, map_location=device)
        model.load_state_dict(saved["model"])
        heads.load_state_dict(saved["heads"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, seconds, drawn = saved["step"], saved["seconds"], saved["drawn"]
    if args.begin_from and step == 0:
        # For mean.py: the encoder it began from, as this training has its weights.
        torch.save({"average": average.state_dict()}, args.work / "begin.pt")
    near = names_of_neighbours(average.eval(), tokenizer, items, pictures, args.work) if args.near > 0 else None
    weights = WEIGHTS | {"near": args.near, "sure": args.sure}
    seen = {s: sum(i.source == s and i.split == "train" for i in items) for s in SETS}
    validation = [i for i in items if i.source == "products" and i.split == "val"]
    log = open(args.work / "log.jsonl", "a", encoding="utf-8")
    print(seen, "vocabulary", len(tokenizer.vocabulary), "from step", step, flush=True)

    def save() -> None:
        temporary = checkpoint_path.with_suffix(".tmp")
        torch.save({"model": model.state_dict(), "heads": heads.state_dict(), "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(), "step": step, "seconds": seconds, "drawn": drawn,
                    "size": model.size.as_dict(), "arguments": {k: str(v) for k, v in vars(args).items()}, "seen": seen}, temporary)
        os.replace(temporary, checkpoint_path)

    stopping, resting = [], []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    # While it is stopped (SIGSTOP) its time stands still; the step it is in then counts as none.
    signal.signal(signal.SIGCONT, lambda *_: resting.append(True))

    ahead = Ahead(Plan(args.data, args.work, zh_terms, args.batch, args.twice, args.spoken, args.gentle, args.seed, step, drawn), args.makers)
    asked = step
    sums: dict[str, float] = {}
    since, waiting = time.time(), 0.0
    while seconds < args.minutes * 60 and not stopping:
        began = time.time()
        progress = seconds / (args.minutes * 60)
        rate = args.rate * min(1.0, (step + 1) / args.warm) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        while asked < step + 3 + args.makers:
            ahead.ask(asked, size_at(progress, args.small_until))
            asked += 1
        batch = ahead.take()
        if step == 0:
            began = time.time()  # the first one waits for the other process to start
        waiting += time.time() - began
        parts = losses(model, heads, batch, near, args.twice, args.sure > 0, bool(args.begin_from) and step < LABELS_FROM, args.bf16, device)
        loss = sum(weights[name] * part for name, part in parts.items())
        if not math.isfinite(loss.item()):
            raise RuntimeError(f"the loss is not finite at step {step}")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        step += 1
        drawn = batch.drawn
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, now in zip(average.state_dict().values(), model.state_dict().values()):
                mean.lerp_(now, 1 - decay) if mean.is_floating_point() else mean.copy_(now)
        seconds += 0 if resting else time.time() - began
        resting.clear()
        for name, part in parts.items():
            sums[name] = sums.get(name, 0.0) + part.item()
        if step % 25 == 0:
            took = time.time() - since
            line = {"step": step, "minutes": round(seconds / 60, 2), "rate": rate, "pictures_per_second": round(25 * args.batch / took, 1),
                    "waiting": round(waiting / took, 3), "scale": [round(s, 2) for s in model.scale().tolist()],
                    **{name: round(total / 25, 4) for name, total in sums.items()}}
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(line, flush=True)
            sums, since, waiting = {}, time.time(), 0.0
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
    ahead.close()
    print("stopped at step", step, "after", round(seconds / 60, 1), "minutes", flush=True)


if __name__ == "__main__":
    main()
