#!/usr/bin/env python3
"""tools/check_rooms.py SRC BUILD room=callee,callee ...: no room includes, links to, or reaches past a room it
may not call; private names stay private; pure rooms do not touch the world."""
import pathlib
import re
import subprocess
import sys

src, build, rows = pathlib.Path(sys.argv[1]) / "src", pathlib.Path(sys.argv[2]), sys.argv[3:]
may = {r: set(c.split(",")) - {""} for r, c in (row.split("=") for row in rows)}
WORLD = {"time", "clock_gettime", "gettimeofday", "rand", "random", "srand", "getrandom", "getenv", "open", "open64", "fopen",
         "fopen64", "socket", "connect", "malloc", "calloc", "realloc", "free", "system", "popen", "fork"}
PURE = {"model", "store", "acts", "view", "gate", "fed", "api", "web"}
# `wire` is pure but for what its libraries want freed; `app` and `mediad` know everyone and are not libraries.
bad = []


def below(room):
    return {d for c in may.get(room, ()) for d in {c} | below(c) if c in may}


for f in sorted(src.glob("*/*.[ch]")):
    room = f.parent.name
    if room not in may:
        continue
    # A test may stand on everything below its room.
    ok = below(room) if f.name.startswith(("test_", "fuzz_")) else may[room]
    for n, line in enumerate(f.read_text().splitlines(), 1):
        m = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not m:
            continue
        other = m[1].split("/")[0] if "/" in m[1] else None
        if other is None:
            bad.append(f'{f}:{n}: include "{m[1]}" names no room')
        elif other != room and other not in ok:
            bad.append(f"{f}:{n}: {room} may not call {other}")
        elif other != room and m[1].endswith("_priv.h"):
            bad.append(f"{f}:{n}: {m[1]} is private to {other}")
        elif other == "fed" and room in ("api", "web") and m[1] != "fed/resolve.h":
            bad.append(f"{f}:{n}: {room} may call fed only through fed/resolve.h")

owner, wants = {}, []
for room in may:
    lib = build / f"lib{room}.a"
    out = subprocess.run(["nm", "-A", lib], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        if kind == "U":
            wants.append((room, name))
        elif kind in "TDBRV":
            owner[name] = room
for room, name in wants:
    o = owner.get(name)
    if name in WORLD and room in PURE:
        bad.append(f"{room}: calls {name}(); take it from struct call")
    if o and o != room and o not in may[room]:
        bad.append(f"{room}: {name}() belongs to {o}, which {room} may not call")
    if o and o != room and "__" in name:
        bad.append(f"{room}: {name}() is private to {o}")
print("\n".join(sorted(set(bad))) or f"{len(may)} rooms, no arrow upward")
sys.exit(bool(bad))
