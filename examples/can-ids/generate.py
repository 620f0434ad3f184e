"""Synthetic CAN traffic of one car, with attacks, and the features that the network sees.

The bus. 500 kbit/s, 11-bit identifiers. Every message of `CAR` is released at k * period + jitter (normal, 1 % of the
period); when the bus falls free, the released frame with the lowest identifier wins arbitration and holds the bus for
47 + 8 * bytes bit times (stuff bits are ignored). A message that is still waiting when its next release comes is
replaced by it. A trace is what a listening node sees: time of reception, identifier, payload, true class.

The payloads. A hidden state of the car (throttle, speed, gear, engine speed, steering, temperatures) moves in steps of
10 ms; messages carry its signals as bytes or big-endian words, constant bytes, rolling 4-bit counters, rarely
flipping flag bytes, and XOR checksums over identifier and payload.

The attacks, one at a time, in episodes of 0.3 .. 1 s separated by 0.5 .. 1.5 s of peace, from a foreign node:
- DoS: identifier 0x000, all-zero payload, every 0.3 ms: it wins every arbitration and delays all others;
- fuzzing: uniformly random identifier and payload, every 0.5 .. 1 ms;
- spoofing: a captured frame of the gear (0x43F) or engine-speed (0x316) message with a forged value, every 1 .. 2 ms
  on top of the genuine one. In half of the episodes it is a plain repetition; in the other half the
  attacker counts and repairs the checksum, so that no single frame is malformed.

`python generate.py --seed 1 --seconds 10` prints such a trace in candump's form, with the class behind it.
"""

import argparse
from dataclasses import dataclass

import numpy as np

CLASSES = ("normal", "dos", "fuzzing", "spoofing")
NORMAL, DOS, FUZZING, SPOOFING = range(4)
BIT_TIME = 2e-6
RPM_ID, GEAR_ID = 0x316, 0x43F


@dataclass(frozen=True)
class Message:
    """`fields` name the payload's bytes in order: "0x1F" constant, "count", "flags", "check", "b:SIGNAL", "w:SIGNAL"."""

    ident: int
    period: float
    fields: tuple[str, ...]


def message(ident: int, period_ms: float, fields: str) -> Message:
    return Message(ident, period_ms / 1000, tuple(fields.split()))


CAR = (
    message(0x0A5, 10, "w:speed w:speed w:speed w:speed"),
    message(0x130, 10, "w:yaw w:accel 0x00 0x80 count check"),
    message(0x140, 10, "b:throttle b:brake 0x00 0x00 w:rpm count check"),
    message(0x18F, 10, "0xFE 0x3B b:temp 0x00 b:throttle 0x3C 0x00 0x00"),
    message(0x220, 10, "w:steer w:yaw 0x03 flags count check"),
    message(0x2B0, 10, "w:steer 0x07 count check"),
    message(RPM_ID, 10, "0x05 b:brake w:rpm 0x21 b:throttle count check"),
    message(0x329, 10, "b:temp 0xB7 0x7F 0x14 0x11 0x20 count 0x14"),
    message(0x350, 10, "flags 0x00 b:throttle 0x76 w:speed count check"),
    message(0x370, 20, "0x00 0x20 flags 0x00 0x00 0x00 count 0x00"),
    message(0x382, 20, "0x40 0xFE 0x0F 0x00 b:brake 0x00 0x00 check"),
    message(GEAR_ID, 10, "0x10 b:gear 0x60 0xFF w:rpm count check"),
    message(0x440, 20, "0xFF w:speed 0xFF b:temp 0x08 count 0x00"),
    message(0x4B0, 20, "w:speed w:speed w:speed 0x00 0x00"),
    message(0x4F0, 20, "0x00 0x00 flags 0x80 0x00 0xCA 0x0D 0x02"),
    message(0x510, 100, "0x00 0x00 b:cabin 0x40 0x02 flags"),
    message(0x545, 20, "0xD8 0x00 b:temp 0x8A 0x00 0x00 0x00 count"),
    message(0x5A0, 100, "0x00 0x00 0x00 b:fuel"),
    message(0x5F0, 200, "flags b:cabin"),
    message(0x690, 100, "0x04 0x00 flags 0x00 b:fuel 0x00 0x00 0x00"),
)


