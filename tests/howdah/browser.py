"""A person at a page: follows redirects, keeps cookies, reads forms and fills them in by what their fields are called. No scripts run."""
import html.parser
import urllib.parse

import requests

from . import wait
from .record import RECORDER


class Form:
    def __init__(self, attributes):
        self.action, self.method = attributes.get("action", ""), attributes.get("method", "get").upper()
        self.fields, self.types, self.buttons = {}, {}, []

    def field(self, *names):
        """The name of the field that is called, or is of the type, that one of names says."""
        for name in names:
            for field, type in self.types.items():
                if name == type or name in field.lower():
                    return field
        raise AssertionError(f"no field like {names} in {self.types}")


class _Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self.codes, self.form, self.select, self.inside = [], [], [], None, None, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.form = Form(a)
            self.forms.append(self.form)
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag == "code":
            self.codes.append("")
        elif self.form and tag in ("input", "textarea", "select", "button") and "name" in a:
            type = a.get("type", "text") if tag == "input" else tag
            if tag == "button" or type == "submit":
                self.form.buttons.append((a["name"], a.get("value", "")))
            elif type not in ("checkbox", "radio") or "checked" in a:
                self.form.fields[a["name"]] = a.get("value", "on" if type == "checkbox" else "")
            self.form.types[a["name"]] = type
        self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass
        if tag == "form":
            self.form = None

    def handle_data(self, data):
        if self.codes and "code" in self.inside:
            self.codes[-1] += data


class Browser:
    """Goes to addresses of one server; an address elsewhere (an app's redirect) ends the way there, in .away."""

    def __init__(self, base):
        self.base, self.away = base.rstrip("/"), None
        self.session = requests.Session()
        self.session.trust_env = False
        self.url, self.reply, self.page = None, None, None

    def _local(self, url):
        parts = urllib.parse.urlsplit(url)
        return urllib.parse.urlsplit(self.base)._replace(path=parts.path, query=parts.query).geturl()

    def go(self, url, method="GET", **how):
        """One address, and where it leads."""
        url = urllib.parse.urljoin(self.url or self.base + "/", url)
        home = {urllib.parse.urlsplit(u).port for u in (self.base, self.url or self.base)}
        for _ in range(10):
            at = urllib.parse.urlsplit(url)
            if at.scheme not in ("http", "https") or at.port not in home or at.hostname not in ("localhost", "127.0.0.1"):
                self.away = url
                return self
            self.url = url
            headers = {"Host": at.netloc, **({"Origin": f"{at.scheme}://{at.netloc}"} if method == "POST" else {}), "Accept": "text/html"}
            self.reply = self.session.request(method, self._local(url), headers=headers, timeout=wait.stretch(30), allow_redirects=False, **how)
            RECORDER.page(method, at.path, self.reply.status_code)
            if self.reply.status_code not in (301, 302, 303, 307, 308):
                break
            url, method, how = urllib.parse.urljoin(url, self.reply.headers["Location"]), "GET", {}
        else:
            raise AssertionError(f"redirects without end at {url}")
        assert self.reply.status_code < 500, f"{url} -> {self.reply.status_code} {self.reply.text[:500]}"
        self.page = _Page(self.reply.text)
        return self

    @property
    def text(self):
        return self.reply.text

    def form(self, *having):
        """The form that has fields like each of having."""
        for form in self.page.forms:
            try:
                for names in having:
                    form.field(*(names if isinstance(names, tuple) else (names,)))
                return form
            except AssertionError:
                continue
        raise AssertionError(f"no form with {having} at {self.url}\n{self.text[:2000]}")

    def submit(self, form, button=None, **values):
        """Sends a form, with its hidden fields; values by field name, button by its value or name."""
        data = {**form.fields, **values}
        for name, value in form.buttons:
            if button in (name, value):
                data[name] = value
        if form.method == "GET":
            return self.go(form.action + "?" + urllib.parse.urlencode(data))
        return self.go(form.action or self.url, "POST", data=data)

    def sign_in(self, email, password):
        """Fills in the sign-in page that it stands before."""
        form = self.form(("email", "username", "login"), "password")
        return self.submit(form, **{form.field("email", "username", "login"): email, form.field("password"): password})

    def authorize(self, url, account):
        """What a person does whose app opened url: signs in if asked, agrees. Where the app is sent, or the code that is shown."""
        self.go(url)
        if any("password" in form.types.values() for form in self.page.forms):
            self.sign_in(account.email, account.password)
        if self.away is None and not self.page.codes:
            consent = next(f for f in self.page.forms if f.method == "POST" and "delete" not in f.fields.get("_method", ""))
            agree = next((v or n for n, v in consent.buttons if not any(w in (n + v).lower() for w in ("deny", "refuse", "cancel"))), None)
            self.submit(consent, agree)
        if self.away:
            return self.away
        assert self.page.codes, f"neither an app's address nor a code at {self.url}\n{self.text[:2000]}"
        return self.page.codes[0].strip()
