"""Posts are translated by the server that is set, and only those that everybody may see."""
import json
import pathlib
import urllib.parse

from howdah.remote import reply, status

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "media"
AT = "/api/v1/statuses/{}/translate"


def libre(remote):
    def answer(h, go_on):
        asked = json.loads(remote.received[-1].body)
        texts = [f"<script>x</script><p onclick=x>{text.upper() if '<' not in text else 'HALLO'}</p><img src=x onerror=alert(1)>" for text in asked["q"]]
        reply(h, 200, json.dumps({"translatedText": texts, "detectedLanguage": [{"language": "en", "confidence": 90}] * len(texts)}).encode(),
              "application/json")
    remote.behave("/languages", lambda h, go_on: reply(h, 200, json.dumps([{"code": code, "name": code} for code in ("en", "de", "pt")]).encode(),
                                                       "application/json"))
    remote.behave("/translate", answer)
    return {"translation_url": remote.url, "translation_key": "sesame"}


def asked(remote, path="/translate"):
    return [json.loads(r.body) for r in remote.received if r.path == path and r.method == "POST"]


def test_without_a_server_nothing_is_translated(alice, anonymous):
    post = alice.status("hello", language="en")
    alice.fails(404, "POST", AT.format(post["id"]), "Not Found", json={"lang": "de"})
    assert anonymous.get("/api/v1/instance/translation_languages") == {}
    assert anonymous.get("/api/v2/instance")["configuration"]["translation"] == {"enabled": False}


def test_a_post_is_translated_once_and_what_comes_back_is_made_safe(new_server, remote):
    server = new_server(**libre(remote))
    alice, bob = server.account("alice"), server.account("bob")
    assert server.anonymous().get("/api/v2/instance")["configuration"]["translation"] == {"enabled": True}
    assert server.anonymous().get("/api/v1/instance/translation_languages")["en"] == ["de", "pt"]
    post = alice.status("hello", language="en", spoiler_text="a <b> warning", poll={"options": ["yes & no", "<i>maybe</i>"], "expires_in": 3600})
    got = bob.post(AT.format(post["id"]), {"lang": "de-AT"})
    assert got["content"] == "<p>HALLO</p>" and got["language"] == "de" and got["detected_source_language"] == "en"
    assert got["provider"] == "LibreTranslate" and got["media_attachments"] == []
    assert got["spoiler_text"] == "A <B> WARNING", "plain again"
    assert got["poll"]["id"] == post["poll"]["id"] and [o["title"] for o in got["poll"]["options"]] == ["YES & NO", "<I>MAYBE</I>"]
    assert asked(remote) == [{"q": asked(remote)[0]["q"], "source": "en", "target": "de", "format": "html", "api_key": "sesame"}]
    assert asked(remote)[0]["q"][0] == post["content"] and asked(remote)[0]["q"][1] == "a &lt;b&gt; warning"
    assert alice.post(AT.format(post["id"]), {"lang": "de"}) == got and len(asked(remote)) == 1
    alice.put(f"/api/v1/statuses/{post['id']}", {"status": "hello again"})
    alice.post(AT.format(post["id"]), {"lang": "de"})
    assert len(asked(remote)) == 2, "an edited post is another text"


def test_emojis_are_left_alone_and_only_what_says_something_is_sent(new_server, remote):
    server = new_server(**libre(remote))
    alice = server.account("alice")
    server.cli("emoji", "add", "blob_cat", str(FIXTURES / "pixel.png"))
    picture = alice.ok("POST", "/api/v2/media", files={"file": ("a.png", (FIXTURES / "pixel.png").read_bytes())}, data={"description": "A cat"})
    post = alice.status("a :blob_cat: at 10:30", language="en", media_ids=[picture["id"]])
    remote.behave("/translate", lambda h, go_on: reply(h, 200, json.dumps({"translatedText": json.loads(remote.received[-1].body)["q"]}).encode(),
                                                       "application/json"))
    got = alice.post(AT.format(post["id"]), {"lang": "de"})
    assert asked(remote)[0]["q"] == ['<p>a <span translate="no">:blob_cat:</span> at 10:30</p>', "A cat"]
    assert got["content"] == "<p>a :blob_cat: at 10:30</p>" and got["spoiler_text"] == "" and got["poll"] is None
    assert got["media_attachments"] == [{"id": post["media_attachments"][0]["id"], "description": "A cat"}]


