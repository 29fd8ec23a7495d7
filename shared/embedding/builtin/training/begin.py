"""The text side of an exported encoder back as PyTorch weights, so that a new
training may begin with words that already stand where they belong."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from model import Text


def text_from(directory: Path, text: Text) -> None:
    """Copies the weights of `directory`/onnx/text_model.onnx, as export.py wrote it, into `text`.

    The export names what it keeps as it was; the matrices of linear layers it
    turns around and numbers, in the order of the graph.
    """
    graph = onnx.load(str(directory / "onnx" / "text_model.onnx")).graph
    held = {i.name.removesuffix("_fp16"): torch.from_numpy(numpy_helper.to_array(i).copy()).float() for i in graph.initializer}
    layers = [name for name, module in text.named_modules() if isinstance(module, torch.nn.Linear)]
    matrices = [node.input[1] for node in graph.node if node.op_type == "MatMul" and node.input[1] in held]
    if len(layers) != len(matrices):
        raise ValueError(f"expected {len(layers)} linear layers in {directory}, found {len(matrices)}")
    weights = {f"{layer}.weight": held[matrix].T for layer, matrix in zip(layers, matrices)}
    for name, parameter in text.named_parameters():
        found = weights.get(name, held.get(f"text.{name}"))
        if found is None:  # before 2026-11 the attention's layers stood in the block itself
            found = held.get(f"text.{name}".replace(".attention.", "."))
        if found is None or found.shape != parameter.shape:
            raise ValueError(f"{name}: expected {list(parameter.shape)}, found {None if found is None else list(found.shape)}")
        with torch.no_grad():
            parameter.copy_(found)
