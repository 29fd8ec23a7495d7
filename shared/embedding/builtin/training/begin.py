"""An exported encoder back as PyTorch weights, so that a new training may go
on from what it knows, or begin with its words alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from model import Encoder, Mix, Text, Vision


def encoder_from(directory: Path, model: Encoder, pixels: torch.Tensor) -> None:
    """Both sides and the temperature. `pixels` [n, 3, height, width]: some hundred of the pictures to be trained on."""
    text_from(directory, model.text)
    vision_from(directory, model.vision, pixels)
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    with torch.no_grad():
        model.log_scale.fill_(config["logit_scale_init_value"])


def text_from(directory: Path, text: Text) -> None:
    """Copies the weights of `directory`/onnx/text_model.onnx, as export.py wrote it, into `text`."""
    held, matrices = _read(directory / "onnx" / "text_model.onnx")
    _copy_linear(directory, text, matrices)
    for name, parameter in text.named_parameters():
        if not _is_matrix_of_linear(text, name):
            # Before 2026-11 the attention's layers stood in the block itself.
            _copy(name, parameter, held.get(f"text.{name}", held.get(f"text.{name}".replace(".attention.", "."))))


def vision_from(directory: Path, vision: Vision, pixels: torch.Tensor) -> None:
    """Copies the weights of `directory`/onnx/vision_model.onnx into `vision`.

    Norms over the batch were folded into their convolutions at export. They
    come back with the mean and the deviation that `pixels` have there, as
    what they subtract and divide by and as their shift and scale at once: so
    they change nothing, and can be trained again.
    """
    held, matrices = _read(directory / "onnx" / "vision_model.onnx")
    _copy_linear(directory, vision, matrices)
    normed = {f"{name}.near" for name, block in vision.named_modules() if isinstance(block, Mix)} | {"stem.0", "stem.3"}
    norms = {f"{name}.{part}" for name, module in vision.named_modules() if isinstance(module, nn.BatchNorm2d) for part in ("weight", "bias")}
    for name, parameter in vision.named_parameters():
        if name in norms or _is_matrix_of_linear(vision, name):
            continue
        _copy(name, parameter, held.get(name))
    for name in normed:
        # Behind a norm only the direction of a convolution's weights counts. Those of a new one are this long, and
        # what they are long decides how far a step turns them.
        weight = vision.get_submodule(name).weight
        with torch.no_grad():
            weight.mul_(1 / math.sqrt(3) / weight.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None])
    shifts = {_norm_behind(vision, name): (held[f"{name}.weight"], held[f"{name}.bias"], vision.get_submodule(name).weight) for name in normed}

    def fit(norm: nn.BatchNorm2d, inputs: tuple[torch.Tensor]) -> None:
        """Called in front of each norm, the first one first: those behind see what it lets through."""
        before, bias, after = shifts.get(norm, (None, None, None))
        x = inputs[0].transpose(0, 1).flatten(1)
        norm.running_mean.copy_(x.mean(1))
        norm.running_var.copy_(x.var(1, unbiased=False))
        deviation = (norm.running_var + norm.eps).sqrt()
        shrunk = torch.ones_like(deviation) if before is None else before.flatten(1).norm(dim=1) / after.flatten(1).norm(dim=1)
        norm.weight.copy_(deviation * shrunk)
        norm.bias.copy_(norm.running_mean * shrunk + (0 if bias is None else bias))

    hooks = [m.register_forward_pre_hook(fit) for m in vision.modules() if isinstance(m, nn.BatchNorm2d)]
    training = vision.training
    with torch.no_grad():
        vision.eval()(pixels)
    vision.train(training)
    for hook in hooks:
        hook.remove()


def _norm_behind(vision: Vision, convolution: str) -> nn.BatchNorm2d:
    if convolution.startswith("stem."):
        return vision.stem[int(convolution.removeprefix("stem.")) + 1]
    return vision.get_submodule(convolution.removesuffix("near") + "norm")


def _read(path: Path) -> tuple[dict[str, torch.Tensor], list[torch.Tensor]]:
    """What the file holds by name, and the matrices of its linear layers: the export turns these around and numbers
    them, in the order of the graph."""
    graph = onnx.load(str(path)).graph
    held = {i.name[:-5] if i.name.endswith("_fp16") else i.name: torch.from_numpy(numpy_helper.to_array(i).copy()).float()
            for i in graph.initializer}
    return held, [held[node.input[1]].T for node in graph.node if node.op_type == "MatMul" and node.input[1] in held]


def _copy_linear(directory: Path, module: nn.Module, matrices: list[torch.Tensor]) -> None:
    layers = [(name, layer) for name, layer in module.named_modules() if isinstance(layer, nn.Linear)]
    if len(layers) != len(matrices):
        raise ValueError(f"expected {len(layers)} linear layers in {directory}, found {len(matrices)}")
    for (name, layer), matrix in zip(layers, matrices):
        _copy(f"{name}.weight", layer.weight, matrix)


def _is_matrix_of_linear(module: nn.Module, name: str) -> bool:
    layer, _, kind = name.rpartition(".")
    return kind == "weight" and isinstance(module.get_submodule(layer), nn.Linear)


def _copy(name: str, parameter: nn.Parameter, found: torch.Tensor | None) -> None:
    if found is None or found.shape != parameter.shape:
        raise ValueError(f"{name}: expected {list(parameter.shape)}, found {None if found is None else list(found.shape)}")
    with torch.no_grad():
        parameter.copy_(found)
