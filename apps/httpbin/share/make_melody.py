"""Writes static/melody.wav, eight seconds of a tune in five notes: eight-bit mono, small, and long enough to seek in."""

import math
import pathlib
import wave

RATE = 8000  # samples a second
BEAT = 0.25  # seconds
TUNE = [0, 2, 4, 7, 9, 7, 4, 2, 4, 7, 9, 12, 9, 7, 4, 7, 9, 12, 14, 12, 9, 7, 9, 4, 7, 4, 2, 4, 2, 0, -3, 0]  # semitones above D


def sample(time):
    beat, phase = divmod(time, BEAT)
    pitch = 293.66 * 2 ** (TUNE[int(beat)] / 12)
    loudness = math.exp(-5 * phase) * min(1, phase * 200)
    tone = math.sin(math.tau * pitch * phase) + 0.35 * math.sin(2 * math.tau * pitch * phase)
    return int(128 + 80 * loudness * tone)


with wave.open(str(pathlib.Path(__file__).with_name("static") / "melody.wav"), "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(1)
    file.setframerate(RATE)
    file.writeframes(bytes(sample(i / RATE) for i in range(int(RATE * BEAT * len(TUNE)))))
