"""A small vision transformer with one mixture-of-experts layer on the 8x8 digits, quantisation-aware. See README.md."""

import math
import sys
from pathlib import Path

import numpy as np
import torch
from brevitas.nn import QuantConv2d, QuantIdentity, QuantLinear
from brevitas.quant import Int8ActPerTensorFixedPoint, Int8WeightPerTensorFixedPoint
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import common

SEED = 7
WIDTH, HEADS, HIDDEN = 32, 2, 64
EXPERTS, EXPERT_HIDDEN, CHOSEN = 4, 32, 2
TOKENS = 17


class Act8(Int8ActPerTensorFixedPoint):
    """8-bit signed activation; one scale, a power of two, learned from the range of the first batches."""

    bit_width = 8
    collect_stats_steps = 60


class Residual12(Int8ActPerTensorFixedPoint):
    """12-bit signed residual stream, power-of-two scale."""

    bit_width = 12
    collect_stats_steps = 60


class Gate8(common.Uint8ActPerTensorFixedPoint):
    """Gates in [0, 1]: 8 bits, steps of 1/128, so that one itself is a code."""

    bit_width = 8
    scaling_impl_type = common.ScalingImplType.CONST
    restrict_scaling_type = common.RestrictValueType.POWER_OF_TWO
    scaling_init = 2.0


def linear(fan_in: int, fan_out: int) -> QuantLinear:
    return QuantLinear(fan_in, fan_out, bias=True, weight_quant=Int8WeightPerTensorFixedPoint)


