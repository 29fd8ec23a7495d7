"""What a step of the training sees: which pictures, how they are framed, and
their texts with who is right for whom. Made in a process of its own, ahead of
the training, and from the step's number alone, so that a resume goes on alike."""

from __future__ import annotations

import multiprocessing
import queue
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data import HEIGHT, WIDTH, Item, augment, load_pictures, read_items
from foreign import foreign_texts
from text import FIELDS, UNKNOWN, Phrases, Tokenizer

# Shares of a batch, products get the rest. One mix after the other: what is hard to tell apart lies within a set
# (a photograph is never mistaken for a drawing), so each set needs batches in which it is common.
_PRODUCTS = {"clothing": 0.04, "grocery": 0.02, "drawn": 0.03}
MIXES = (
    _PRODUCTS, _PRODUCTS, _PRODUCTS, {"clothing": 0.05, "grocery": 0.03, "drawn": 0.45},
    _PRODUCTS, _PRODUCTS, _PRODUCTS, {"clothing": 0.25, "grocery": 0.15, "drawn": 0.04},
)
SETS = ("products", "clothing", "grocery", "drawn")
PHOTOS = ("clothing", "grocery")
SHORT, LONG = 16, 48  # tokens: most texts of the training are queries and titles,
DESCRIBED = 0.07  # and this share of them titles with a description
STRANGE = 16  # texts of a batch that no picture is right for
LABELS = ("type", "colour", "gender", "brand")  # that pictures are also asked for directly
TOLD = [FIELDS.index(label) for label in LABELS]


@dataclass
class Batch:
    """n pictures; the last `twice` are the first ones again, framed differently.

    pixels: uint8 [n, height, width, 3]. names, phrases: ids and mask, int64.
    phrases holds m English ones, then their m Chinese twins.
    exact [n, n], match [m, n], same [m, m]: int8, text (row) and picture or
    text: right 1, wrong 0, not known -1. alike [n, n]: pictures of one type.
    labels: int64 [n, len(LABELS)], -1 not known. rows: int64 [n], in the array of pictures.
    strange: ids and mask of texts that no picture is right for.
    drawn: how many were taken of each set.
    """

    pixels: np.ndarray
    names: tuple[np.ndarray, np.ndarray]
    phrases: tuple[np.ndarray, np.ndarray]
    exact: np.ndarray
    match: np.ndarray
    same: np.ndarray
    alike: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    strange: tuple[np.ndarray, np.ndarray]
    drawn: dict[str, int]


