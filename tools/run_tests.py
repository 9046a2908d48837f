#!/usr/bin/env python3
"""tools/run_tests.py [--long] [--only PART,...] [--list]: runs the parts of the test suite in order, times and counts them, and ends
with one line, "N passed, N failed". script/test starts it, with HOWDAH_TEST_PG set to a PostgreSQL of its own."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
# Three times as many as there are cores: more than half of what whole-system tests do is wait.
JOBS = max(2, min(8, 3 * (os.cpu_count() or 2)))
POSTGRES = os.environ.get("HOWDAH_TEST_PG", "")
FUZZ_S = int(os.environ.get("HOWDAH_FUZZ_S", "60"))
# What one of our builds is set up with, by its folder.
BUILDS = {
    "build-test": ["-Dfaults=true"],
    "build-release": ["--buildtype=release", "-Dwerror=false"],
    "build-asan": ["-Dfaults=true", "-Db_sanitize=address,undefined", "-Db_lundef=false"],
    "build-tsan": ["-Dfaults=true", "-Db_sanitize=thread", "-Db_lundef=false"],
    "build-fuzz": ["-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false"],
}
# clang compiles the sanitizer builds, gcc the others, so both compilers see every change.
CLANG = {"build-asan", "build-tsan", "build-fuzz"}
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=0:second_deadlock_stack=1:exitcode=66",
}


class Count:
    """What a part came to."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures, self.skips = [], []

    def ok(self, n=1):
        self.passed += n

    def fail(self, what, n=1):
        self.failed += n
        self.failures.append(what)

    def skip(self, what):
        """A skip has a name, and is a failure where everything was promised to be there."""
        if CI:
            self.fail(f"{what} (skipped, which CI does not allow)")
        else:
            self.skipped += 1
            self.skips.append(what)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips


running = []


def run(argv, *, env=None, quiet=False, limit_s=3600):
    """Runs argv in the root, in a process group of its own, which ends with us. Returns (exit code, output or None)."""
    full = dict(os.environ)
    full.update(env or {})
    for key in [k for k, v in full.items() if v is None]:
        del full[key]
    child = subprocess.Popen([str(a) for a in argv], cwd=ROOT, env=full, stdin=subprocess.DEVNULL, start_new_session=True, text=True,
                             errors="replace", stdout=subprocess.PIPE if quiet else None, stderr=subprocess.STDOUT if quiet else None)
    running.append(child)
    try:
        out, _ = child.communicate(timeout=limit_s)
        return child.returncode, out
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, _ = child.communicate()
        return 124, (out or "") + f"\nstopped after {limit_s} s"
    finally:
        running.remove(child)


def stop(signum, _frame):
    for child in list(running):
        try:
            os.killpg(child.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    sys.exit(128 + signum)


def build(name, count):
    """Sets up and builds one of BUILDS. A build that fails is one failure."""
    env = {"CC": "clang"} if name in CLANG else {}
    if not (ROOT / name / "build.ninja").exists():
        code, out = run(["meson", "setup", name, *BUILDS[name]], env=env, quiet=True)
        if code:
            print(out[-4000:])
            shutil.rmtree(ROOT / name, ignore_errors=True)
            count.fail(f"meson setup {name}")
            return False
    code, out = run(["ninja", "-C", name], env=env, quiet=True)
    if code:
        shown = [line for line in out.splitlines() if not re.match(r"\[\d+/\d+\] (Compiling|Linking|Generating)", line)]
        print("\n".join(shown)[-8000:])
        count.fail(f"building {name}")
        return False
    return True


def cmocka_cases(entry):
    """How many cases one test program ran: (passed, failed). A program that is not cmocka's counts as one."""
    text = (entry.get("stdout") or "") + (entry.get("stderr") or "")
    passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) test", text, re.M))
    failed = sum(int(n) for n in re.findall(r"^\[  FAILED  \] .*?(\d+) test", text, re.M))
    if entry["result"] in ("OK", "EXPECTEDFAIL"):
        return (passed or 1), 0
    return passed, (failed or 1)