def test_the_server_says_which_language_can_be_made_which(new_server, remote):
    languages = [{"code": "en", "targets": ["en", "de", "zh-Hans"]}, {"code": "de", "targets": ["en"]}, {"code": "zh-Hans", "targets": ["en"]}]
    server = new_server(**libre(remote))
    remote.behave("/languages", lambda h, go_on: reply(h, 200, json.dumps(languages).encode(), "application/json"))
    alice = server.account("alice")
    assert server.anonymous().get("/api/v1/instance/translation_languages") == {
        "en": ["de", "zh-Hans"], "de": ["en"], "zh-Hans": ["en"], "und": ["en", "de", "zh-Hans"]}
    german, chinese = alice.status("hallo", language="de"), alice.status("你好", language="zh-CN")
    alice.fails(403, "POST", AT.format(german["id"]), "This action is not allowed", json={"lang": "zh-CN"})
    assert alice.post(AT.format(german["id"]))["language"] == "en", "the language of whoever asks, where none is named"
    assert alice.post(AT.format(chinese["id"]), {"lang": "en"})["detected_source_language"] == "zh-Hans"
    assert [(a["source"], a["target"]) for a in asked(remote)] == [("de", "en"), ("zh-Hans", "en")]


def test_who_may_not_see_it_or_asks_for_what_cannot_be_is_told(new_server, remote):
    server = new_server(**libre(remote))
    alice, bob = server.account("alice"), server.account("bob")
    private, direct = (alice.status("secret", language="en", visibility=v) for v in ("private", "direct"))
    post = alice.status("hello", language="en")
    alice.fails(403, "POST", AT.format(private["id"]), "This action is not allowed", json={"lang": "de"})
    bob.fails(404, "POST", AT.format(direct["id"]), "Not Found", json={"lang": "de"})
    bob.fails(404, "POST", AT.format("1"), "Not Found", json={"lang": "de"})
    for lang in ("en", "xx"):
        bob.fails(403, "POST", AT.format(post["id"]), "This action is not allowed", json={"lang": lang})
    server.anonymous().fails(401, "POST", AT.format(post["id"]), json={"lang": "de"})
    assert asked(remote) == []
    for code, text in ((429, "There have been too many requests to the translation service recently."),
                       (403, "The server-wide usage quota for the translation service has been exceeded."), (500, None)):
        remote.behave("/translate", status(code))
        bob.fails(503, "POST", AT.format(post["id"]), text, json={"lang": "de"})
    remote.behave("/translate", lambda h, go_on: reply(h, 200, b"{}", "application/json"))
    bob.fails(503, "POST", AT.format(post["id"]), json={"lang": "de"})


def test_deepl_is_spoken_too(new_server, remote):
    server = new_server(translation_url=remote.url, translation_api="deepl", translation_key="key:fx")
    alice = server.account("alice")
    remote.behave("/v2/languages", lambda h, go_on: reply(h, 200, json.dumps(
        [{"language": code} for code in (("EN", "DE") if "source" in h.path else ("EN-GB", "DE"))]).encode(), "application/json"))
    remote.behave("/v2/translate", lambda h, go_on: reply(h, 200, json.dumps(
        {"translations": [{"detected_source_language": "DE", "text": "<p>hello</p>"}]}).encode(), "application/json"))
    post = alice.status("hallo", language="de")
    got = alice.post(AT.format(post["id"]), {"lang": "en"})
    assert got["content"] == "<p>hello</p>" and got["provider"] == "DeepL.com" and got["detected_source_language"] == "de"
    sent = next(r for r in remote.received if r.path == "/v2/translate")
    form = urllib.parse.parse_qs(sent.body.decode(), keep_blank_values=True)
    assert form["target_lang"] == ["EN-US"] and form["source_lang"] == ["DE"] and form["text"] == [post["content"]]
    assert sent.headers["authorization"] == "DeepL-Auth-Key key:fx"
    alice.post(AT.format(alice.status("hello", language="en")["id"]), {"lang": "de"})
    form = urllib.parse.parse_qs([r for r in remote.received if r.path == "/v2/translate"][-1].body.decode())
    assert (form["source_lang"], form["target_lang"]) == (["EN"], ["DE"])
    remote.behave("/v2/translate", status(403))
    alice.fails(503, "POST", AT.format(alice.status("hello again", language="en")["id"]), "Remote data could not be fetched", json={"lang": "de"})
