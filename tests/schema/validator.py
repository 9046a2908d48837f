"""Compiles the part of JSON Schema that Mastodon's OpenAPI description uses into closures: a page of 40 statuses takes a few
milliseconds. A validator yields (JSON pointer, message) for all that is wrong. A keyword that it does not know is an error at
once, so that nothing passes unseen; tests/harness holds it against the jsonschema package."""
import re
import threading

IGNORED = {"description", "externalDocs", "example", "examples", "deprecated", "default", "title", "format", "contentMediaType"}
TYPES = {
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool) or isinstance(v, float) and v.is_integer(),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}
FORMATS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+"),
    "email": re.compile(r"[^\s@]+@[^\s@]+"),
}


def escape(key):
    return str(key).replace("~", "~0").replace("/", "~1")


def short(value):
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "..."


class Compiler:
    """extra: for a component's name, keys that are required besides its own. formats: whether "format" is held to as well."""

    def __init__(self, document, extra=None, formats=True):
        self.document, self.extra, self.formats, self.by_ref = document, extra or {}, formats, {}
        self.lock = threading.RLock()       # whoever compiles while another does would find what is not compiled yet

    def ref(self, pointer):
        """The validator of a $ref. Recursive: the one that is being compiled stands in the table already."""
        if pointer not in self.by_ref:
            self.by_ref[pointer] = lambda value, at: self.by_ref[pointer](value, at)
            schema = self.document
            for part in pointer.removeprefix("#/").split("/"):
                schema = schema[part.replace("~1", "/").replace("~0", "~")]
            more = self.extra.get(pointer.rsplit("/", 1)[1], [])
            if more:
                schema = {**schema, "required": sorted({*schema.get("required", []), *more})}
            self.by_ref[pointer] = self.compile(schema)
        return self.by_ref[pointer]

    def compile(self, schema):
        with self.lock:
            return self.compiled(schema)

    def compiled(self, schema):
        checks = []
        for keyword, value in schema.items():
            if keyword in IGNORED:
                if keyword == "format" and self.formats and value in FORMATS:
                    checks.append(self.format(value))
                continue
            make = getattr(self, "k_" + keyword.lstrip("$"), None)
            if make is None:
                raise ValueError(f"schema keyword {keyword!r} is not known here")
            checks.append(make(value, schema))
        checks = [c for c in checks if c]
        if len(checks) == 1:
            return checks[0]

        def every(value, at):
            found = []
            for check in checks:
                found += check(value, at)
            return found
        return every

    def format(self, name):
        matches = FORMATS[name].fullmatch

        def check(value, at):
            return [(at, f"{short(value)} is no {name}")] if isinstance(value, str) and value and not matches(value) else []
        return check

    def k_ref(self, pointer, _):
        known = self.ref(pointer)
        return lambda value, at: (self.by_ref.get(pointer) or known)(value, at)

    def k_type(self, names, _):
        names = names if isinstance(names, list) else [names]
        tests = [TYPES[n] for n in names]

        def check(value, at):
            for test in tests:
                if test(value):
                    return []
            return [(at, f"{short(value)} is not {' or '.join(names)}")]
        return check

    def k_enum(self, allowed, _):
        return lambda value, at: [] if value in allowed else [(at, f"{short(value)} is none of {allowed}")]

    def k_required(self, keys, _):
        def check(value, at):
            return [(at, f"lacks {key!r}") for key in keys if key not in value] if isinstance(value, dict) else []
        return check

    def k_properties(self, properties, _):
        compiled = [(key, escape(key), self.compile(schema)) for key, schema in properties.items()]

        def check(value, at):
            found = []
            if isinstance(value, dict):
                for key, name, test in compiled:
                    if key in value:
                        found += test(value[key], f"{at}/{name}")
            return found
        return check

    def k_additionalProperties(self, allowed, schema):
        named = set(schema.get("properties", {}))
        test = self.compile(allowed) if isinstance(allowed, dict) else None
        if allowed is True:
            return None

        def check(value, at):
            found = []
            for key in value if isinstance(value, dict) else ():
                if key not in named:
                    found += test(value[key], f"{at}/{escape(key)}") if test else [(at, f"{key!r} does not belong here")]
            return found
        return check

    def k_propertyNames(self, schema, _):
        test = self.compile(schema)

        def check(value, at):
            found = []
            for key in value if isinstance(value, dict) else ():
                found += test(key, f"{at}/{escape(key)}")
            return found
        return check

    def k_maxProperties(self, most, _):
        return lambda value, at: [(at, f"more than {most} keys")] if isinstance(value, dict) and len(value) > most else []

    def k_items(self, schema, _):
        test = self.compile(schema)

        def check(value, at):
            found = []
            for n, item in enumerate(value) if isinstance(value, list) else ():
                found += test(item, f"{at}/{n}")
            return found
        return check

    def k_allOf(self, schemas, _):
        tests = [self.compile(s) for s in schemas]
        return lambda value, at: [found for test in tests for found in test(value, at)]

    def k_anyOf(self, schemas, _):
        return self.some([self.compile(s) for s in schemas], exactly_one=False)

    def k_oneOf(self, schemas, _):
        return self.some([self.compile(s) for s in schemas], exactly_one=True)

    @staticmethod
    def some(tests, *, exactly_one):
        def check(value, at):
            nearest, fits = None, 0
            for test in tests:
                found = test(value, at)
                if not found:
                    fits += 1
                    if not exactly_one:
                        return []
                elif nearest is None or len(found[0][0]) > len(nearest[0][0]):
                    nearest = found      # the one that got furthest says most
            if fits == 1:
                return []
            return [(at, f"fits {fits} of the alternatives, not one")] if fits else nearest
        return check