def meson_test(folder, suites, count, *, names=(), env=None, label=""):
    argv = ["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "-t", "3",
            "--wrapper", ROOT / "tools/with_database.py"]
    for suite in suites:
        argv += ["--suite", suite]
    code, out = run([*argv, *names], env={**SANITIZERS, **(env or {})}, quiet=True)
    log = ROOT / folder / "meson-logs/testlog-with_database.py.json"
    if "No tests defined" in out or "No suitable tests" in out or not log.exists():
        return
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        if entry["result"] == "SKIP":
            count.skip(f"{folder} {label} {entry['name']}")
            continue
        passed, failed = cmocka_cases(entry)
        count.ok(passed)
        if failed:
            count.fail(f"{folder} {label} {entry['name']}".replace("  ", " "), failed)
            print("\n".join(((entry.get("stdout") or "") + (entry.get("stderr") or "")).splitlines()[-60:]))
    if code and not count.failed:
        print(out[-4000:])
        count.fail(f"meson test in {folder} ended with {code}")


def pytest(folder, where, count, *, env=None, label="", workers=JOBS, spread="loadfile", extra=()):
    """Runs pytest over those of the folders and files that exist, against the binary of a build folder."""
    paths = [p for p in where if (ROOT / p).exists()]
    if not paths:
        return
    with tempfile.TemporaryDirectory(prefix="howdah-pytest.") as tmp:
        junit = pathlib.Path(tmp) / "junit.xml"
        argv = ["/usr/bin/python3", "-m", "pytest", *paths, "-q", "-rfEs", "--durations=10", f"--junitxml={junit}", f"--basetemp={tmp}/made",
                "-p", "no:cacheprovider", *extra]
        if workers > 1:
            argv += ["-n", workers, "--dist", spread]
        full = {**SANITIZERS, "HOWDAH_BIN": ROOT / folder / "src/app/howdah", "HOWDAH_BUILD": folder.removeprefix("build-"), **(env or {})}
        code, _ = run(argv, env={k: v if v is None else str(v) for k, v in full.items()})
        if not junit.exists():
            count.fail(f"pytest {label} ended with {code} and no report")
            return
        for case in xml.parse(junit).iter("testcase"):
            name = f"{label} {case.get('classname')}.{case.get('name')}".strip()
            if case.find("failure") is not None or case.find("error") is not None:
                count.fail(name)
            elif case.find("skipped") is not None:
                count.skip(f"{name}: {case.find('skipped').get('message')}")
            else:
                count.ok()
        if code not in (0, 5) and not count.failed:
            count.fail(f"pytest {label} ended with {code}")


def house(count):
    if build("build-test", count):
        count.ok()
        meson_test("build-test", ["house"], count)


def changed_sources():
    """The C files that differ from where this work began: main as the origin has it, or the commit before."""
    def git(*args):
        done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    head, base = git("rev-parse", "HEAD"), git("merge-base", "HEAD", "origin/main")
    if not base or base == head:
        base = git("rev-parse", "HEAD~")
    names = git("diff", "--name-only", base or "HEAD", "--", "src").splitlines() if head else []
    names += git("ls-files", "--others", "--exclude-standard", "--", "src").splitlines()
    files = {ROOT / n for n in names if n.endswith(".c")}
    files |= {(ROOT / n).with_suffix(".c") for n in names if n.endswith(".h")}
    return sorted(f for f in files if f.exists())


def lint_files(files, count):
    known = {str((ROOT / "build-test" / e["directory"] / e["file"]).resolve())
             for e in json.loads((ROOT / "build-test/compile_commands.json").read_text())}
    files = [f for f in files if str(f.resolve()) in known]

    def tidy(f):
        return f, "clang-tidy", run(["clang-tidy", "-p", "build-test", "--quiet", "--extra-arg=-Wno-unknown-warning-option",
                                     "--warnings-as-errors=*", f], quiet=True, limit_s=600)

    def check(f):
        return f, "cppcheck", run(["cppcheck", "-q", "--enable=warning,performance,portability", "--inline-suppr", "--error-exitcode=1",
                                   "--std=c11", "--library=posix", "--suppressions-list=tools/cppcheck.txt", "-Isrc", "-D_GNU_SOURCE",
                                   '-DHOWDAH_VERSION="lint"', "--template=gcc", f.relative_to(ROOT)], quiet=True, limit_s=600)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(fn, f) for f in files for fn in (tidy, check)]
        for job in jobs:
            f, tool, (code, out) = job.result()
            if code:
                shown = [line for line in out.splitlines() if not re.match(r"\d+ warnings? (generated|treated)|Suppressed", line)]
                print("\n".join(shown)[-3000:])
                count.fail(f"{tool} {f.relative_to(ROOT)}")
            else:
                count.ok()


