/* The names of streams: https://docs.joinmastodon.org/methods/streaming/#streams */
#include "model/scope.h"
#include "notify/hub_priv.h"
#include "view/list.h"
#include "wire/text.h"

static const struct {
	const char *name;
	enum stream_kind kind;
	const char *topic;            /* of the public ones; before the tag or the person of others */
	const char *scope;
} streams[] = {
	{ "user", STREAM_USER, "user:", "read:statuses" },
	{ "user:notification", STREAM_USER_NOTIFICATION, "user:", "read:notifications" },
	{ "public", STREAM_PUBLIC, "public", "read:statuses" },
	{ "public:local", STREAM_PUBLIC, "public:local", "read:statuses" },
	{ "public:remote", STREAM_PUBLIC, "public:remote", "read:statuses" },
	{ "public:media", STREAM_PUBLIC, "public:media", "read:statuses" },
	{ "public:local:media", STREAM_PUBLIC, "public:local:media", "read:statuses" },
	{ "public:remote:media", STREAM_PUBLIC, "public:remote:media", "read:statuses" },
	{ "hashtag", STREAM_HASHTAG, "hashtag:", "read:statuses" },
	{ "hashtag:local", STREAM_HASHTAG, "hashtag:local:", "read:statuses" },
	{ "list", STREAM_LIST, "list:", "read:statuses" },
	{ "direct", STREAM_DIRECT, "direct:", "read:statuses" },
};
enum { STREAMS = sizeof streams / sizeof *streams };

static struct str label(struct arena *a, struct str stream, struct str tag)
{
	struct buf b = buf_init(a, 8 * HUB_TOPIC_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	jw_str(&w, stream);
	if (tag.n)
		jw_str(&w, tag);
	jw_arr_end(&w);
	return buf_str(&b);
}

static const char NOT_THEIRS[] = "Not authorized to stream this list";

static struct subscription refuse(const char *why, int status) { return (struct subscription){ .refused = why, .status = status }; }

struct subscription notify__subscription(struct arena *a, const struct viewer *v, struct str stream, struct str tag)
{
	struct subscription s = { 0 };
	struct str key;
	size_t i = 0;

	while (i < STREAMS && !str_eqz(stream, streams[i].name))
		i++;
	if (i == STREAMS)
		return refuse("Unknown stream type", 400);
	if (!scopes_allow(v->scopes, str_z(streams[i].scope)))
		return refuse("Access token does not have the required scopes", 401);
	s.kind = streams[i].kind;
	switch (s.kind) {
	case STREAM_PUBLIC:
		s.topic = str_z(streams[i].topic);
		break;
	case STREAM_HASHTAG:
		key = text_tag_key(a, str_utf8_upto(tag, HUB_TOPIC_MAX / 2));
		if (!key.n || key.n > HUB_TOPIC_MAX / 2)
			return refuse("Missing tag name parameter", 400);
		s.topic = arena_concat(a, str_z(streams[i].topic), key);
		break;
	case STREAM_LIST:
		if (!tag.n)
			return refuse("Missing list name parameter", 400);
		if (!str_i64(tag, &s.list.v) || s.list.v <= 0)
			return refuse(NOT_THEIRS, 401);
		s.topic = arena_printf(a, "%s%lld", streams[i].topic, (long long)s.list.v);
		break;
	case STREAM_USER:
	case STREAM_USER_NOTIFICATION:
	case STREAM_DIRECT:
		s.topic = arena_printf(a, "%s%lld", streams[i].topic, (long long)v->account.v);
		break;
	}
	s.label = label(a, stream, s.kind == STREAM_HASHTAG || s.kind == STREAM_LIST ? str_utf8_upto(tag, HUB_TOPIC_MAX / 2) : STR_NONE);
	return s;
}

struct err *notify__list_judge(struct call *c, const struct viewer *v, struct subscription *s)
{
	bool own;

	if (s->refused || s->kind != STREAM_LIST)
		return NULL;
	TRY(view_list_is_own(c, v->account, s->list, &own));
	if (!own)
		*s = refuse(NOT_THEIRS, 401);
	return NULL;
}

void notify__list_settle(struct call *c, struct open *o, struct str list, bool subscribes)
{
	struct subscription want = notify__subscription(c->arena, &o->viewer, STR("list"), list);

	if (!subscribes && !want.refused)
		notify__unsubscribe(o, &want);
	else if (notify__list_judge(c, &o->viewer, &want))
		notify__complain(o, "There was a temporary problem serving your request, please try again", 503);
	else if (want.refused)
		notify__complain(o, want.refused, want.status);
	else if (!notify__subscribe(o, &want))
		notify__complain(o, "Too many subscriptions", 400);
}
