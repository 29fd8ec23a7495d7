"""Faiss's inverted lists for the bench: answers on stdout, a JSON line for each on stdin. See faiss.ts."""

import json
import os
import sys
import time

import faiss
import numpy as np

# As every engine here: one thread.
faiss.omp_set_num_threads(1)


def build(vectors: str, count: int, dimensions: int, lists: int) -> faiss.IndexIVFFlat:
    rows = np.fromfile(vectors, np.float32).reshape(count, dimensions)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 1
    index.train(rows)
    index.add(rows)
    return index


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    if not os.path.exists(asked["file"]):
        index = build(asked["vectors"], asked["count"], asked["dimensions"], asked["lists"])
        # Whoever is stopped half-way leaves nothing that the next run would take for whole.
        faiss.write_index(index, asked["file"] + ".tmp")
        os.replace(asked["file"] + ".tmp", asked["file"])
    index = faiss.read_index(asked["file"])
    answer({"version": faiss.__version__, "options": faiss.get_compile_options().strip()})
    for line in sys.stdin:
        asked = json.loads(line)
        query = np.asarray([asked["query"]], np.float32)
        index.nprobe = asked["probes"]
        began = time.perf_counter()
        _, found = index.search(query, asked["topK"])
        answer({"ms": (time.perf_counter() - began) * 1000, "found": found[0].tolist()})


def answer(value: dict) -> None:
    print(json.dumps(value), flush=True)


main()