def lint(count):
    if build("build-test", count):
        lint_files(changed_sources(), count)


def lint_all(count):
    if build("build-test", count):
        lint_files(sorted((ROOT / "src").glob("*/*.c")), count)


def unit(count):
    if not build("build-test", count):
        return
    meson_test("build-test", ["unit", "corpus"], count, env={"HOWDAH_TEST_PG": None}, label="sqlite")
    meson_test("build-test", ["unit"], count, env={"HOWDAH_TEST_PG": POSTGRES}, label="postgres")


# The longest files first, so that no worker is left with one at the end.
SYSTEM = ["tests/fediverse", "tests/harness", "tests/app", "tests/api", "tests/fed", "tests/stream", "tests/clients", "tests/web", "tests/advisories"]
# What needs no second engine, and what brings both of its own.
ONCE = ["tests/ui", "tests/peers/test_snac.py"]
NODES = ["tests/nodes"]
# What says how quick something is, which only a release build promises.
QUICK = ["tests/app/test_cli.py"]


def system(count, label, postgres, more):
    if not build("build-test", count):
        return
    with tempfile.TemporaryDirectory(prefix="howdah-record.") as record:
        pytest("build-test", SYSTEM + more, count, env={"HOWDAH_TEST_PG": postgres, "HOWDAH_RECORD": record}, label=label)
        if count.failed or not any(pathlib.Path(record).iterdir()):
            return
        code, out = run(["/usr/bin/python3", "tests/schema/check.py", "--routes", "build-test/src/app/howdah", record], quiet=True)
        print(out.rstrip())
        if code == 77:
            count.skip(f"{label} schema: {out.strip()}")
        elif code:
            count.fail(f"{label} schema and routes")
        else:
            count.ok()


def system_sqlite(count):
    system(count, "sqlite", None, ONCE)


def system_postgres(count):
    system(count, "postgres", POSTGRES, NODES)


def asan(count):
    if build("build-asan", count) and build("build-test", count):
        count.ok()
        meson_test("build-asan", ["unit"], count, env={"HOWDAH_TEST_PG": POSTGRES}, label="asan")
        maker = ROOT / "build-test/src/app/howdah"
        pytest("build-asan", ["tests/api"], count, env={"HOWDAH_TEST_PG": None, "HOWDAH_TEST_MAKER": maker}, label="asan")


def crashes(count, times):
    """On both engines. Most of the time is spent on waiting for a dead node's leases to end, so more of them run at once than there are
    cores."""
    if build("build-test", count):
        for label, pg in (("sqlite", None), ("postgres", POSTGRES)):
            pytest("build-test", ["tests/crash"], count, env={"HOWDAH_TEST_PG": pg, "HOWDAH_CRASHES": str(times)}, label=label, workers=6,
                   spread="load")


def crash(count):
    crashes(count, 1)


def crash_long(count):
    crashes(count, 50)


def corpus(count):
    if build("build-asan", count):
        meson_test("build-asan", ["corpus"], count, label="asan")


def tsan(count):
    if not build("build-tsan", count):
        return
    count.ok()
    names = [p for p in ("net/*", "queue/*", "notify/*", "sql/*")]
    meson_test("build-tsan", ["unit"], count, names=names, env={"HOWDAH_TEST_PG": POSTGRES}, label="tsan")
    pytest("build-tsan", ["tests/stream", "tests/nodes"], count, env={"HOWDAH_TEST_PG": POSTGRES}, label="tsan")


def peers(count):
    if build("build-release", count):
        pytest("build-release", ["tests/peers", *NODES, *QUICK], count, env={"HOWDAH_TEST_PG": POSTGRES}, label="peers", workers=1)


