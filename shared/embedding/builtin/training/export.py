"""Writes the trained encoder as a Hugging Face style directory with ONNX files.

    python3 export.py --work <folder of train.py> --out <directory>

Files appear under temporary names first and are then renamed, so that a
reader never sees half of one.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import os
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from data import HEIGHT, MEAN, STD, WIDTH
from model import GRID_H, GRID_W, PATCH, Encoder, Mix, Size, Vision
from text import CLS, PAD, SEP, UNK

NAME = "tuwen-builtin-1"
HALVED_FROM = 1024  # initialisers with at least so many numbers are stored as fp16


def load_average(work: Path) -> tuple[Encoder, dict]:
    """The averaged weights of the last checkpoint, as they are exported: norms over the batch folded in."""
    saved = torch.load(work / "checkpoint.pt", map_location="cpu")
    model = Encoder(Size(**saved["size"]))
    model.load_state_dict(saved["average"])
    model.vision = fold(model.vision)
    return model.eval(), saved


def through_fp16(model: nn.Module) -> nn.Module:
    """The weights as the exported files hold them."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel() >= HALVED_FROM:
                parameter.copy_(parameter.half().float())
    return model


def fold(vision: Vision) -> Vision:
    """The same function without its norms over the batch: each becomes part of the convolution beside it."""
    folded = copy.deepcopy(vision).eval()
    with torch.no_grad():
        for convolution, norm in ((folded.stem[0], folded.stem[1]), (folded.stem[3], folded.stem[4]),
                                  *((block.near, block.norm) for block in folded.modules() if isinstance(block, Mix))):
            factor, shift = _affine(norm)
            convolution.weight.mul_(factor[:, None, None, None])
            convolution.bias = nn.Parameter(shift)
        factor, shift = _affine(folded.between[0])
        convolution = folded.between[1]  # no padding, so that the shift is the same everywhere
        convolution.bias.add_((convolution.weight * shift[None, :, None, None]).sum((1, 2, 3)))
        convolution.weight.mul_(factor[None, :, None, None])
    folded.stem[1] = folded.stem[4] = folded.between[0] = nn.Identity()
    for block in folded.modules():
        if isinstance(block, Mix):
            block.norm = nn.Identity()
    return folded


def _affine(norm: nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    return factor, norm.bias - norm.running_mean * factor


class TextInputs(nn.Module):
    def __init__(self, text: nn.Module):
        super().__init__()
        self.text = text

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.text(input_ids, attention_mask)


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large f32 initialisers become fp16 with a Cast back in front of the graph:
    half the file, f32 arithmetic. The runtime folds the casts when it loads."""
    graph, casts = model.graph, []
    for index, initialiser in enumerate(list(graph.initializer)):
        if initialiser.data_type != TensorProto.FLOAT or np.prod(initialiser.dims) < HALVED_FROM:
            continue
        name = initialiser.name
        array = numpy_helper.to_array(initialiser).astype(np.float16)
        graph.initializer[index].CopyFrom(numpy_helper.from_array(array, name + "_fp16"))
        casts.append(helper.make_node("Cast", [name + "_fp16"], [name], name=f"halved_{name}", to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def to_onnx(module: nn.Module, inputs: tuple, input_names: list[str], output_names: list[str], axes: dict) -> bytes:
    buffer = io.BytesIO()
    torch.onnx.export(module, inputs, buffer, opset_version=17, input_names=input_names, output_names=output_names,
                      dynamic_axes=axes, do_constant_folding=True)
    model = halve(onnx.load_model_from_string(buffer.getvalue()))
    model.producer_name, model.doc_string = NAME, ""
    for node in model.graph.node:  # PyTorch notes where in which file a node came from
        node.doc_string = ""
    return model.SerializeToString()


def publish(path: Path, content: bytes | str | dict) -> None:
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if isinstance(content, str):
        content = content.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, saved = load_average(args.work)
    size = model.size
    vision = to_onnx(model.vision, (torch.randn(2, 3, HEIGHT, WIDTH),), ["pixel_values"], ["image_embeds", "token_embeds"],
                     {"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}, "token_embeds": {0: "batch"}})
    text = to_onnx(TextInputs(model.text), (torch.ones(2, 9, dtype=torch.int64), torch.ones(2, 9, dtype=torch.int64)),
                   ["input_ids", "attention_mask"], ["text_embeds"],
                   {"input_ids": {0: "batch", 1: "length"}, "attention_mask": {0: "batch", 1: "length"}, "text_embeds": {0: "batch"}})
    tokenizer = json.loads((args.work / "tokenizer.json").read_text(encoding="utf-8"))
    publish(args.out / "onnx" / "vision_model.onnx", vision)
    publish(args.out / "onnx" / "text_model.onnx", text)
    publish(args.out / "tokenizer.json", json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")))
    publish(args.out / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": size.max_length, "do_lower_case": True,
        "pad_token": PAD, "unk_token": UNK, "cls_token": CLS, "sep_token": SEP, "padding_side": "right",
        "clean_up_tokenization_spaces": True})
    publish(args.out / "preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True,
        "do_resize": True, "size": {"height": HEIGHT, "width": WIDTH}, "resample": 3, "do_center_crop": False,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": list(MEAN), "image_std": list(STD)})
    publish(args.out / "config.json", {
        "model_type": "clip", "_name_or_path": NAME, "architectures": ["TuwenDualEncoder"],
        "projection_dim": size.dims, "logit_scale_init_value": round(model.log_scale[0].item(), 4),
        "text_config": {"model_type": "tuwen_text", "vocab_size": size.vocabulary, "hidden_size": size.width,
                        "num_hidden_layers": size.text_depth, "num_attention_heads": size.heads, "intermediate_size": 4 * size.width,
                        "max_position_embeddings": size.max_length, "pad_token_id": tokenizer["model"]["vocab"][PAD],
                        "projection_dim": size.dims, "pooling": "mean"},
        "vision_config": {"model_type": "tuwen_vision", "image_size": [HEIGHT, WIDTH], "patch_size": PATCH,
                          "token_grid": [GRID_H, GRID_W], "hidden_sizes": list(size.vision_widths), "depths": list(size.vision_depths),
                          "hidden_size": size.vision_widths[1], "projection_dim": size.dims, "pooling": "mean"}})
    total = sum(p.stat().st_size for p in args.out.rglob("*") if p.is_file() and "training" not in p.parts)
    print(f"step {saved['step']}: vision {len(vision):,} bytes, text {len(text):,} bytes, all together {total:,} bytes")


if __name__ == "__main__":
    main()
