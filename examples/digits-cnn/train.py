"""A small VGG-like network with 4-bit weights and activations of arbitrary scale on the 8x8 digits. See README.md."""

import sys
from pathlib import Path

import torch
from brevitas.inject.enum import ScalingImplType
from brevitas.nn import QuantConv2d, QuantIdentity, QuantLinear, QuantReLU
from brevitas.quant import Int8WeightPerChannelFloat, Int8WeightPerTensorFloat, Uint8ActPerTensorFloat
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import common

SEED = 5


class Act4(Uint8ActPerTensorFloat):
    """4-bit unsigned, one learned scale, started from the statistics of the first 60 batches."""

    bit_width = 4
    collect_stats_steps = 60


class WeightChannel4(Int8WeightPerChannelFloat):
    """4-bit signed, one scale per output channel: its largest magnitude / 7."""

    bit_width = 4


class WeightTensor4(Int8WeightPerTensorFloat):
    """4-bit signed, one learned scale for the whole tensor."""

    bit_width = 4
    scaling_impl_type = ScalingImplType.PARAMETER_FROM_STATS


def shorten(value: torch.Tensor, steps: int) -> None:
    """Rounds, in place, a learned range so that the scale range/steps has five significant bits.

    With this on both operands of the last layer its float32 products and sums are exact (4+4 value bits, 5+5 scale
    bits and 7 bits for 128 terms: at most 24), so every executor gives the same logits, in whatever order it adds.
    """
    with torch.no_grad():
        mantissa, exponent = torch.frexp(value / steps)
        value.copy_(steps * torch.ldexp(torch.round(mantissa * 32) / 32, exponent))


def block(fan_in: int, fan_out: int, weight, padding: int) -> list[nn.Module]:
    conv = QuantConv2d(fan_in, fan_out, 3, padding=padding, bias=False, weight_quant=weight)
    return [conv, nn.BatchNorm2d(fan_out), QuantReLU(act_quant=Act4)]


def network() -> nn.Sequential:
    return nn.Sequential(
        QuantIdentity(act_quant=Act4),
        *block(1, 16, WeightChannel4, padding=1),
        *block(16, 16, WeightChannel4, padding=1),
        nn.MaxPool2d(2),
        *block(16, 32, WeightTensor4, padding=0),
        nn.Flatten(),
        QuantLinear(128, 10, bias=False, weight_quant=WeightTensor4),
    )


def main() -> None:
    common.deterministic(SEED)
    train_x, train_y, test_x, test_y = common.digits(SEED)
    train_x, test_x = train_x.reshape(-1, 1, 8, 8) / 16, test_x.reshape(-1, 1, 8, 8) / 16
    model = network()
    common.fit(model, nn.CrossEntropyLoss(), train_x, train_y, epochs=60, lr=3e-3, batch=32)
    shorten(model[-1].weight_quant.tensor_quant.scaling_impl.value, 7)
    shorten(model[-3].act_quant.fused_activation_quant_proxy.tensor_quant.scaling_impl.value, 15)
    for name, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        hits = int((common.predict(model, x).argmax(1) == y).sum())
        print(f"{name} accuracy {hits}/{len(y)} = {hits / len(y):.4f}")
    with torch.no_grad():
        step = float(model[-1].quant_weight().scale) * float(model[-3].act_quant.scale())
    common.export(model, Path(__file__).resolve().parent, test_x[:64], test_y[:64], step=step)


if __name__ == "__main__":
    main()
