#include "fed/test_world_priv.h"

#include "fed/actor_read.h"
#include "fed/document.h"

static void an_actor_is_one_document_at_all_its_addresses(void **state)
{
	struct fixture *f = *state;
	const struct json *doc;

	NEED(f);
	assert_int_equal(get(f, path_of(f->alice->uri), &doc), 200);
	assert_true(str_eq(json_get_s(doc, "id"), f->alice->uri));
	same(json_get_s(doc, "type"), "Person");
	same(json_get_s(doc, "preferredUsername"), "Alice");
	same(json_get_s(doc, "url"), "https://howdah.example/@Alice");
	same(json_get_s(json_get(doc, "endpoints"), "sharedInbox"), "https://howdah.example/inbox");
	assert_true(str_eq(json_get_s(json_get(doc, "publicKey"), "owner"), f->alice->uri));
	assert_true(str_has_prefix(json_get_s(json_get(doc, "publicKey"), "publicKeyPem"), STR("-----BEGIN PUBLIC KEY-----")));
	assert_int_equal(get(f, STR("/users/alice"), &doc), 200);
	assert_true(str_eq(json_get_s(doc, "id"), f->alice->uri));
	assert_int_equal(get(f, STR("/@ALICE"), &doc), 200);
	assert_true(str_eq(json_get_s(doc, "id"), f->alice->uri));
	assert_int_equal(get(f, STR("/ap/users/12"), &doc), 404);
	assert_int_equal(get(f, STR("/users/nobody"), &doc), 404);
	assert_int_equal(get(f, STR("/actor"), &doc), 200);
	same(json_get_s(doc, "type"), "Application");
	same(json_get_s(doc, "id"), "https://howdah.example/actor");
}

static void a_handle_leads_to_its_actor(void **state)
{
	struct fixture *f = *state;
	const struct json *jrd, *self;

	NEED(f);
	assert_int_equal(get(f, STR("/.well-known/webfinger?resource=acct%3Aalice%40howdah.example"), &jrd), 200);
	same(json_get_s(jrd, "subject"), "acct:Alice@howdah.example");
	self = json_at(json_get(jrd, "links"), 1);
	same(json_get_s(self, "rel"), "self");
	assert_true(str_eq(json_get_s(self, "href"), f->alice->uri));
	assert_int_equal(get(f, STR("/.well-known/webfinger?resource=https://howdah.example/@alice"), &jrd), 200);
	assert_int_equal(get(f, STR("/.well-known/webfinger?resource=howdah.example@howdah.example"), &jrd), 200);
	assert_int_equal(get(f, STR("/.well-known/webfinger"), &jrd), 400);
	assert_int_equal(get(f, STR("/.well-known/webfinger?resource=acct:alice@elsewhere.example"), &jrd), 404);
	assert_int_equal(get(f, STR("/.well-known/webfinger?resource=%00"), &jrd), 400);
	assert_int_equal(get(f, STR("/.well-known/host-meta.json"), &jrd), 200);
	assert_int_equal(get(f, STR("/.well-known/nodeinfo"), &jrd), 200);
	assert_int_equal(get(f, STR("/nodeinfo/2.1"), &jrd), 200);
	same(json_get_s(json_get(jrd, "software"), "name"), "howdah");
}

static struct err *add_status(struct call *c, void *arg) { return status_add(c, arg); }

static struct status a_post(struct fixture *f, enum visibility v)
{
	struct call *c = &f->call;
	struct status s = { .id = ID(status_id, id_next(c)), .account = f->alice->id, .visibility = v, .content = STR("<p>Hi</p>"), .local = true,
			    .language = STR("en"), .created_us = c->now_us };

	s.uri = arena_printf(c->arena, STR_FMT "/statuses/%lld", STR_ARG(f->alice->uri), (long long)s.id.v);
	ok(store_tx(c, add_status, &s));
	return s;
}

