/* What an event becomes on each kind of stream. Public streams: rendered once for all, then each person's blocks, mutes and filters.
 * A person's own streams: rendered for that person. */
#include "model/scope.h"
#include "net/server.h"
#include "notify/hub_priv.h"
#include "view/announcement.h"
#include "view/conversation.h"
#include "view/notification.h"
#include "view/stream.h"
#include "view/token.h"

enum { FRAME_MAX = 2 * 1024 * 1024, PEOPLE_MAX = 320 };

/* The last frame made, which is the next one's too where many listen to the same. */
struct frame {
	const char *event;
	struct str payload, label, text;
	bool websocket;
};

static struct str make_frame(struct call *c, const struct frame *f)
{
	struct buf b = buf_init(c->arena, FRAME_MAX);
	struct jw w = jw_init(&b);

	if (!f->websocket) {
		buf_addf(&b, "event: %s\ndata: " STR_FMT "\n\n", f->event, STR_ARG(f->payload.p ? f->payload : STR("{}")));
		return buf_str(&b);
	}
	jw_obj(&w);
	jw_kraw(&w, "stream", f->label);
	jw_kz(&w, "event", f->event);
	if (f->payload.p)
		jw_kstr(&w, "payload", f->payload);
	jw_obj_end(&w);
	return buf_str(&b);
}

/* payload none: an event without one. */
static void send_to(struct call *c, struct frame *last, const struct match *m, const char *event, struct str payload)
{
	struct frame f = { event, payload, m->label, STR_NONE, m->open->websocket };

	if (!last->text.p || last->websocket != f.websocket || last->payload.p != payload.p || strcmp(last->event, event) != 0 ||
	    (f.websocket && !str_eq(last->label, f.label))) {
		f.text = make_frame(c, &f);
		*last = f;
	}
	notify__send(m->open, last->text);
}

/* ---- public streams ---- */

static bool is_public(const struct match *m) { return m->kind == STREAM_PUBLIC || m->kind == STREAM_HASHTAG; }

static bool among(const int64_t *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static void send_public(struct call *c, struct frame *last, const struct match *m, const struct stream_post *post, const char *event)
{
	struct str json = post->json;
	bool any = false;

	/* A frame too much is sent where the look-up fails, but never one that must not be seen: filters only mark. */
	if (post->for_each) {
		if (view_stream_for(c, post, m->open->viewer.account, &json) == NULL && json.p)
			send_to(c, last, m, event, json);
		return;
	}
	if (!m->open->no_filters && view_stream_filtered(c, post, m->open->viewer.account, &json, &any) == NULL)
		m->open->no_filters = !any;
	send_to(c, last, m, event, json);
}

static struct err *tell_public(struct call *c, const struct event *e, const struct match *m, size_t n, const char *event)
{
	status_id id = ID(status_id, e->subject_id);
	struct frame last = { 0 };
	struct stream_post post;

	TRY(view_stream_post(c, id, &post));
	if (!post.json.p && !post.for_each)
		return NULL;
	for (size_t i = 0; i < n;) {
		int64_t people[PEOPLE_MAX], *shunned;
		size_t from = i, people_n = 0, shunned_n;

		for (; i < n && people_n < PEOPLE_MAX; i++)
			if (is_public(&m[i]))
				people[people_n++] = m[i].open->viewer.account.v;
		if (people_n == 0)
			return NULL;
		TRY(view_stream_shunned(c, id, people, people_n, &shunned, &shunned_n));
		for (size_t k = from; k < i; k++)
			if (is_public(&m[k]) && !among(shunned, shunned_n, m[k].open->viewer.account.v))
				send_public(c, &last, &m[k], &post, event);
	}
	return NULL;
}

/* ---- a person's own ---- */

static bool is_own(const struct match *m) { return m->kind == STREAM_USER || m->kind == STREAM_LIST; }

static struct err *tell_own(struct call *c, const struct event *e, const struct match *m, size_t n, const char *event)
{
	struct frame last = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct str json;

		if (!is_own(&m[i]))
			continue;
		TRY(view_stream_own(c, &m[i].open->viewer, ID(status_id, e->subject_id), &json));
		if (json.p)
			send_to(c, &last, &m[i], event, json);
	}
	return NULL;
}

static bool wants_notifications(const struct match *m)
{
	return m->kind == STREAM_USER_NOTIFICATION || (m->kind == STREAM_USER && scopes_allow(m->open->viewer.scopes, STR("read:notifications")));
}

