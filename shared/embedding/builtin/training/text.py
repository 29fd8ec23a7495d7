"""Words: the tokenizer (written as a Hugging Face tokenizer.json), and the
phrases that are made from a product's labels, each with what it asks for."""

from __future__ import annotations

import collections
import json
import string
import unicodedata
from pathlib import Path

import numpy as np

import terms
from data import Item

PAD, UNK, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"


# ---------------------------------------------------------------- tokenizer

def _is_chinese(char: str) -> bool:
    c = ord(char)
    return (0x4E00 <= c <= 0x9FFF or 0x3400 <= c <= 0x4DBF or 0x20000 <= c <= 0x2CEAF
            or 0xF900 <= c <= 0xFAFF or 0x2F800 <= c <= 0x2FA1F)


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def words_of(text: str) -> list[str]:
    """BertNormalizer (lower-case, accents off, Chinese parted) and
    BertPreTokenizer, as the libraries that read tokenizer.json do it."""
    out = []
    for char in text:
        category = unicodedata.category(char)
        if char in "\t\n\r" or category == "Zs":
            out.append(" ")
        elif ord(char) in (0, 0xFFFD) or category.startswith("C"):
            continue
        else:
            out.append(f" {char} " if _is_chinese(char) else char)
    text = unicodedata.normalize("NFD", "".join(out))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn").lower()
    return "".join(f" {c} " if _is_punctuation(c) else c for c in text).split()


class Tokenizer:
    """Lower-casing WordPiece without special tokens around the text."""

    def __init__(self, vocabulary: dict[str, int], max_length: int = 64):
        self.vocabulary, self.max_length = vocabulary, max_length
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        return cls(json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"])

    def _word(self, word: str) -> list[int]:
        ids, start = [], 0
        if len(word) > 100:
            return [self.vocabulary[UNK]]
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.vocabulary:
                    ids.append(self.vocabulary[piece])
                    start = end
                    break
            else:
                return [self.vocabulary[UNK]]
        return ids

    def encode(self, text: str) -> list[int]:
        ids: list[int] = []
        for word in words_of(text):
            if word not in self._cache:
                self._cache[word] = self._word(word)
            ids += self._cache[word]
        return ids[: self.max_length] or [self.vocabulary[UNK]]

    def batch(self, texts: list[str], limit: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """ids and mask, int64 [n, longest]."""
        rows = [self.encode(text)[:limit] for text in texts]
        longest = max(map(len, rows))
        ids = np.full((len(rows), longest), self.vocabulary[PAD], np.int64)
        mask = np.zeros((len(rows), longest), np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row)], mask[i, : len(row)] = row, 1
        return ids, mask


def build_vocabulary(items: list[Item], zh_terms: dict, least: int = 3) -> dict[str, int]:
    """Whole words of the training names seen `least` times or more, the shop
    words, pieces to spell any other word with, and the Chinese characters of
    the texts and of GB 2312's first level (the 3,755 commonest)."""
    counts: collections.Counter[str] = collections.Counter()
    needed: set[str] = set()
    for item in items:
        if item.split == "train":
            counts.update(words_of(f"{item.name or ''} {item.name_zh or ''} {item.brand or ''}"))
            for text in (item.type, item.sub, item.master, item.colour, item.gender, item.type_zh):
                needed.update(words_of(text or ""))
    needed.update(terms.SHOP_WORDS)
    for table in (terms.TYPES, terms.SUBS, terms.MASTERS, terms.COLOURS, terms.GENDERS, terms.USAGES, terms.SEASONS):
        for ways in table.values():
            needed.update(words_of(" ".join(ways)))
    chinese = set("".join(terms.SHOP_WORDS_ZH) + "".join(terms.GROCERY_ZH.values()) + json.dumps(zh_terms, ensure_ascii=False))
    chinese |= {c for word in counts for c in word}
    chinese |= {bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xD7 + 1) for cell in range(0xA1, 0xFF)
                if not (row == 0xD7 and cell > 0xF9)}
    chinese |= set("、。，！？：；（）《》“”‘’·—…￥")
    chinese = {c for c in chinese if not c.isascii()}
    letters = string.ascii_lowercase + string.digits
    pieces: collections.Counter[str] = collections.Counter()  # endings and middles for words not known whole
    for word, n in counts.items():
        if word.isascii() and word.isalnum():
            for start in range(1, len(word)):
                for length in range(2, 6):
                    if start + length <= len(word):
                        pieces["##" + word[start:start + length]] += 1
    starts: collections.Counter[str] = collections.Counter()
    for word in counts:
        if word.isascii() and word.isalnum():
            for length in range(2, 5):
                starts[word[:length]] += 1
    known = [w for w, n in counts.most_common() if n >= least or w in needed]
    known += sorted(needed - set(known))
    vocabulary: dict[str, int] = {}
    for token in ([PAD, UNK, CLS, SEP] + list(letters) + ["##" + c for c in letters] + list(string.punctuation)
                  + sorted(chinese) + known + [p for p, _ in pieces.most_common(500)] + [s for s, _ in starts.most_common(150)]):
        vocabulary.setdefault(token, len(vocabulary))
    return vocabulary