class Batches:
    def __init__(self, items: list[Item], pictures: np.ndarray, phrases: Phrases, tokenizer: Tokenizer,
                 batch: int, twice: int, spoken: int, gentle: float, seed: int, drawn: dict[str, int]):
        self.pictures, self.phrases, self.tokenizer = pictures, phrases, tokenizer
        self.batch, self.twice, self.spoken, self.gentle, self.seed = batch, twice, spoken, gentle, seed
        pools = {s: [i for i in items if i.source == s and i.split == "train"] for s in SETS}
        self.pools = {s: pool for s, pool in pools.items() if pool}
        self.drawn = {s: drawn.get(s, 0) for s in self.pools}
        self.orders: dict[str, tuple[int, np.ndarray]] = {}
        self.by_type: dict[int, list[Item]] = {}
        for item in self.pools["products"]:
            self.by_type.setdefault(item.attributes[0], []).append(item)

    def _draw(self, source: str, n: int) -> list[Item]:
        """The next n of a set, each once before any comes again."""
        pool = self.pools[source]
        taken = []
        for number in range(self.drawn[source], self.drawn[source] + n):
            turn, place = divmod(number, len(pool))
            if self.orders.get(source, (-1,))[0] != turn:
                order = np.random.default_rng([self.seed, SETS.index(source), turn]).permutation(len(pool))
                self.orders[source] = (turn, order)
            taken.append(pool[self.orders[source][1][place]])
        self.drawn[source] += n
        return taken

    def _items(self, step: int, rng: np.random.Generator) -> list[Item]:
        different = self.batch - self.twice
        shares = MIXES[step % len(MIXES)]
        items: list[Item] = []
        for source in self.pools:
            if source != "products":
                items += self._draw(source, round(shares[source] * different))
        products = different - len(items)
        alike = 0
        if step % 2 == 0:  # half of them of one type: what is hard to tell apart meets in one batch
            wanted = self._draw("products", 1)[0]
            of_type = self.by_type[wanted.attributes[0]]
            alike = min(products // 2, len(of_type))
            items += [of_type[i] for i in rng.choice(len(of_type), alike, replace=False)]
        taken = {item.path for item in items}
        while len(items) < different:
            items += [i for i in self._draw("products", different - len(items)) if i.path not in taken]
        items = [items[i] for i in rng.permutation(len(items))]
        return items + items[: self.twice]

    def skip(self, step: int) -> None:
        """Draws the pictures of a step that another process makes."""
        self._items(step, np.random.default_rng([self.seed, 100, step]))

    def make(self, step: int, size: tuple[int, int]) -> Batch:
        """The batch of a step; `size` (width, height) of its pictures. Steps are made or skipped one by one."""
        rng = np.random.default_rng([self.seed, 100, step])
        items = self._items(step, rng)
        names, exact = self._names(items, rng)
        wanted = [self.phrases.choose(item, rng) for item in items[: self.spoken]]
        english = [self._perhaps_described(self.phrases.english(w, rng), w, rng) for w in wanted]
        chinese = [self._perhaps_described(self.phrases.chinese(w, rng), w, rng) for w in wanted]
        wanted = np.array(wanted)
        match = self.phrases.match(wanted, items, items[: self.spoken])
        match[np.arange(self.spoken), np.arange(self.spoken)] = 1
        attributes = np.array([item.attributes for item in items])
        only_type = np.full_like(attributes, UNKNOWN)
        only_type[:, 0] = attributes[:, 0]
        gentle = rng.random(len(items)) < self.gentle
        gentle[: self.twice] = gentle[len(items) - self.twice:] = False  # two views that differ teach what stays
        return Batch(
            pixels=augment([self.pictures[i.row] for i in items], [i.source in PHOTOS for i in items], gentle, size, rng),
            names=self.tokenizer.batch(names, LONG), phrases=self.tokenizer.batch(english + chinese, LONG),
            exact=exact, match=match, same=(wanted[:, None] == wanted[None]).all(2).astype(np.int8),
            alike=np.where(attributes[:, :1] == UNKNOWN, -1, self.phrases.match(only_type, items, items)).astype(np.int8),
            labels=attributes[:, TOLD].astype(np.int64), rows=np.array([item.row for item in items]),
            strange=self.tokenizer.batch(foreign_texts(STRANGE, rng), LONG), drawn=dict(self.drawn))

    def _perhaps_described(self, text: str, constraint: list[int], rng: np.random.Generator) -> str:
        return self.phrases.described(text, constraint, rng) if rng.random() < DESCRIBED else text

    def _names(self, items: list[Item], rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
        """One exact text a picture (its name or Chinese title, else a phrase)."""
        texts, wanted, keys = [], [], []
        for item in items:
            chinese = item.name_zh is not None and rng.random() < 0.35
            if item.name is None:
                labels = self.phrases.choose(item, rng)
                wanted.append(labels)
                texts.append(self.phrases.english(labels, rng) if rng.random() < 0.5 else self.phrases.chinese(labels, rng))
                keys.append(None)
            else:
                wanted.append([UNKNOWN] * len(FIELDS))
                text = item.name_zh if chinese else self.phrases.name(item, rng)
                texts.append(self._perhaps_described(text, self.phrases.choose(item, rng), rng))
                keys.append(("zh", item.name_zh) if chinese else ("en", item.name))
        exact = self.phrases.match(np.array(wanted), items, items)
        name = np.array([item.name or f"?{n}" for n, item in enumerate(items)], object)
        name_zh = np.array([item.name_zh or f"?{n}" for n, item in enumerate(items)], object)
        have = np.array([item.attributes for item in items])
        for i, key in enumerate(keys):
            if key is None:
                continue
            exact[i] = ((name if key[0] == "en" else name_zh) == key[1]).astype(np.int8)
            if key[0] == "zh" and items[i].brand is None:
                # A Chinese title without a brand says no more than type, colour and
                # gender: whoever shares these is not wrong for it.
                alike = (have[:, TOLD[:3]] == have[i, TOLD[:3]]).all(1)
                exact[i][alike & (exact[i] == 0)] = -1
        # Nor is whoever shares all four labels: what names tell beyond them is mostly a model's name, which can only
        # be learnt by heart.
        told = have[:, TOLD]
        close = (told[:, None] == told[None]).all(2) & (told != UNKNOWN).all(1)
        exact[close & (exact == 0)] = -1
        np.fill_diagonal(exact, 1)
        return texts, exact


@dataclass
class Plan:
    """What the process that makes batches has to know."""

    data: list[Path]
    work: Path
    zh_terms: dict
    batch: int
    twice: int
    spoken: int
    gentle: float
    seed: int
    step: int
    drawn: dict[str, int]


def _produce(plan: Plan, asked, made) -> None:
    """Makes the steps that are asked for, and only draws those between, which other processes make."""
    items = read_items(plan.data, plan.work)
    pictures = load_pictures(items, plan.work)
    phrases = Phrases(items, plan.zh_terms)
    batches = Batches(items, pictures, phrases, Tokenizer.load(plan.work / "tokenizer.json"),
                      plan.batch, plan.twice, plan.spoken, plan.gentle, plan.seed, plan.drawn)
    next_step = plan.step
    while (order := asked.get()) is not None:
        while next_step < order[0]:
            batches.skip(next_step)
            next_step += 1
        made.put(batches.make(*order))
        next_step += 1


class Ahead:
    """Batches made ahead of the training by `makers` processes: `ask` for steps in order, then take them in order."""

    def __init__(self, plan: Plan, makers: int = 1):
        context = multiprocessing.get_context("spawn")
        self._taken = plan.step
        self._queues = [(context.Queue(), context.Queue()) for _ in range(makers)]
        self._processes = [context.Process(target=_produce, args=(plan, *queues), daemon=True)
                           for queues in self._queues]
        for process in self._processes:
            process.start()

    def ask(self, step: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self._queues[step % len(self._queues)][0].put((step, size))

    def take(self) -> Batch:
        number = self._taken % len(self._queues)
        while True:
            try:
                batch = self._queues[number][1].get(timeout=60)
                self._taken += 1
                return batch
            except queue.Empty:
                if not self._processes[number].is_alive():
                    raise RuntimeError("a process that makes batches has ended") from None

    def close(self) -> None:
        for process in self._processes:
            process.terminate()