def bench(count):
    if not (ROOT / "bench/run").exists():
        count.skip("bench: there is no bench/run")
    elif build("build-release", count):
        code, _ = run(["bench/run"], limit_s=3600)
        count.ok() if code == 0 else count.fail(f"bench/run ended with {code}")


def processor_s():
    """What the programs that have ended took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fuzz(count):
    """Each target for HOWDAH_FUZZ_S seconds, with what earlier runs found; docs/fuzzing.tsv adds up the time that the processor gave to each."""
    if not build("build-fuzz", count):
        return
    ledger = ROOT / "docs/fuzzing.tsv"
    total = dict(line.split("\t") for line in ledger.read_text().splitlines()[1:]) if ledger.exists() else {}
    for exe in sorted((ROOT / "build-fuzz").glob("fuzz_*")):
        if not os.access(exe, os.X_OK) or not exe.is_file():
            continue
        target = exe.name.split("_", 2)[2]
        seeds, found = ROOT / "tests/corpus" / target, ROOT / "build-fuzz/found" / target
        seeds.mkdir(parents=True, exist_ok=True)
        found.mkdir(parents=True, exist_ok=True)
        began = processor_s()
        code, out = run([exe, f"-max_total_time={FUZZ_S}", "-timeout=10", "-rss_limit_mb=1024", f"-artifact_prefix={seeds}/",
                         "-print_final_stats=0", found, seeds], env=SANITIZERS, quiet=True, limit_s=FUZZ_S + 120)
        total[exe.name] = str(int(total.get(exe.name, 0)) + round(processor_s() - began))
        if code:
            print(out[-6000:])
            count.fail(f"{exe.name}: the input is in tests/corpus/{target}")
        else:
            count.ok()
    if not CI:
        ledger.write_text("target\tseconds\n" + "".join(f"{k}\t{v}\n" for k, v in sorted(total.items())))
    print(f"fuzzed so far: {sum(map(int, total.values())) / 3600:.2f} hours over {len(total)} targets")


ORDINARY = [("house", house), ("lint", lint), ("unit", unit), ("sqlite", system_sqlite), ("postgres", system_postgres), ("asan", asan),
            ("crash", crash), ("corpus", corpus)]
LONG = [("lint-all", lint_all), ("crash-50", crash_long), ("tsan", tsan), ("peers", peers), ("bench", bench), ("fuzz", fuzz)]


def main():
    parser = argparse.ArgumentParser(prog="script/test")
    parser.add_argument("--long", action="store_true", help="also " + ", ".join(name for name, _ in LONG))
    parser.add_argument("--only", default="", metavar="PART,...", help="only these parts: " + ", ".join(n for n, _ in ORDINARY + LONG))
    parser.add_argument("--list", action="store_true", help="print the names of the parts")
    args = parser.parse_args()
    every = dict(ORDINARY + LONG)
    if args.list:
        print("\n".join(every))
        return 0
    wanted = [w for w in args.only.split(",") if w] or [n for n, _ in ORDINARY + (LONG if args.long else [])]
    unknown = [w for w in wanted if w not in every]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    # Else each worker of each part translates all tests anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", f"{tempfile.gettempdir()}/howdah-pycache-{os.getuid()}")

    total, began, rows = Count(), time.monotonic(), []
    for name in wanted:
        print(f"== {name}", flush=True)
        count, start = Count(), time.monotonic()
        try:
            every[name](count)
        except (OSError, ValueError, subprocess.SubprocessError) as e:
            count.fail(f"{name}: {e!r}")
        rows.append(f"{name:<10} {count.passed:6} passed {count.failed:4} failed {count.skipped:4} skipped {time.monotonic() - start:7.1f} s")
        print(f"== {rows[-1]}", flush=True)
        total.add(count)
    if total.passed + total.failed == 0:
        total.fail("nothing ran")
    print("\n" + "\n".join(rows))
    for what in total.skips:
        print(f"skipped: {what}")
    for what in total.failures:
        print(f"FAILED: {what}")
    print(f"took {time.monotonic() - began:.0f} s" + (f", skipped {total.skipped}" if total.skipped else ""))
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
