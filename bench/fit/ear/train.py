"""Windows -> the weights of the ear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from labels import UNUSED
from torch import nn
from windows import SIZE

from subsync.phones import acoustics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from windows import Window

    Ints = NDArray[np.int64]

_AROUND = 2
"""20 ms frames on both sides that an output sees."""
_CHUNK = 48
"""20 ms frames learnt at a time."""


@dataclass(frozen=True)
class Plan:
    """How it is learnt."""

    hidden: tuple[int, int, int] = (256, 256, 256)
    epochs: int = 3
    batch: int = 48
    """Chunks."""
    rate: float = 2e-3
    dropout: float = 0.1
    smooth: float = 0.05
    """Of the labels: edges are good to a frame."""
    seed: int = 1


def classes() -> tuple[list[str], Ints]:
    """Names of the classes (thirds of each phone, silence undivided) and the class of each label."""
    names: list[str] = []
    of_label = np.full(3 * len(acoustics.load().phones), -1, np.int64)
    for k, phone in enumerate(acoustics.load().phones):
        if phone.startswith("+"):
            continue
        for third in range(3):
            if phone != "SIL" or not third:
                names.append(phone if phone == "SIL" else f"{phone} {third}")
            of_label[3 * k + third] = len(names) - 1
    return names, of_label


class Net(nn.Module):  # type: ignore[misc] # a foreign library gives Any
    """A projection of each frame, two layers that see a neighbour on both sides, and two halves of each frame out."""

    def __init__(self, mean: torch.Tensor, spread: torch.Tensor, plan: Plan, count: int) -> None:
        """For so many classes; ``mean`` and ``spread`` of the input: (384,)."""
        super().__init__()
        a, b, c = plan.hidden
        self.mean, self.spread = mean, spread
        self.layers = nn.ModuleList(
            [nn.Linear(SIZE, a), nn.Linear(3 * a, b), nn.Linear(3 * b, c), nn.Linear(c, 2 * count)]
        )
        self.drop = nn.Dropout(plan.dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(chunks, frames + 4, 384) -> (chunks, frames, 2, classes)."""
        x = torch.relu(self.layers[0]((x - self.mean) / self.spread))
        for layer in self.layers[1:3]:
            x = self.drop(x)
            x = torch.relu(layer(torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], dim=2)))
        x = self.layers[3](self.drop(x))
        return x.reshape(*x.shape[:2], 2, -1)


def halves(window: Window, of_label: Ints) -> Ints:
    """Classes of the halves that each 20 ms frame answers for: (frames, 2), unused -1.

    Frame ``t`` of ``cepstra`` is centred at sample 160 t + 205, frame ``c`` of the encoder at 320 c: 2 c - 2 lies 115
    samples before, 2 c - 1 lies 45 after.
    """
    result = np.full(2 * len(window.encoded), -1, np.int64)
    known = window.labels[: max(0, len(result) - 2)]
    result[2 : 2 + len(known)] = np.where(known == UNUSED, -1, of_label[known])
    return result.reshape(-1, 2)


def chunks(windows: Sequence[Window], of_label: Ints) -> tuple[torch.Tensor, torch.Tensor]:
    """All windows in chunks that overlap by what an output sees around: (n, 52, 384) and (n, 48, 2)."""
    inputs, outputs = [], []
    for window in windows:
        wanted = halves(window, of_label)
        total = -(-len(wanted) // _CHUNK) * _CHUNK
        padded = np.pad(window.encoded, ((_AROUND, _AROUND), (0, 0)), mode="edge")
        padded = np.pad(padded, ((0, total - len(wanted)), (0, 0)))
        wanted = np.pad(wanted, ((0, total - len(wanted)), (0, 0)), constant_values=-1)
        for begin in range(0, total, _CHUNK):
            inputs.append(padded[begin : begin + _CHUNK + 2 * _AROUND])
            outputs.append(wanted[begin : begin + _CHUNK])
    return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(outputs))


def train(windows: Sequence[Window], plan: Plan, *, say: bool = True) -> tuple[Net, np.ndarray]:
    """Learn; returns the net and the share of each class in the labels."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    names, of_label = classes()
    inputs, outputs = chunks(windows, of_label)
    some = inputs[:: max(1, len(inputs) // 2000)].float().reshape(-1, SIZE)
    net = Net(some.mean(0), some.std(0) + 1e-3, plan, len(names))
    used = outputs[outputs >= 0].numpy()
    share = (np.bincount(used, minlength=len(names)) + 100) / (len(used) + 100 * len(names))
    optimiser = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=1e-3)
    steps = plan.epochs * (len(inputs) // plan.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.rate, total_steps=steps + 1, pct_start=0.1)
    loss_of = nn.CrossEntropyLoss(ignore_index=-1, label_smoothing=plan.smooth)
    net.train()
    for epoch in range(plan.epochs):
        order = rng.permutation(len(inputs))
        total = 0.0
        for begin in range(0, len(order) - plan.batch + 1, plan.batch):
            mine = torch.from_numpy(order[begin : begin + plan.batch])
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                found = net(inputs[mine].float())
            loss = loss_of(found.float().reshape(-1, len(names)), outputs[mine].reshape(-1))
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        if say:
            print(f"epoch {epoch + 1}: loss {total / (len(order) // plan.batch):.3f}", flush=True)
    net.eval()
    return net, share


def save(net: Net, share: np.ndarray, path: Path) -> None:
    """Weights as half floats, the normalisation of the input within the first layer."""
    names, _ = classes()
    arrays: dict[str, Any] = {"classes": np.array(names), "log_share": np.log(share).astype(np.float32)}
    for k, layer in enumerate(net.layers):
        weight, bias = (p.detach().double().numpy().T for p in layer.parameters())
        if not k:
            weight = weight / net.spread.double().numpy()[:, None]
            bias = bias - net.mean.double().numpy() @ weight
        arrays[f"weight{k}"], arrays[f"bias{k}"] = weight.astype(np.float16), bias.astype(np.float32)
    np.savez_compressed(path, **arrays)
