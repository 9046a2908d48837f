"""Which binary is tested: HOWDAH_BIN, or that of build-test, whose clock tests can set, or the newest of the build folders."""
import functools
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@functools.lru_cache(maxsize=None)
def find_binary():
    named = os.environ.get("HOWDAH_BIN")
    if named:
        path = pathlib.Path(named).resolve()
        if not path.exists():
            raise FileNotFoundError(f"HOWDAH_BIN names {path}, which is not there")
        return path
    usual = ROOT / "build-test/src/app/howdah"
    if usual.exists():
        return usual
    built = sorted(ROOT.glob("build*/src/app/howdah"), key=lambda p: p.stat().st_mtime)
    if not built:
        raise FileNotFoundError("no build*/src/app/howdah; build it, or name one in HOWDAH_BIN")
    return built[-1]


def build_kind():
    """HOWDAH_BUILD, or what the build folder's name says: release, asan, tsan, test."""
    if "HOWDAH_BUILD" in os.environ:
        return os.environ["HOWDAH_BUILD"]
    try:
        return find_binary().parents[2].name.removeprefix("build-")
    except FileNotFoundError:
        return ""


def is_release():
    """Whether latency may be asserted: only a release build promises any."""
    return build_kind() == "release"


def is_slow():
    """Whether a sanitizer slows this binary down, so that deadlines stretch."""
    return build_kind() in ("asan", "tsan")