class Attention(nn.Module):
    """Scaled dot-product attention; nothing is quantised between the scores and the product with the values."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = linear(WIDTH, 3 * WIDTH)
        self.qkv_act = QuantIdentity(act_quant=Act8)
        self.out_act = QuantIdentity(act_quant=Act8)
        self.project = linear(WIDTH, WIDTH)

    def forward(self, x):
        head = WIDTH // HEADS
        qkv = self.qkv_act(self.qkv(x)).reshape(1 if torch.onnx.is_in_onnx_export() else x.shape[0], TOKENS, 3, HEADS, head)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(head)
        mixed = torch.matmul(torch.softmax(scores, -1), v)
        return self.project(self.out_act(mixed.transpose(1, 2).reshape(-1, TOKENS, WIDTH)))


class Dense(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = linear(WIDTH, HIDDEN), linear(HIDDEN, WIDTH)
        self.gelu, self.act = nn.GELU(), QuantIdentity(act_quant=Act8)

    def forward(self, x):
        return self.down(self.act(self.gelu(self.up(x))))


class Experts(nn.Module):
    """Mixture of experts: softmax over all experts, the best `CHOSEN` of them, their gates not normalised again."""

    def __init__(self) -> None:
        super().__init__()
        self.router = linear(WIDTH, EXPERTS)
        self.logits, self.gates = QuantIdentity(act_quant=Act8), QuantIdentity(act_quant=Gate8)
        self.w1 = nn.Parameter(torch.randn(EXPERTS, WIDTH, EXPERT_HIDDEN) / math.sqrt(WIDTH))
        self.b1 = nn.Parameter(torch.zeros(EXPERTS, 1, EXPERT_HIDDEN))
        self.w2 = nn.Parameter(torch.randn(EXPERTS, EXPERT_HIDDEN, WIDTH) / math.sqrt(EXPERT_HIDDEN))
        self.b2 = nn.Parameter(torch.randn(EXPERTS, 1, WIDTH) * 0.05)
        self.q1, self.q2, self.qb = (QuantIdentity(act_quant=Act8) for _ in range(3))
        self.before, self.gelu, self.act = QuantIdentity(act_quant=Act8), nn.GELU(), QuantIdentity(act_quant=Act8)
        self.load = None

    def forward(self, x):
        odds = torch.softmax(self.logits(self.router(x)), -1)
        best, chosen = torch.topk(odds, CHOSEN, dim=-1)
        gates = self.gates(torch.zeros_like(odds).scatter(-1, chosen, best))
        if self.training:
            # Switch-transformer balance: share of tokens times mean probability of each expert.
            share = (gates > 0).float().mean((0, 1))
            self.load = EXPERTS * (share * odds.mean((0, 1))).sum() / CHOSEN
        # All experts, [E, N, ·]; samples of a batch follow each other along N.
        rows = x.reshape(1, -1, WIDTH)
        hidden = self.act(self.gelu(self.before(torch.matmul(rows, self.q1(self.w1)) + self.b1)))
        each = torch.matmul(hidden, self.q2(self.w2)) + self.qb(self.b2)
        weighted = each * gates.reshape(1, -1, EXPERTS).permute(2, 1, 0)
        return weighted.sum(0, keepdim=True).reshape(-1, TOKENS, WIDTH)


class Block(nn.Module):
    def __init__(self, mlp: nn.Module) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.in1, self.in2 = QuantIdentity(act_quant=Act8), QuantIdentity(act_quant=Act8)
        self.attention, self.mlp = Attention(), mlp
        self.sum1, self.sum2 = QuantIdentity(act_quant=Residual12), QuantIdentity(act_quant=Residual12)

    def forward(self, x):
        x = self.sum1(x + self.attention(self.in1(self.norm1(x))))
        return self.sum2(x + self.mlp(self.in2(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pixels = QuantIdentity(act_quant=common.fixed_act(5, 4))
        self.patches = QuantConv2d(1, WIDTH, 2, stride=2, bias=True, weight_quant=Int8WeightPerTensorFixedPoint)
        self.embedded = QuantIdentity(act_quant=Act8)
        self.token = nn.Parameter(torch.randn(1, 1, WIDTH) * 0.5)
        self.position = nn.Parameter(torch.randn(1, TOKENS, WIDTH) * 0.3)
        self.position_act = QuantIdentity(act_quant=Act8)
        self.start = QuantIdentity(act_quant=Residual12)
        self.experts = Experts()
        self.blocks = nn.Sequential(Block(Dense()), Block(self.experts))
        self.norm, self.last = nn.LayerNorm(WIDTH), QuantIdentity(act_quant=Act8)
        self.head = linear(WIDTH, 10)

    def forward(self, x):
        patches = self.patches(self.pixels(x)).flatten(2).transpose(1, 2)
        token = self.token if torch.onnx.is_in_onnx_export() else self.token.expand(x.shape[0], -1, -1)
        # One quantiser for both, so that the class token lies on the grid of the patches.
        x = torch.cat([self.embedded(token), self.embedded(patches)], 1)
        x = self.blocks(self.start(x + self.position_act(self.position)))
        return self.head(self.last(self.norm(x[:, 0])))


def shifted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images and the same moved by one pixel in each direction, with empty pixels at the border."""
    wide = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    moves = [wide[:, :, 1 + i : 9 + i, 1 + j : 9 + j] for i, j in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))]
    return np.concatenate(moves), np.tile(y, len(moves))


def main() -> None:
    common.deterministic(SEED)
    train_x, train_y, test_x, test_y = common.digits(SEED)
    train_x, test_x = train_x.reshape(-1, 1, 8, 8) / 16, test_x.reshape(-1, 1, 8, 8) / 16
    model = Vit()
    entropy = nn.CrossEntropyLoss(label_smoothing=0.05)

    def loss(y, target):
        return entropy(y, target) + 0.02 * model.experts.load

    common.fit(model, loss, *shifted(train_x, train_y), epochs=24, lr=2e-3, batch=32)
    for name, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        hits = int((common.predict(model, x).argmax(1) == y).sum())
        print(f"{name} accuracy {hits}/{len(y)} = {hits / len(y):.4f}")
    with torch.no_grad():
        step = float(model.head.quant_weight().scale) * float(model.last.act_quant.scale())
    common.export(model, Path(__file__).resolve().parent, test_x[:64], test_y[:64], step=step, transcendental=True)


if __name__ == "__main__":
    main()
