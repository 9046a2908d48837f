#!/usr/bin/env python3
"""tools/check_style.py ROOT: what a compiler does not say. Banned functions, file and function length, a README in each
room, headers that begin with what they are for, no unfinished words."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
BANNED = r"\b(strcpy|strcat|strncpy|sprintf|vsprintf|strtok|atoll?|gmtime|localtime|ctime|system|popen|alloca|longjmp|gets|usleep)\s*\("
FILE_MAX, FUNCTION_MAX, LINE_MAX = 900, 80, 150
bad = []

for room in sorted(p for p in (root / "src").iterdir() if (p / "meson.build").exists()):
    readme = room / "README.md"
    if not readme.exists():
        bad.append(f"{room}: no README.md")
    elif len(readme.read_text().splitlines()) > 40:
        bad.append(f"{readme}: longer than 40 lines")

for f in sorted((root / "src").glob("*/*.[ch]")):
    text = f.read_text()
    lines = text.splitlines()
    if len(lines) > FILE_MAX:
        bad.append(f"{f}: {len(lines)} lines, longer than a sitting ({FILE_MAX})")
    if f.suffix == ".h" and not text.startswith("/* "):
        bad.append(f"{f}:1: a header begins with what it is for")
    start = None
    for n, line in enumerate(lines, 1):
        code = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        code = re.sub(r"//.*|/\*.*?\*/", "", code)
        if re.search(BANNED, code):
            bad.append(f"{f}:{n}: banned function: {line.strip()}")
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            bad.append(f"{f}:{n}: unfinished: {line.strip()}")
        if len(line.expandtabs(4)) > LINE_MAX:
            bad.append(f"{f}:{n}: longer than {LINE_MAX} columns")
        if line == "{":
            start = n
        elif line == "}" and start:
            if n - start > FUNCTION_MAX:
                bad.append(f"{f}:{start}: a function of {n - start} lines ({FUNCTION_MAX} at most)")
            start = None

print("\n".join(bad) or "style: nothing to say")
sys.exit(bool(bad))
