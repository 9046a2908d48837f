#!/usr/bin/env python3
"""tools/test_compile_templates.py: what the compiler of templates refuses, and what it lets through."""
import pathlib
import subprocess
import sys
import tempfile

COMPILER = pathlib.Path(__file__).with_name("compile_templates.py")

REFUSED = {
    "a value in a tag": "{{!\ntext a\n}}\n<p {{a}}>x</p>",
    "a value without quotes": "{{!\ntext a\n}}\n<p class={{a}}>x</p>",
    "a text as an address": '{{!\ntext a\n}}\n<a href="{{a}}">x</a>',
    "a text as a picture": '{{!\ntext a\n}}\n<img src="{{a}}" alt="">',
    "an address within an address": '{{!\nurl a\n}}\n<a href="/x{{a}}">x</a>',
    "an address as text": "{{!\nurl a\n}}\n<p>{{a}}</p>",
    "raw text": "{{!\ntext a\n}}\n<p>{{{a}}}</p>",
    "html in an attribute": '{{!\nhtml a\n}}\n<p title="{{{a}}}">x</p>',
    "html escaped": "{{!\nhtml a\n}}\n<p>{{a}}</p>",
    "a script": "{{!\n}}\n<script>1</script>",
    "a style": "{{!\n}}\n<style>p{}</style>",
    "an event": '{{!\n}}\n<p onclick="x">x</p>',
    "a style attribute": '{{!\ntext a\n}}\n<p style="{{a}}">x</p>',
    "single quotes": "{{!\ntext a\n}}\n<p title='{{a}}'>x</p>",
    "what is not taken": "{{!\n}}\n<p>{{a}}</p>",
    "what is not used": "{{!\ntext a\n}}\n<p>x</p>",
    "an if without end": "{{!\nflag a\n}}\n<p>{{if a}}x</p>",
    "branches that part": '{{!\nflag a\n}}\n{{if a}}<p title="{{end}}',
    "no head": "<p>x</p>",
    "braces": "{{!\n}}\n<p>{{}}</p>",
}
TAKEN = {
    "values where they belong": '{{!\ntext a\nurl b\nhtml c\nnumber d\nflag e\n}}\n<a href="{{b}}" title="{{a}}"{{if e}} lang="en"{{end}}>{{a}} {{d}}</a>{{{c}}}',
    "branches": "{{!\ntext a\n}}\n{{if not a}}<p>none</p>{{else}}<p>{{a}}</p>{{end}}",
}


def compiles(text):
    with tempfile.TemporaryDirectory() as d:
        path = pathlib.Path(d) / "sample.html"
        path.write_text(text)
        done = subprocess.run([sys.executable, COMPILER, f"{d}/out.c", f"{d}/out.h", path], capture_output=True, text=True)
        return done.returncode == 0


bad = [f"was compiled: {name}" for name, text in REFUSED.items() if compiles(text)]
bad += [f"was refused: {name}" for name, text in TAKEN.items() if not compiles(text)]
print("\n".join(bad) or f"{len(REFUSED)} refused, {len(TAKEN)} taken")
sys.exit(bool(bad))
