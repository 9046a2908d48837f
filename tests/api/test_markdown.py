"""Posts written in Markdown: content_type, an extension as glitch-soc has it."""
import pytest

MARKDOWN = "text/markdown"


def path(status, what=""):
    return f"/api/v1/statuses/{status['id']}{what}"


def test_markdown_is_rendered(alice, bob, shared):
    text = f"# Hello\n\n**bold** and `code`, @{bob.name} and #Cats\nsee https://example.org/a_b_c\n\n> quoted\n\n1. one\n2. two"
    post = alice.status(text, content_type=MARKDOWN)
    content = post["content"]
    assert "<p><strong>Hello</strong></p>" in content and "<strong>bold</strong> and <code>code</code>, <span" in content
    assert f'<a href="http://{shared.domain}/@{bob.name}"' in content and 'class="u-url mention"' in content
    assert f'<a href="http://{shared.domain}/tags/cats"' in content and 'href="https://example.org/a_b_c"' in content
    assert "<blockquote>" in content and "<ol>" in content and "<br>" in content
    assert [m["acct"] for m in post["mentions"]] == [bob.name] and [t["name"].lower() for t in post["tags"]] == ["cats"]
    assert alice.get(path(post, "/source"))["text"] == text and alice.get(path(post, "/source"))["content_type"] == MARKDOWN


def test_what_is_code_names_nobody(shared, alice, bob):
    post = alice.status(f"`@{bob.name} #tag`", content_type=MARKDOWN)
    assert post["mentions"] == [] and post["tags"] == [] and "<a " not in post["content"]
    shared.settled()
    assert bob.get("/api/v1/notifications", {"types[]": "mention"}) == []


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "<a href='javascript:alert(1)'>x</a>", "[x]: javascript:alert(1)\n\n[x]",
    "<https://example.org/\"onclick=alert(1)>",
])
def test_nothing_runs(alice, text):
    content = alice.status(text, content_type=MARKDOWN)["content"]
    for bad in ("<script", "<img", 'href="javascript', 'href="data:', " onclick", " onerror=alert(1)>"):
        assert bad not in content.replace("&lt;img src=x onerror=alert(1)&gt;", "")


def test_an_edit_keeps_how_it_is_written(alice):
    post = alice.status("*one*", content_type=MARKDOWN)
    edited = alice.put(path(post), {"status": "*two*"})
    assert edited["content"] == "<p><em>two</em></p>" and alice.get(path(post, "/source"))["content_type"] == MARKDOWN
    plain = alice.put(path(post), {"status": "*two*", "content_type": "text/plain"})
    assert plain["content"] == "<p>*two*</p>" and plain["edited_at"] > edited["edited_at"]
    gone = alice.delete(path(post))
    assert gone["text"] == "*two*" and gone["content_type"] == "text/plain"


def test_types_and_limits(alice, anonymous):
    offered = anonymous.get("/api/v2/instance")["configuration"]["statuses"]["supported_mime_types"]
    assert offered == ["text/plain", MARKDOWN]
    assert alice.status("*x*")["content"] == alice.status("*x*", content_type="text/plain")["content"] == "<p>*x*</p>"
    alice.fails(422, "POST", "/api/v1/statuses", "Validation failed: Content type is not included in the list",
                json={"status": "x", "content_type": "text/html"})
    # What is typed counts, as in plain posts.
    alice.status("*" + "x" * 498 + "*", content_type=MARKDOWN)
    alice.fails(422, "POST", "/api/v1/statuses", json={"status": "*" + "x" * 499 + "*", "content_type": MARKDOWN})
    kept = alice.status("*later*", content_type=MARKDOWN, scheduled_at="2099-01-01T00:00:00Z")
    assert kept["params"]["text"] == "*later*"


def test_a_quote_in_markdown(alice, bob):
    post = alice.status("The original")
    content = bob.status("*look*", content_type=MARKDOWN, quoted_status_id=post["id"])["content"]
    assert content.startswith('<p class="quote-inline">RE: <a href="') and content.endswith("<p><em>look</em></p>")
