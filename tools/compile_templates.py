#!/usr/bin/env python3
"""tools/compile_templates.py OUT.c OUT.h FILE.html...: HTML files with holes become C functions that write them.

A file begins with what it takes, one a line, between "{{!" and "}}":

    text name        struct str, escaped wherever it stands
    url name         struct str; in href, src, action or content; written only if it leads to http, https, mailto or a path of ours, else "#"
    html name        struct safe_html, written as it is; only between tags, and only as {{{name}}}
    number name      int64_t
    flag name        bool
    list name file   an array of what file.html takes; {{each name}} writes each

and goes on with HTML and {{name}}, {{{name}}}, {{each name}}, {{if name}} or {{if not name}} ... {{else}} ... {{end}}. An if asks whether a text is there,
a number is not 0, a list has members. A value stands between tags or within a quoted attribute: anywhere else does not compile, nor do
scripts, style elements, style attributes and event handlers, which the pages' policy forbids anyway. Each file gives struct tpl_<file> and
void tpl_<file>(struct buf *b, const struct tpl_<file> *v)."""
import pathlib
import re
import sys

KINDS = {"text": "struct str", "url": "struct str", "html": "struct safe_html", "number": "int64_t", "flag": "bool"}
URL_ATTRIBUTES = {"href", "src", "action", "content", "poster"}


class Bad(Exception):
    pass


class Place:
    """Where in HTML one stands: between tags, in a tag, in a quoted attribute. Fed literal text."""

    def __init__(self):
        self.at, self.attribute, self.fresh, self.tail = "text", "", False, ""

    def state(self):
        return (self.at, self.attribute)

    def feed(self, text):
        for c in text:
            if self.at == "text":
                if c == "<":
                    self.at, self.tail = "tag", ""
            elif self.at == "tag":
                if c == ">":
                    if re.match(r"(?i)(script|style|iframe|object|embed)\b", self.tail):
                        raise Bad(f"<{self.tail}> is not for templates")
                    self.at = "text"
                elif c == '"':
                    name = re.search(r'([A-Za-z:-]+)=$', self.tail)
                    if not name:
                        raise Bad('a " that opens no attribute')
                    self.at, self.attribute, self.fresh = "value", name[1].lower(), True
                    if self.attribute == "style" or self.attribute.startswith("on"):
                        raise Bad(f"attribute {self.attribute} is not for templates")
                elif c == "'":
                    raise Bad("attributes are quoted with \"")
                self.tail += c
            elif c == '"':
                self.at, self.attribute = "tag", ""
                self.tail += c
            else:
                self.fresh = False


def literal(text):
    out = []
    for c in text.encode():
        if c in b'"\\':
            out.append("\\" + chr(c))
        elif c == 10:
            out.append("\\n")
        elif 32 <= c < 127 and c != ord("?"):
            out.append(chr(c))
        else:
            out.append(f"\\{c:03o}")
    return '"' + "".join(out) + '"'


