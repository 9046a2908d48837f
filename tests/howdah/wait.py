"""Waiting for a condition, with a deadline."""
import time

from . import binary


def stretch(seconds):
    """A deadline for what a plain build does in that time. It only bounds a failure: nothing waits it out that succeeds."""
    return seconds * (5 if binary.is_slow() else 1)


def until(condition, what, seconds=30):
    """The first true value of condition(), asked for again and again. An assertion of its own says only "not yet"."""
    deadline, pause, last = time.monotonic() + stretch(seconds), 0.005, None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = value
        except AssertionError as e:
            last = e
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {stretch(seconds)} s; last seen: {last!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