static void a_post_is_a_document_for_whom_it_is_meant(void **state)
{
	struct fixture *f = *state;
	const struct json *doc;
	struct status open, hidden;

	NEED(f);
	open = a_post(f, VISIBILITY_PUBLIC);
	hidden = a_post(f, VISIBILITY_PRIVATE);
	assert_int_equal(get(f, path_of(open.uri), &doc), 200);
	assert_true(str_eq(json_get_s(doc, "id"), open.uri));
	same(json_str(json_at(json_get(doc, "to"), 0)), FED_PUBLIC);
	assert_true(str_eq(json_str(json_at(json_get(doc, "cc"), 0)), f->alice->followers_uri));
	same(json_get_s(json_get(doc, "contentMap"), "en"), "<p>Hi</p>");
	assert_int_equal(get(f, path_of(hidden.uri), &doc), 404);
	assert_int_equal(get(f, path_of(arena_concat(f->arena, open.uri, STR("/activity"))), &doc), 200);
	same(json_get_s(doc, "type"), "Create");
	assert_true(str_eq(json_get_s(json_get(doc, "object"), "id"), open.uri));
	assert_int_equal(get(f, path_of(arena_concat(f->arena, open.uri, STR("/replies"))), &doc), 200);
	assert_int_equal(get(f, path_of(arena_concat(f->arena, open.uri, STR("/likes"))), &doc), 200);
	assert_int_equal(get(f, path_of(arena_concat(f->arena, f->alice->uri, STR("/outbox?page=true"))), &doc), 200);
	assert_int_equal(json_len(json_get(doc, "orderedItems")), 1);
}

static void collections_are_counted_and_may_be_hidden(void **state)
{
	struct fixture *f = *state;
	const struct json *doc;

	NEED(f);
	assert_int_equal(get(f, path_of(f->alice->followers_uri), &doc), 200);
	same(json_get_s(doc, "type"), "OrderedCollection");
	assert_int_equal(get(f, path_of(arena_concat(f->arena, f->alice->followers_uri, STR("?page=true"))), &doc), 200);
	assert_int_equal(json_len(json_get(doc, "orderedItems")), 0);
	assert_int_equal(get(f, path_of(f->alice->featured_uri), &doc), 200);
	assert_int_equal(get(f, STR("/actor/outbox"), &doc), 200);
}

static struct err *read_bob(struct fixture *f, const char *scheme, const char *inbox, const char *shared, struct actor_said *ret)
{
	const struct json *doc;

	ok(json_parse(f->arena, arena_printf(f->arena, "{\"id\":\"%s://remote.example/bob\",\"type\":\"Person\",\"preferredUsername\":\"bob\","
			      "\"inbox\":\"%s\",\"endpoints\":{\"sharedInbox\":\"%s\"}}", scheme, inbox, shared), &doc));
	return fed_actor_read(&f->call, doc, ret);
}

static void an_inbox_is_no_less_safe_than_its_owner(void **state)
{
	struct fixture *f = *state;
	struct actor_said said;

	NEED(f);
	ok(read_bob(f, "https", "https://remote.example/bob/inbox", "https://remote.example/inbox", &said));
	same(said.account.a.inbox_uri, "https://remote.example/bob/inbox");
	same(said.account.a.shared_inbox_uri, "https://remote.example/inbox");
	ok(read_bob(f, "https", "https://remote.example/bob/inbox", "http://remote.example/inbox", &said));
	assert_false(said.account.a.shared_inbox_uri.n);
	refused(read_bob(f, "https", "http://remote.example/bob/inbox", "https://remote.example/inbox", &said), ERR_INVALID);
	refused(read_bob(f, "HTTPS", "HTTP://remote.example/bob/inbox", "https://remote.example/inbox", &said), ERR_INVALID);
	/* In a laboratory nothing is. */
	ok(read_bob(f, "http", "http://remote.example/bob/inbox", "http://remote.example/inbox", &said));
	same(said.account.a.shared_inbox_uri, "http://remote.example/inbox");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_actor_is_one_document_at_all_its_addresses),
		BOTH(a_handle_leads_to_its_actor),
		BOTH(a_post_is_a_document_for_whom_it_is_meant),
		BOTH(collections_are_counted_and_may_be_hidden),
		BOTH(an_inbox_is_no_less_safe_than_its_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
