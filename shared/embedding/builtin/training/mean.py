"""Puts the mean of the averaged weights of several checkpoints of one training in place of those of the last: what a
later part of a training gave up comes back, more of what it brought stays. The encoder that `--from` named is one of
them as begin.pt, which train.py leaves in the folder: checkpoints of another training have their weights scaled otherwise.

    python3 mean.py --work <folder of train.py> <checkpoint> [<checkpoint> …]
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="its checkpoint.pt is the last one, and is replaced")
    parser.add_argument("checkpoints", type=Path, nargs="+", help="earlier ones, kept aside")
    args = parser.parse_args()
    path = args.work / "checkpoint.pt"
    saved = torch.load(path, map_location="cpu")
    weights = [saved["average"], *(torch.load(other, map_location="cpu")["average"] for other in args.checkpoints)]
    for name, value in saved["average"].items():
        if value.is_floating_point():
            saved["average"][name] = torch.stack([each[name] for each in weights]).mean(0)
    saved["mean_of"] = saved.get("mean_of", 1) + len(args.checkpoints)
    temporary = path.with_suffix(".tmp")
    torch.save(saved, temporary)
    os.replace(temporary, path)


if __name__ == "__main__":
    main()