def tokenizer_json(vocabulary: dict[str, int]) -> dict:
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": vocabulary[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True} for t in (PAD, UNK, CLS, SEP)],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        # No token is put around a text; the template says so.
        "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                           "special_tokens": {}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": UNK, "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary},
    }


# ------------------------------------------------------------------ phrases

FIELDS = ("type", "sub", "master", "colour", "gender", "usage", "season", "pattern", "brand")
UNKNOWN = -1


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


class Phrases:
    """Label tables, and texts made from them.

    Each made text comes with a constraint: one number for each of FIELDS,
    UNKNOWN where the text says nothing. A picture is right for the text if it
    meets the constraint, wrong if it contradicts it, and left out of the loss
    if what it would have to meet is not known of it.
    """

    def __init__(self, items: list[Item], zh_terms: dict):
        self.zh = zh_terms
        self.codes: list[dict[str, int]] = [{} for _ in FIELDS]
        self.said: list[list[tuple[list[str], list[str]]]] = [[] for _ in FIELDS]
        family = {i.type: (i.sub, i.master) for i in items if i.type and i.sub and i.master}
        for item in items:
            if item.type and not item.sub:
                known = self._same_type(item.type)
                item.sub, item.master = family.get(known) or terms.FAMILY.get(known, (None, None))
            item.attributes = [self._code(f, item) for f in range(len(FIELDS))]
        types = self.codes[0]
        self.overlap = np.zeros((len(types) + 1, len(types) + 1), bool)
        for a, b in terms.OVERLAP:
            if a in types and b in types:
                self.overlap[types[a], types[b]] = self.overlap[types[b], types[a]] = True
        self.names = {}
        for item in items:
            if item.name:
                self.names.setdefault(item.name, len(self.names))

    def _code(self, field: int, item: Item) -> int:
        name = FIELDS[field]
        label = getattr(item, name)
        if name == "pattern":
            if label is None and item.name:
                spoken = f" {' '.join(words_of(item.name))} "
                for pattern, (ways, _) in terms.PATTERNS.items():
                    if any(f" {' '.join(words_of(w))} " in spoken for w in ways):
                        label = pattern
                        break
            elif label is not None:
                label = next((p for p, (ways, _) in terms.PATTERNS.items() if label.lower() == p or label.lower() in ways), label)
        if name == "type" and label is not None:
            label = self._same_type(label)
        if name == "colour" and label is not None:
            label = self._same_colour(label)
        if label is None:
            return UNKNOWN
        codes = self.codes[field]
        if label not in codes:
            codes[label] = len(codes)
            self.said[field].append(self._ways(name, label, item))
        return codes[label]

    def _same_type(self, label: str) -> str:
        if label in terms.SAME_TYPE:
            return terms.SAME_TYPE[label]
        if label in self.zh["articleType"] or label in terms.TYPES:
            return label
        low = label.lower()
        for known, ways in terms.TYPES.items():
            if low == known.lower() or low == ways[0] or _singular(low) == _singular(known.lower()):
                return known
        for known in self.zh["articleType"]:
            if _singular(low) == _singular(known.lower()):
                return known
        return label

    def _same_colour(self, label: str) -> str:
        low = label.lower()
        exact = next((known for known in self.zh["baseColour"] if known.lower() == low), None)
        return exact or next((known for known, ways in terms.COLOURS.items() if low in ways), label)

    def _ways(self, name: str, label: str, item: Item) -> tuple[list[str], list[str]]:
        """How one says a label, in English and in Chinese."""
        low = label.lower()
        if name == "type":
            zh = list(self.zh["articleType"].get(label, []))
            if not zh:
                zh = [z for z in (item.type_zh, terms.GROCERY_ZH.get(label)) if z]
            en = terms.TYPES.get(label)
            if not en:
                en = list(dict.fromkeys([_singular(low), low]))
                if " and " in low:
                    en = [part for part in low.split(" and ")] + [low]
            return en, zh or en
        if name == "sub":
            zh = self.zh["subCategory"].get(label) or [terms.GROCERY_ZH.get(label)]
            en = terms.SUBS.get(label, [low])
            return en, [z for z in zh if z] or en
        if name == "master":
            return terms.MASTERS.get(label, [low]), terms.MASTERS_ZH.get(label) or self.zh["masterCategory"].get(label) or [low]
        if name == "colour":
            return terms.COLOURS.get(label, [low]), self.zh["baseColour"].get(label) or [item.colour_zh or low]
        if name == "gender":
            return terms.GENDERS.get(label, [low]), self.zh["gender"].get(label) or [low]
        if name == "usage":
            return terms.USAGES.get(label, [low]), self.zh["usage"].get(label) or [low]
        if name == "season":
            return terms.SEASONS.get(label, [low]), self.zh["season"].get(label) or [low]
        if name == "pattern":
            return terms.PATTERNS.get(label, ([low], [item.pattern_zh or self.zh["nameWords"].get(low, low)]))
        return [low], [label]

    # -- making texts

    def choose(self, item: Item, rng: np.random.Generator) -> list[int]:
        """A constraint that the picture meets: a random part of its labels."""
        known = dict(zip(FIELDS, item.attributes))
        want = {}
        kind = rng.random()
        if kind < 0.10:
            wanted = ["type"]
        elif kind < 0.14:
            wanted = ["colour"]
        elif kind < 0.18:
            wanted = ["sub"] if rng.random() < 0.6 else ["master"]
        elif kind < 0.42:
            wanted = ["type", "colour"]
        else:
            base = rng.random()
            wanted = ["type"] if base < 0.85 else (["sub"] if base < 0.95 else ["master"])
            for name, p in (("colour", 0.65), ("gender", 0.4), ("usage", 0.15), ("season", 0.05), ("pattern", 0.4), ("brand", 0.25)):
                if rng.random() < p:
                    wanted.append(name)
        for name in wanted:
            if known[name] != UNKNOWN:
                want[name] = known[name]
        if not want:
            name = "type" if known["type"] != UNKNOWN else "sub"
            want[name] = known[name]
        return [want.get(name, UNKNOWN) for name in FIELDS]

    def _say(self, field: int, code: int, language: int, rng: np.random.Generator) -> str:
        ways = self.said[field][code][language]
        return ways[0] if rng.random() < 0.55 else ways[int(rng.integers(len(ways)))]

    def english(self, constraint: list[int], rng: np.random.Generator) -> str:
        say = {name: self._say(f, constraint[f], 0, rng) for f, name in enumerate(FIELDS) if constraint[f] != UNKNOWN}
        order = [n for n in ("brand", "gender", "season", "usage", "pattern", "colour", "type", "sub", "master") if n in say]
        style = rng.random()
        if style < 0.15 and len(order) > 1:
            order = [order[i] for i in rng.permutation(len(order))]
        elif style < 0.27 and "gender" in say and len(order) > 1:
            order.remove("gender")
            return " ".join(say[n] for n in order) + " for " + say["gender"].replace("'s", "")
        elif style < 0.37 and "colour" in say and len(order) > 1:
            order.remove("colour")
            return " ".join(say[n] for n in order) + (" in " if rng.random() < 0.6 else " ") + say["colour"]
        elif style < 0.45 and "pattern" in say and "colour" in say:
            order.remove("pattern")
            order.insert(order.index("colour") + 1, "pattern")
        text = " ".join(say[n] for n in order)
        if rng.random() < 0.06:
            text = ("a " if rng.random() < 0.5 else "a photo of a ") + text
        return text

    def chinese(self, constraint: list[int], rng: np.random.Generator) -> str:
        say = {name: self._say(f, constraint[f], 1, rng) for f, name in enumerate(FIELDS) if constraint[f] != UNKNOWN}
        if "colour" in say and len(say["colour"]) == 2 and say["colour"].endswith("色") and rng.random() < 0.15:
            say["colour"] = say["colour"][0]
        order = [n for n in ("brand", "gender", "season", "colour", "pattern", "usage", "type", "sub", "master") if n in say]
        joint = ""
        style = rng.random()
        if style < 0.15 and len(order) > 1:
            order = [order[i] for i in rng.permutation(len(order))]
        elif style < 0.25 and "gender" in say and "colour" in say:
            order.remove("gender")
            order.insert(order.index("colour") + 1, "gender")
        if rng.random() < 0.15:
            joint = " "
        elif rng.random() < 0.15 and len(order) > 1:
            return joint.join(say[n] for n in order[:-1]) + "的" + say[order[-1]]
        return joint.join(say[n] for n in order)

    def name(self, item: Item, rng: np.random.Generator) -> str | None:
        """The product's own name, now and then without some words or in another order."""
        name = item.name
        if not name:
            return None
        if rng.random() < 0.3:
            words = name.split()
            if len(words) > 2 and rng.random() < 0.6:
                words = [w for w in words if rng.random() > 0.15] or words
            if rng.random() < 0.4:
                words = [words[i] for i in rng.permutation(len(words))]
            name = " ".join(words)
        return name

    def described(self, text: str, constraint: list[int], rng: np.random.Generator) -> str:
        """The text as a shop's title and description: said again, in either language, among remarks on what can't be seen."""
        parts = [f"{self.english(constraint, rng)}." for _ in range(rng.integers(0, 2))]
        parts += [self.chinese(constraint, rng) for _ in range(rng.integers(0, 2))]
        chinese = rng.random()
        for _ in range(rng.integers(1, 4)):
            remarks = terms.REMARKS_ZH if rng.random() < chinese else terms.REMARKS
            parts.append(remarks[int(rng.integers(len(remarks)))])
        if rng.random() < 0.7:  # else in any order
            return " ".join([text, *(parts[i] for i in rng.permutation(len(parts)))])
        parts.append(text)
        return " ".join(parts[i] for i in rng.permutation(len(parts)))

    # -- who is right for whom

    def match(self, constraints: np.ndarray, items: list[Item], owners: list[Item] | None = None) -> np.ndarray:
        """int8 [texts, pictures]: 1 right, 0 wrong, -1 not known.

        `owners`: of which item each constraint was chosen. Within one set of pictures its labels part what they name,
        such as casual shoes from sports shoes; only from set to set may two labels mean the same thing.
        """
        have = np.array([item.attributes for item in items])
        if owners is None:
            elsewhere = np.ones((len(constraints), len(items)), bool)
        else:
            elsewhere = np.array([o.source for o in owners])[:, None] != np.array([i.source for i in items])[None]
        wrong = np.zeros((len(constraints), len(have)), bool)
        unsure = np.zeros_like(wrong)
        for field in range(len(FIELDS)):
            want, has = constraints[:, field, None], have[None, :, field]
            differs = (want != UNKNOWN) & (has != UNKNOWN) & (want != has)
            if field == 0:
                soft = differs & self.overlap[want, has] & elsewhere
                unsure |= soft
                differs &= ~soft
            wrong |= differs
            unsure |= (want != UNKNOWN) & (has == UNKNOWN)
        return np.where(wrong, 0, np.where(unsure, -1, 1)).astype(np.int8)
