#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "notify/hub_priv.h"

static struct subscription want(struct arena *a, const char *scopes, const char *stream, const char *tag)
{
	struct viewer v = { .kind = VIEWER_PERSON, .account = { 7 }, .scopes = str_z(scopes) };

	return notify__subscription(a, &v, str_z(stream), str_z(tag));
}

#define granted(s, t, l) do { struct subscription s_ = (s); assert_null(s_.refused); assert_true(str_eqz(s_.topic, t)); \
	assert_true(str_eqz(s_.label, l)); } while (0)
#define refused(s, why, code) do { struct subscription s_ = (s); assert_non_null(s_.refused); assert_string_equal(s_.refused, why); \
	assert_int_equal(s_.status, code); } while (0)

static void every_stream_has_its_topic(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	granted(want(a, "read", "user", NULL), "user:7", "[\"user\"]");
	granted(want(a, "read", "user:notification", NULL), "user:7", "[\"user:notification\"]");
	granted(want(a, "read", "public:remote:media", NULL), "public:remote:media", "[\"public:remote:media\"]");
	granted(want(a, "read", "hashtag", "Caf\u00e9"), "hashtag:cafe", "[\"hashtag\",\"Caf\u00e9\"]");
	granted(want(a, "read", "hashtag:local", "cats"), "hashtag:local:cats", "[\"hashtag:local\",\"cats\"]");
	granted(want(a, "read", "list", "12"), "list:12", "[\"list\",\"12\"]");
}

static void what_cannot_be_streamed_is_refused_with_mastodons_words(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	refused(want(a, "read", "everything", NULL), "Unknown stream type", 400);
	refused(want(a, "read", "", NULL), "Unknown stream type", 400);
	refused(want(a, "read", "hashtag", NULL), "Missing tag name parameter", 400);
	refused(want(a, "read", "list", NULL), "Missing list name parameter", 400);
	refused(want(a, "read", "list", "mine"), "Not authorized to stream this list", 401);
}

static void scopes_open_their_streams_only(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	granted(want(a, "read:statuses", "public", NULL), "public", "[\"public\"]");
	refused(want(a, "read:statuses", "user:notification", NULL), "Access token does not have the required scopes", 401);
	refused(want(a, "read:notifications", "user", NULL), "Access token does not have the required scopes", 401);
	granted(want(a, "read:notifications", "user:notification", NULL), "user:7", "[\"user:notification\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_stream_has_its_topic),
		cmocka_unit_test(what_cannot_be_streamed_is_refused_with_mastodons_words),
		cmocka_unit_test(scopes_open_their_streams_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
