"""2-bit weights, 2-bit activations: a 64-64-64-10 perceptron on the 8x8 digits. See README.md."""

import sys
from pathlib import Path

from brevitas.nn import QuantIdentity, QuantLinear, QuantReLU
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import common

SEED = 7
WIDTHS = [64, 64, 64, 10]
ACT_FRAC = 1  # activations 0, 1/2, 1, 3/2


def network() -> nn.Sequential:
    layers: list[nn.Module] = [QuantIdentity(act_quant=common.fixed_act(4, 0))]
    for i, (fan_in, fan_out) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        linear = QuantLinear(fan_in, fan_out, bias=False, weight_quant=common.fixed_weight(2, 0, narrow=True))
        nn.init.uniform_(linear.weight, -1, 1)
        layers.append(linear)
        if i < len(WIDTHS) - 2:
            layers += [nn.BatchNorm1d(fan_out), QuantReLU(act_quant=common.fixed_act(2, ACT_FRAC))]
    return nn.Sequential(*layers)


def main() -> None:
    common.deterministic(SEED)
    train_x, train_y, test_x, test_y = common.digits(SEED)
    model = network()
    loss = nn.CrossEntropyLoss()
    # The logits are sums of 64 small integers: the temperature is part of the loss only, not of the exported model.
    common.fit(model, lambda out, y: loss(out * 0.25, y), train_x, train_y, epochs=150, lr=5e-3, batch=32, clip=1.0)
    for name, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        hits = int((common.predict(model, x).argmax(1) == y).sum())
        print(f"{name} accuracy {hits}/{len(y)} = {hits / len(y):.4f}")
    common.export(model, Path(__file__).resolve().parent, test_x[:64], test_y[:64], step=2.0**-ACT_FRAC)


if __name__ == "__main__":
    main()
