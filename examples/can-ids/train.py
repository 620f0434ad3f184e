"""A 2-bit perceptron that classifies CAN frames as normal, DoS, fuzzing or spoofing. See README.md."""

import sys
from pathlib import Path

import numpy as np
from brevitas.nn import QuantIdentity, QuantLinear, QuantReLU
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import common
import generate

SEED = 3
SECONDS = 3
TRAIN_DRIVES = range(1000, 1120)
VALIDATION_DRIVES = range(3000, 3020)  # a second look: how much the figures move from one set to another
TEST_DRIVES = range(4000, 4040)  # run once, after everything was chosen
WIDTHS = [generate.FEATURES, 64, 32, 32, len(generate.CLASSES)]
ACT_FRAC = 1  # activations 0, 1/2, 1, 3/2


def drives(seeds: range) -> tuple[np.ndarray, np.ndarray]:
    parts = [generate.features(generate.simulate(seed, SECONDS)) for seed in seeds]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def network() -> nn.Sequential:
    layers: list[nn.Module] = [QuantIdentity(act_quant=common.fixed_act(2, 0))]
    for i, (fan_in, fan_out) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        linear = QuantLinear(fan_in, fan_out, bias=False, weight_quant=common.fixed_weight(2, 0, narrow=True))
        nn.init.uniform_(linear.weight, -1, 1)
        layers.append(linear)
        if i < len(WIDTHS) - 2:
            layers += [nn.BatchNorm1d(fan_out), QuantReLU(act_quant=common.fixed_act(2, ACT_FRAC))]
    return nn.Sequential(*layers)


def report(split: str, truth: np.ndarray, guess: np.ndarray) -> None:
    print(f"{split} accuracy {(truth == guess).sum()}/{len(truth)} = {(truth == guess).mean():.4f}")
    for c, name in enumerate(generate.CLASSES):
        hits, actual, claimed = ((truth == c) & (guess == c)).sum(), (truth == c).sum(), (guess == c).sum()
        print(f"{name:9s} frames {actual:6d}  recall {hits / actual:.4f}  precision {hits / claimed:.4f}")


def main() -> None:
    common.deterministic(SEED)
    train_x, train_y = drives(TRAIN_DRIVES)
    test_x, test_y = drives(TEST_DRIVES)
    validation_x, validation_y = drives(VALIDATION_DRIVES)
    print(f"{len(train_x)} training windows, classes {np.bincount(train_y)}; {len(test_x)} test windows", flush=True)
    model = network()
    loss = nn.CrossEntropyLoss()
    # The logits are sums of 32 small integers: the temperature is part of the loss only, not of the exported model.
    common.fit(model, lambda out, y: loss(out * 0.5, y), train_x, train_y, epochs=10, lr=5e-3, batch=256, clip=1.0)
    report("validation", validation_y, common.predict(model, validation_x, batch=512).argmax(1))
    report("test", test_y, common.predict(model, test_x, batch=512).argmax(1))
    # Sixteen windows of each class, spread over the test drives.
    rows = [np.flatnonzero(test_y == c) for c in range(len(generate.CLASSES))]
    chosen = np.sort(np.concatenate([r[np.linspace(0, len(r) - 1, 16).astype(int)] for r in rows]))
    common.export(model, Path(__file__).resolve().parent, test_x[chosen], test_y[chosen], step=2.0**-ACT_FRAC)


if __name__ == "__main__":
    main()