class Vehicle:
    """The hidden state: a driver who picks a new throttle or steering target now and then, and a crude drive train."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.time = rng, 0.0
        self.throttle = self.brake = self.steer = self.accel = 0.0
        self.throttle_target, self.steer_target = 0.3, 0.0
        self.speed, self.gear = float(rng.uniform(0, 30)), 1
        self.temp, self.cabin, self.fuel = float(rng.uniform(60, 95)), 21.0, float(rng.uniform(40, 200))

    def advance(self, until: float) -> None:
        while self.time < until:
            self.time += 0.01
            if self.rng.random() < 0.005:
                self.throttle_target = float(self.rng.choice([0.0, 0.1, 0.3, 0.5, 0.9]))
            if self.rng.random() < 0.01:
                self.steer_target = float(self.rng.normal(0, 60))
            self.throttle += 0.05 * (self.throttle_target - self.throttle)
            self.brake += 0.1 * ((1.0 if self.throttle_target == 0 else 0.0) - self.brake)
            self.steer += 0.03 * (self.steer_target - self.steer) + float(self.rng.normal(0, 0.1))
            self.accel = 4 * self.throttle - 3 * self.brake - 0.05 * self.speed
            self.speed = max(0.0, self.speed + 0.01 * self.accel)
            self.gear = 1 + sum(self.speed > limit for limit in (5, 10, 16, 22, 29))
            self.temp += 0.0005 * (90 - self.temp)
            self.fuel = max(0.0, self.fuel - 1e-5)

    def signal(self, name: str) -> int:
        values = {
            "throttle": 255 * self.throttle,
            "brake": 200 * self.brake,
            "steer": 32768 + 40 * self.steer,
            "yaw": 32768 + 3 * self.steer * self.speed,
            "accel": 32768 + 100 * self.accel,
            "speed": 360 * self.speed,
            "rpm": 4 * (800 + 700 * self.speed / self.gear),
            "gear": self.gear,
            "temp": self.temp + 40,
            "cabin": 2 * self.cabin,
            "fuel": self.fuel,
        }
        return int(np.clip(values[name], 0, 65535))


class Sender:
    """One periodic message of the car: its counter, its flags and its next release."""

    def __init__(self, spec: Message, rng: np.random.Generator) -> None:
        self.spec, self.rng = spec, rng
        self.ident, self.label = spec.ident, NORMAL
        self.nominal = float(rng.uniform(0, spec.period))
        self.release = self.nominal
        self.count, self.flags = 0, 0

    def frame(self, car: Vehicle) -> list[int]:
        if self.rng.random() < 0.02:
            self.flags ^= 1 << int(self.rng.integers(8))
        self.count = (self.count + 1) % 16
        return payload(self.spec, {f: car.signal(f[2:]) for f in self.spec.fields if ":" in f}, self.count, self.flags)

    def schedule(self, now: float) -> None:
        while self.nominal <= now:
            self.nominal += self.spec.period
        self.release = self.nominal + abs(float(self.rng.normal(0, 0.01 * self.spec.period)))


def payload(spec: Message, values: dict[str, int], count: int, flags: int) -> list[int]:
    out: list[int] = []
    for field in spec.fields:
        if field.startswith("w:"):
            out += [values[field] >> 8, values[field] & 255]
        elif field.startswith("b:"):
            out.append(min(values[field], 255))
        elif field == "count":
            out.append(count)
        elif field == "flags":
            out.append(flags)
        elif field == "check":
            check = (spec.ident & 255) ^ 0x5A
            for byte in out:
                check ^= byte
            out.append(check)
        else:
            out.append(int(field, 16))
    return out


class Attacker:
    """The foreign node during one episode."""

    def __init__(self, kind: int, start: float, car: Vehicle, senders: list[Sender], rng: np.random.Generator) -> None:
        self.rng, self.label, self.release = rng, kind, start
        self.ident, self.count, self.careful = 0x000, 0, bool(rng.random() < 0.5)
        self.period = 3e-4
        if kind == FUZZING:
            self.period = float(rng.uniform(0.5e-3, 1e-3))
            self.ident = int(rng.integers(0x800))
        if kind == SPOOFING:
            self.period = float(rng.uniform(1e-3, 2e-3))
            target = (GEAR_ID, RPM_ID)[int(rng.integers(2))]
            victim = next(s for s in senders if s.ident == target)
            self.ident, self.spec, self.count = victim.ident, victim.spec, victim.count
            self.values = {f: car.signal(f[2:]) for f in victim.spec.fields if ":" in f}
            self.values["b:gear"] = int(rng.integers(7))
            self.values["w:rpm"] = int(rng.integers(3200, 28000))

    def frame(self, car: Vehicle) -> list[int]:
        if self.label == DOS:
            return [0] * 8
        if self.label == FUZZING:
            return self.rng.integers(256, size=8).tolist()
        self.count = (self.count + 1) % 16 if self.careful else self.count
        return payload(self.spec, self.values, self.count, 0)

    def schedule(self, now: float) -> None:
        self.release = max(self.release + self.period, now)
        if self.label == FUZZING:
            self.ident = int(self.rng.integers(0x800))


@dataclass(frozen=True)
class Trace:
    time: np.ndarray  # float64 [n], seconds, end of frame
    ident: np.ndarray  # int64 [n]
    data: np.ndarray  # uint8 [n, 8], zero behind the last byte
    length: np.ndarray  # int64 [n], bytes
    label: np.ndarray  # int64 [n], index into CLASSES


def simulate(seed: int, seconds: float) -> Trace:
    """One drive. The same seed gives the same trace."""
    rng = np.random.default_rng(seed)
    car = Vehicle(rng)
    senders = [Sender(spec, rng) for spec in CAR]
    attacker, change, rows, now = None, float(rng.uniform(0.5, 1.5)), [], 0.0
    while now < seconds:
        if now >= change:
            if attacker is None:
                attacker = Attacker(int(rng.integers(DOS, SPOOFING + 1)), now, car, senders, rng)
                change = now + float(rng.uniform(0.3, 1.0))
            else:
                attacker, change = None, now + float(rng.uniform(0.5, 1.5))
        nodes = [*senders, attacker] if attacker else senders
        ready = [node for node in nodes if node.release <= now]
        if not ready:
            now = min(node.release for node in nodes)
            continue
        node = min(ready, key=lambda n: n.ident)
        car.advance(now)
        ident, data = node.ident, node.frame(car)
        now += (47 + 8 * len(data)) * BIT_TIME
        rows.append((now, ident, data + [0] * (8 - len(data)), len(data), node.label))
        node.schedule(now)
    time, idents, data, length, label = (np.array(column) for column in zip(*rows))
    return Trace(time, idents, data.astype(np.uint8), length, label)


WINDOW = 4
GAPS_MS = (0.4, 0.8, 1.2, 1.6, 2.4, 4.0, 6.0, 12.0, 40.0)
FRAME_FEATURES = 11 + 64 + 8 + len(GAPS_MS) // 3
FEATURES = WINDOW * FRAME_FEATURES


def features(trace: Trace) -> tuple[np.ndarray, np.ndarray]:
    """float32 [n - 3, 344], int64 [n - 3]: the last four frames, newest first; the class is the newest frame's.

    Per frame 86 numbers 0..3: 11 identifier bits (high first), 64 payload bits, 8 flags "this byte differs from
    the previous frame of the same identifier", and the gap to that frame as three thermometers of three steps each
    (how many of 0.4, 0.8, 1.2 ms it reaches; of 1.6, 2.4, 4; of 6, 12, 40). A first frame counts as a long gap, unchanged.
    """
    n = len(trace.time)
    changed, gap = np.zeros((n, 8)), np.full(n, np.inf)
    last: dict[int, int] = {}
    for i in range(n):
        before = last.get(int(trace.ident[i]))
        if before is not None:
            changed[i] = trace.data[i] != trace.data[before]
            gap[i] = 1000 * (trace.time[i] - trace.time[before])
        last[int(trace.ident[i])] = i
    ident_bits = (trace.ident[:, None] >> np.arange(10, -1, -1)) & 1
    reached = (gap[:, None] >= np.array(GAPS_MS)).reshape(n, -1, 3).sum(axis=2)
    frames = np.hstack([ident_bits, np.unpackbits(trace.data, axis=1), changed, reached]).astype(np.float32)
    rows = [frames[WINDOW - 1 - k : n - k] for k in range(WINDOW)]
    return np.hstack(rows), trace.label[WINDOW - 1 :].astype(np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(description="print synthetic CAN traffic, one frame a line, with its class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    trace = simulate(options.seed, options.seconds)
    for i in range(len(trace.time)):
        data = trace.data[i, : trace.length[i]].tobytes().hex().upper()
        print(f"({trace.time[i]:.6f}) can0 {trace.ident[i]:03X}#{data} {CLASSES[trace.label[i]]}")


if __name__ == "__main__":
    main()