static struct err *tell_notification(struct call *c, const struct event *e, const struct match *m, size_t n)
{
	struct frame last = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct str json;
		struct err *failed;

		if (!wants_notifications(&m[i]))
			continue;
		failed = view_notification(c, &m[i].open->viewer, ID(notification_id, e->subject_id), &json);
		if (failed && failed->code != ERR_NOT_FOUND)
			return failed;
		if (!failed)
			send_to(c, &last, &m[i], "notification", json);
	}
	return NULL;
}

static struct err *tell_conversation(struct call *c, const struct event *e, const struct match *m, size_t n)
{
	struct frame last = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct err *failed;
		struct str json;

		if (m[i].kind != STREAM_DIRECT)
			continue;
		failed = view_conversation_json(c, &m[i].open->viewer, ID(conversation_id, e->subject_id), &json);
		if (failed && failed->code != ERR_NOT_FOUND)
			return failed;
		if (!failed)
			send_to(c, &last, &m[i], "conversation", json);
	}
	return NULL;
}

static void tell_all(struct call *c, const struct match *m, size_t n, const char *event, struct str payload)
{
	struct frame last = { 0 };

	for (size_t i = 0; i < n; i++)
		if (m[i].kind == STREAM_USER || (payload.p && (is_public(&m[i]) || is_own(&m[i]))))
			send_to(c, &last, &m[i], event, payload);
}

/* Notifications that were held back are here now; clients read theirs again. */
static void tell_merged(struct call *c, const struct match *m, size_t n)
{
	struct frame last = { 0 };

	for (size_t i = 0; i < n; i++)
		if (wants_notifications(&m[i]))
			send_to(c, &last, &m[i], "notifications_merged", STR("1"));
}

static struct err *tell_announcement(struct call *c, const struct event *e, const struct match *m, size_t n)
{
	struct str json;

	TRY(view_announcement_stream(c, e->subject_id, &json));
	if (json.p)
		tell_all(c, m, n, "announcement", json);
	return NULL;
}

static struct err *tell(struct call *c, const struct event *e, const struct match *m, size_t n)
{
	switch (e->kind) {
	case EVENT_STATUS_NEW:
		return tell_public(c, e, m, n, "update");
	case EVENT_STATUS_EDITED:
		TRY(tell_public(c, e, m, n, "status.update"));
		return tell_own(c, e, m, n, "status.update");
	case EVENT_STATUS_DELETED:
		tell_all(c, m, n, "delete", arena_printf(c->arena, "%lld", (long long)e->subject_id));
		return NULL;
	case EVENT_HOME_ENTRY:
		return tell_own(c, e, m, n, "update");
	case EVENT_NOTIFICATION:
		return tell_notification(c, e, m, n);
	case EVENT_CONVERSATION:
		return tell_conversation(c, e, m, n);
	case EVENT_FILTERS_CHANGED:
		tell_all(c, m, n, "filters_changed", STR_NONE);
		return NULL;
	case EVENT_NOTIFICATIONS_MERGED:
		tell_merged(c, m, n);
		return NULL;
	case EVENT_ANNOUNCEMENT:
		return tell_announcement(c, e, m, n);
	case EVENT_ANNOUNCEMENT_REACTION:
		tell_all(c, m, n, "announcement.reaction", e->payload);
		return NULL;
	case EVENT_ANNOUNCEMENT_DELETED:
		tell_all(c, m, n, "announcement.delete", arena_printf(c->arena, "%lld", (long long)e->subject_id));
		return NULL;
	case EVENT_TOKEN_REVOKED:
	case EVENT_ACCOUNT_CHANGED:
	case EVENT_SETTINGS_CHANGED:
	case EVENT_JOBS_ADDED:
	case EVENT_COUNT:
		break;
	}
	return NULL;
}

void notify__deliver(struct call *c, const struct event *e, const struct match *m, size_t n)
{
	struct err *failed = tell(c, e, m, n);

	/* What they missed they will not get: closed, their clients read the timelines again and come back. */
	for (size_t i = 0; failed && i < n; i++)
		notify__close(m[i].open, 1011);
}

bool notify__still_stands(struct call *c, const struct open *o)
{
	struct token_view t;
	bool found;

	if (view_token(c, o->hash, &t, &found))
		return true;
	return found && !t.disabled && !t.suspended;
}
