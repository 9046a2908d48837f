#!/usr/bin/env python3
"""tools/embed_files.py OUT.c FILE...: files as bytes in the program, with a name that changes with their content (an ETag)."""
import hashlib
import pathlib
import sys

files = [pathlib.Path(f) for f in sys.argv[2:]]
out = ["/* Made by tools/embed_files.py. */", '#include "web/assets.h"', ""]
rows = []
for i, f in enumerate(files):
    data = f.read_bytes()
    out.append(f"static const unsigned char file{i}[] = {{")
    out += ["\t" + "".join(f"{b}," for b in data[at:at + 40]) for at in range(0, len(data), 40)]
    out += ["};", ""]
    rows.append(f'\t{{ "{f.name}", file{i}, sizeof file{i}, "\\"{hashlib.sha256(data).hexdigest()[:20]}\\"" }},')
out += ["const struct asset web_assets[] = {", *rows, "\t{ 0 },", "};", ""]
pathlib.Path(sys.argv[1]).write_text("\n".join(out))
