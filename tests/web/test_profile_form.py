"""The pages that change one's own profile and preferences: the same as the client API shows and keeps."""
import base64

import pytest

from howdah.browser import Browser

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@pytest.fixture
def person(shared):
    return shared.account()


def at(shared, person, path):
    return Browser(shared.url).go(path).sign_in(person.email, person.password)


def form_of(page, path):
    return next(f for f in page.page.forms if f.action == path)


def save(page, files=None, **values):
    """As a browser sends a form with files; a box that is not ticked is not sent."""
    form = form_of(page, "/settings/profile")
    data = {k: v for k, v in {**form.fields, **values}.items() if k not in ("avatar", "header") and v is not None}
    return page.go("/settings/profile", "POST", data=data, files=files or {"avatar": ("", b"")})


def test_a_profile_is_changed_on_its_page(shared, person):
    page = at(shared, person, "/settings/profile")
    save(page, display_name="Ada <b>", note="Machines & looms", locked="true", bot="true", discoverable="true", indexable="true",
         **{"fields_attributes[1][name]": "Home", "fields_attributes[1][value]": "https://example.com"}, attribution="example.com\nblog.example.org\n")
    assert "Your profile is saved" in page.text and "Ada &lt;b&gt;" in page.text
    me = person.me()
    assert me["display_name"] == "Ada <b>" and me["source"]["note"] == "Machines & looms"
    assert (me["locked"], me["bot"], me["discoverable"], me["indexable"]) == (True, True, True, True)
    assert [(f["name"], f["value"]) for f in me["source"]["fields"]] == [("Home", "https://example.com")]
    assert person.get("/api/v1/profile")["attribution_domains"] == ["example.com", "blog.example.org"]
    save(page, bot=None, locked=None, attribution="", **{"fields_attributes[1][name]": "", "fields_attributes[1][value]": ""})
    me = person.me()
    assert (me["locked"], me["bot"], me["discoverable"]) == (False, False, True) and me["source"]["fields"] == []
    assert me["display_name"] == "Ada <b>" and person.get("/api/v1/profile")["attribution_domains"] == []


def test_what_does_not_fit_is_said_beside_its_field(shared, person):
    page = at(shared, person, "/settings/profile")
    save(page, display_name="x" * 500)
    assert page.reply.status_code == 422 and "Display name is too long" in page.text and person.me()["display_name"] == ""
    save(page, **{"fields_attributes[1][name]": "", "fields_attributes[1][value]": "nameless"})
    assert page.reply.status_code == 422 and "need a name" in page.text
    save(page, display_name="x" * 500, note="Typed & kept", locked="true", attribution="example.com", **{
        "fields_attributes[1][name]": "Home", "fields_attributes[1][value]": "<kept>"})
    typed = form_of(page, "/settings/profile").fields
    assert page.reply.status_code == 422 and ">Typed &amp; kept</textarea>" in page.text
    assert (typed["display_name"], typed["fields_attributes[1][name]"], typed["fields_attributes[1][value]"]) == ("x" * 500, "Home", "<kept>")
    assert 'name="locked" type="checkbox" value="true" checked' in page.text and ">example.com</textarea>" in page.text
    assert not person.me()["locked"] and person.me()["source"]["note"] == ""
    save(page, display_name="Fine", files={"avatar": ("x.png", b"no picture at all", "image/png")})
    assert page.reply.status_code == 422 and person.me()["display_name"] == ""


def test_pictures_come_and_go(shared, person):
    page, before = at(shared, person, "/settings/profile"), person.me()
    save(page, files={"avatar": ("a.png", PNG, "image/png"), "header": ("h.png", PNG, "image/png")}, avatar_description="A dot")
    me = person.me()
    assert me["avatar"] != before["avatar"] and me["header"] != before["header"]
    assert person.get("/api/v1/profile")["avatar_description"] == "A dot"
    save(page, no_avatar="true", avatar_description="")
    assert person.me()["avatar"] == before["avatar"] and person.me()["header"] == me["header"]


def test_preferences_are_kept_and_told_to_apps(shared, person):
    page = at(shared, person, "/settings/preferences")
    form = form_of(page, "/settings/preferences")
    page.submit(form, privacy="private", quotes="followers", language="de", media="hide_all", sensitive="true", spoilers="true")
    assert "Your preferences are saved" in page.text
    got = person.get("/api/v1/preferences")
    assert got["posting:default:visibility"] == "private" and got["posting:default:language"] == "de" and got["posting:default:sensitive"]
    assert (got["reading:expand:media"], got["reading:expand:spoilers"], got["reading:autoplay:gifs"]) == ("hide_all", True, False)
    assert got["posting:default:quote_policy"] == "followers" and '<option value="followers" selected>' in page.text
    assert '<option value="private" selected>' in page.text and '<option value="hide_all" selected>' in page.text
    page.submit(form_of(page, "/settings/preferences"), language="", media="default")
    assert person.get("/api/v1/preferences")["posting:default:language"] is None
    page.submit(form, privacy="nobody", media="default")
    assert page.reply.status_code == 422 and person.get("/api/v1/preferences")["posting:default:visibility"] == "private"
    page.submit(form, privacy="public", media="whatever")
    assert page.reply.status_code == 422


def test_forms_from_elsewhere_change_nothing(shared, person):
    page = at(shared, person, "/settings/profile")
    assert page.go("/settings/profile", "POST", data={"csrf": "forged", "display_name": "Evil"}).reply.status_code == 403
    assert page.go("/settings/preferences", "POST", data={"csrf": "forged", "privacy": "direct", "media": "default"}).reply.status_code == 403
    assert person.me()["display_name"] == "" and person.get("/api/v1/preferences")["posting:default:visibility"] == "public"
