#!/usr/bin/env python3
"""tools/embed_sql.py OUT FILE...: the numbered migrations as a C table, so that the binary carries its schema."""
import pathlib
import sys

out, files = pathlib.Path(sys.argv[1]), [pathlib.Path(f) for f in sys.argv[2:]]
lines = ['#include "store/migrations.h"', "", "const struct migration store_migrations[] = {"]
for f in sorted(files):
    number, name = f.stem.split("_", 1)
    lines.append(f'\t{{ {int(number)}, "{name}",')
    for text in f.read_text().splitlines():
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'\t  "{text}\\n"')
    lines.append("\t},")
lines += ["\t{ 0, NULL, NULL },", "};", ""]
out.write_text("\n".join(lines))