class Template:
    def __init__(self, path):
        self.name, text = path.stem, path.read_text()
        head = re.match(r"\{\{!(.*?)\}\}\n?", text, re.S)
        if not head:
            raise Bad("begins with no {{! ... }}")
        self.fields, self.lists, self.used, self.lines = {}, {}, set(), []
        for line in filter(None, map(str.strip, head[1].splitlines())):
            kind, name, *rest = line.split()
            if kind not in KINDS and kind != "list" or name in self.fields or len(rest) != (kind == "list"):
                raise Bad(f"cannot be taken: {line}")
            self.fields[name] = kind
            if rest:
                self.lists[name] = rest[0]
        # Indentation is for the reader of the template, not for the browser.
        self.compile(re.sub(r"\n\s*", "\n", text[head.end():]).strip() + "\n")

    def emit(self, line):
        self.lines.append("\t" * (len(self.blocks) + 1) + line)

    def field(self, name, *kinds):
        if name not in self.fields:
            raise Bad(f"takes no '{name}'")
        if kinds and self.fields[name] not in kinds:
            raise Bad(f"'{name}' is {self.fields[name]}, not {' or '.join(kinds)}")
        self.used.add(name)
        return self.fields[name]

    def compile(self, text):
        place, self.blocks, at = Place(), [], 0
        for m in re.finditer(r"\{\{\{\s*(\w+)\s*\}\}\}|\{\{\s*([^{}]+?)\s*\}\}", text):
            self.write(place, text[at:m.start()])
            at = m.end()
            if m[1]:
                self.html(place, m[1])
            else:
                self.tag(place, m[2].split())
        self.write(place, text[at:])
        if self.blocks:
            raise Bad("an if without its end")
        if place.at != "text":
            raise Bad("ends within a tag")
        unused = set(self.fields) - self.used
        if unused:
            raise Bad(f"never uses {', '.join(sorted(unused))}")

    def write(self, place, text):
        if not text:
            return
        if "{{" in text or "}}" in text:
            raise Bad(f"braces that mean nothing: {text!r}")
        place.feed(text)
        self.emit(f"buf_add(b, STR({literal(text)}));")

    def html(self, place, name):
        self.field(name, "html")
        if place.at != "text":
            raise Bad(f"html '{name}' may stand between tags only")
        self.emit(f"buf_add(b, v->{name}.s);")

    def tag(self, place, words):
        if words[0] == "if":
            negated = words[1] == "not"
            name = words[-1]
            kind = self.field(name)
            if len(words) != 2 + negated:
                raise Bad(" ".join(words))
            test = {"text": f"v->{name}.n", "url": f"v->{name}.n", "html": f"v->{name}.s.n", "list": f"v->{name}_n"}.get(kind, f"v->{name}")
            self.emit(f"if ({'!' if negated else ''}{test}) {{")
            self.blocks.append([place.state(), None])
        elif words == ["else"] and self.blocks and self.blocks[-1][1] is None:
            self.blocks[-1][1] = place.state()
            place.at, place.attribute = self.blocks[-1][0]
            block = self.blocks.pop()
            self.emit("} else {")
            self.blocks.append(block)
        elif words == ["end"] and self.blocks:
            begin, middle = self.blocks.pop()
            if place.state() != (middle or begin):
                raise Bad("an if whose branches end in different places")
            self.emit("}")
        elif words[0] == "each" and len(words) == 2:
            self.field(words[1], "list")
            if place.at != "text":
                raise Bad("a list may stand between tags only")
            self.emit(f"for (size_t i = 0; i < v->{words[1]}_n; i++)")
            self.emit(f"\ttpl_{self.lists[words[1]]}(b, &v->{words[1]}[i]);")
        elif len(words) == 1 and re.fullmatch(r"\w+", words[0]):
            self.value(place, words[0])
        else:
            raise Bad(f"{{{{{' '.join(words)}}}}} means nothing")

    def value(self, place, name):
        kind = self.field(name, "text", "url", "number")
        if place.at == "tag":
            raise Bad(f"'{name}' stands in a tag outside of quotes")
        whole_url = place.at == "value" and place.attribute in URL_ATTRIBUTES - {"content"} and place.fresh
        if whole_url and kind != "url":
            raise Bad(f"'{name}' begins {place.attribute}, so it must be a url")
        if kind == "url" and not (place.at == "value" and place.attribute in URL_ATTRIBUTES and place.fresh):
            raise Bad(f"url '{name}' may only begin href, src, action, poster or content")
        place.fresh = False
        self.emit(f"buf_i64(b, v->{name});" if kind == "number" else
                  f"safe_url_into(b, v->{name});" if kind == "url" else f"html_escape_into(b, v->{name});")


def ordered(templates):
    done = []

    def visit(t, above):
        if t in above:
            raise SystemExit(f"{t.name}.html holds itself")
        for other in t.lists.values():
            if other not in templates:
                raise SystemExit(f"{t.name}.html: there is no {other}.html")
            visit(templates[other], above + [t])
        if t not in done:
            done.append(t)

    for t in templates.values():
        visit(t, [])
    return done


def main():
    templates = {}
    for f in map(pathlib.Path, sys.argv[3:]):
        try:
            templates[f.stem] = Template(f)
        except Bad as e:
            raise SystemExit(f"{f}: {e}")
    head = ["/* Made by tools/compile_templates.py from web/templates/. */", "#pragma once", '#include "web/safe.h"', ""]
    body = ["/* Made by tools/compile_templates.py from web/templates/. */", '#include "web/templates.h"', ""]
    for t in ordered(templates):
        head.append(f"struct tpl_{t.name} {{")
        for name, kind in t.fields.items():
            head += [f"\tconst struct tpl_{t.lists[name]} *{name};", f"\tsize_t {name}_n;"] if kind == "list" else [f"\t{KINDS[kind]} {name};"]
        if not t.fields:
            head.append("\tchar nothing;")
        head += ["};", f"void tpl_{t.name}(struct buf *b, const struct tpl_{t.name} *v);", ""]
        body += [f"void tpl_{t.name}(struct buf *b, const struct tpl_{t.name} *v)", "{", "\t(void)v;", *t.lines, "}", ""]
    pathlib.Path(sys.argv[1]).write_text("\n".join(body))
    pathlib.Path(sys.argv[2]).write_text("\n".join(head))


if __name__ == "__main__":
    main()
