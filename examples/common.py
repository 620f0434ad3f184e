"""What the training scripts share: determinism, data, fixed-point quantisers, the training loop and the export.

Each script trains with Brevitas, writes `model.onnx` (QONNX) and the vectors beside itself, and proves before it
writes them that two executors which know nothing of Sluice, Brevitas itself and the QONNX reference executor,
give the same numbers.
"""

import random
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from brevitas.export import export_qonnx
from brevitas.inject.enum import RestrictValueType, ScalingImplType
from brevitas.quant import Int8WeightPerTensorFixedPoint, Uint8ActPerTensorFixedPoint
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.util.cleanup import cleanup_model
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

warnings.filterwarnings("ignore")


def deterministic(seed: int) -> None:
    """Fixes every source of randomness; one thread, because a sum split over threads rounds differently."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def digits(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The 1797 8x8 digits of scikit-learn, pixels 0..16 as float32 [n, 64]: 3/4 train, 1/4 test, stratified."""
    data = load_digits()
    x = data.data.astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(
        x, data.target, test_size=0.25, random_state=seed, stratify=data.target
    )
    return train_x, train_y, test_x, test_y


def fixed_act(bits: int, frac: int):
    """Unsigned fixed-point activation: `bits` bits, constant scale 2^-frac, saturating."""

    class FixedAct(Uint8ActPerTensorFixedPoint):
        bit_width = bits
        scaling_impl_type = ScalingImplType.CONST
        restrict_scaling_type = RestrictValueType.POWER_OF_TWO
        scaling_init = 2.0 ** (bits - frac)

    return FixedAct


def fixed_weight(bits: int, frac: int, narrow: bool):
    """Signed fixed-point weight: `bits` bits, constant scale 2^-frac; `narrow` leaves out the most negative code."""

    class FixedWeight(Int8WeightPerTensorFixedPoint):
        bit_width = bits
        scaling_impl_type = ScalingImplType.CONST
        restrict_scaling_type = RestrictValueType.POWER_OF_TWO
        scaling_init = 2.0 ** (bits - 1 - frac)
        narrow_range = narrow

    return FixedWeight


def fit(model, loss_of, x, y, *, epochs: int, lr: float, batch: int, clip: float | None = None) -> None:
    """Adam with a cosine schedule. `clip`: keep latent weights of matrices inside [-clip, clip], as their codes are."""
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    optimiser = torch.optim.Adam(model.parameters(), lr=lr)
    steps = epochs * (len(x) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    model.train()
    for epoch in range(epochs):
        order = torch.randperm(len(x))
        total = 0.0
        for i in range(len(x) // batch):
            rows = order[i * batch : (i + 1) * batch]
            optimiser.zero_grad()
            loss = loss_of(model(x[rows]), y[rows])
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
            if clip is not None:
                with torch.no_grad():
                    for p in model.parameters():
                        if p.dim() > 1:
                            p.clamp_(-clip, clip)
        if epoch % 10 == 9 or epoch == epochs - 1:
            print(f"epoch {epoch + 1:3d}  loss {total / (len(x) // batch):.4f}", flush=True)
    model.eval()


def predict(model, x: np.ndarray, batch: int = 1) -> np.ndarray:
    """Brevitas' own result; one sample at a time by default: the sums then have the exported model's shapes."""
    with torch.no_grad():
        return np.concatenate([model(torch.as_tensor(x[i : i + batch])).numpy() for i in range(0, len(x), batch)])


def export(
    model, folder: Path, x: np.ndarray, labels: np.ndarray | None, *, step: float, transcendental: bool = False
) -> None:
    """Writes model.onnx, input.npy, expected.npy (QONNX reference executor) and labels.npy.

    `step` is the value of one unit of the output's integers. The executors must agree in these integers, and so
    must a float64 evaluation, which shows that no activation sits on a rounding boundary of float32.

    `transcendental`: the network has exponentials and square roots inside, whose last bits differ between executors, so
    that a rounding may fall on either side. Then expected.npy is the float64 evaluation, the others must agree with it
    in the largest output of every sample, and what differs is printed.
    """
    sample = torch.as_tensor(x[:1])
    raw = export_qonnx(model, sample, opset_version=13, input_names=["input"], output_names=["output"])
    wrapped = cleanup_model(ModelWrapper(raw))
    name_in, name_out = wrapped.graph.input[0].name, wrapped.graph.output[0].name
    qonnx = np.concatenate([execute_onnx(wrapped, {name_in: row[None]})[name_out] for row in x]).astype(np.float32)
    own = predict(model, x)
    double = predict(model.double(), x.astype(np.float64))
    model.float()
    for name, got in (("Brevitas", own), ("float64", double)):
        differ = int((np.rint(got / step) != np.rint(qonnx / step)).sum())
        print(f"{name} against QONNX executor: {differ} integers differ, {int((got != qonnx).sum())} of {qonnx.size} floats, "
              f"largest difference {np.abs(got - qonnx).max():.3g}")
        if (qonnx.argmax(-1) != got.argmax(-1)).any() if transcendental else differ:
            raise SystemExit("the executors disagree: nothing written")
    off = np.abs(qonnx / step - np.rint(qonnx / step)).max()
    print(f"largest distance of an output from a multiple of the step: {off:.3g} steps")
    onnx.checker.check_model(wrapped.model)
    onnx.save(wrapped.model, folder / "model.onnx")
    np.save(folder / "input.npy", x)
    np.save(folder / "expected.npy", double.astype(np.float32) if transcendental else qonnx)
    if labels is not None:
        np.save(folder / "labels.npy", labels.astype(np.int64))
    print(f"wrote {folder.name}: input {x.shape}, output {qonnx.shape}, {(folder / 'model.onnx').stat().st_size} bytes")
