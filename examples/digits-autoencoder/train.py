"""The encoder of ECON-T (conv 8@3x3 stride 2, dense 16) on the 8x8 digits, in fixed point. See README.md."""

import sys
from pathlib import Path

import numpy as np
import torch
from brevitas.nn import QuantConv2d, QuantIdentity, QuantLinear, QuantReLU
from brevitas.quant import Int8BiasPerTensorFixedPointInternalScaling
from sklearn.decomposition import PCA
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import common

SEED = 11
CODE_FRAC = 7  # 9-bit code words of 1/128: 0 .. 511/128


class Bias6(Int8BiasPerTensorFixedPointInternalScaling):
    bit_width = 6


def encoder() -> nn.Sequential:
    weight = common.fixed_weight(6, 5, narrow=False)
    layers = nn.Sequential(
        QuantIdentity(act_quant=common.fixed_act(8, 7)),
        QuantConv2d(1, 8, 3, stride=2, padding=1, bias=True, weight_quant=weight, bias_quant=Bias6),
        QuantReLU(act_quant=common.fixed_act(8, 6)),
        nn.Flatten(),
        QuantLinear(128, 16, bias=True, weight_quant=weight, bias_quant=Bias6),
        QuantReLU(act_quant=common.fixed_act(9, CODE_FRAC)),
    )
    # A code word that is zero for every image gets no gradient and stays dead: start them all above zero.
    nn.init.constant_(layers[4].bias, 0.75)
    return layers


def decoder() -> nn.Sequential:
    """Float, thrown away after training: it stands for the back end that reads the code words."""
    return nn.Sequential(nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 64))


def errors(original: np.ndarray, rebuilt: np.ndarray, mean: np.ndarray) -> str:
    """Mean squared error per pixel (pixels 0..1) and the same relative to what the mean training image leaves."""
    mse = float(((original - rebuilt) ** 2).mean())
    return f"MSE {mse:.6f}, relative {mse / float(((original - mean) ** 2).mean()):.4f}"


def main() -> None:
    common.deterministic(SEED)
    train_x, _, test_x, test_y = common.digits(SEED)
    train_x, test_x = train_x / 16, test_x / 16
    images, test_images = train_x.reshape(-1, 1, 8, 8), test_x.reshape(-1, 1, 8, 8)
    code, decode = encoder(), decoder()
    model = nn.Sequential(code, decode)
    loss = nn.MSELoss()
    common.fit(model, loss, images, train_x, epochs=200, lr=1e-3, batch=32)

    mean = train_x.mean(axis=0)
    with torch.no_grad():
        rebuilt = decode(torch.as_tensor(common.predict(code, test_images))).numpy()
    pca = PCA(n_components=16, random_state=SEED).fit(train_x)
    print(f"test, this network:   {errors(test_x, rebuilt, mean)}")
    print(f"test, PCA 16 (float): {errors(test_x, pca.inverse_transform(pca.transform(test_x)), mean)}")
    used = common.predict(code, test_images)
    print(f"code words: {int((used.max(axis=0) > 0).sum())} of 16 in use, largest {used.max():.4f}")
    common.export(code, Path(__file__).resolve().parent, test_images[:64], None, step=2.0**-CODE_FRAC)


if __name__ == "__main__":
    main()
