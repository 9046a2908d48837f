/* What some notifications are about beside a post, and what all are called. */
#include "store/notification.h"
#include "store/severance.h"
#include "view/notification.h"
#include "view/view_priv.h"
#include "wire/html.h"

struct str view_notification_title(struct arena *a, enum notification_type type, struct str name)
{
	switch (type) {
	case NOTIFICATION_MENTION:
		return arena_concat(a, name, STR(" mentioned you"));
	case NOTIFICATION_STATUS:
		return arena_concat(a, name, STR(" posted"));
	case NOTIFICATION_REBLOG:
		return arena_concat(a, name, STR(" boosted your post"));
	case NOTIFICATION_FOLLOW:
		return arena_concat(a, name, STR(" follows you"));
	case NOTIFICATION_FOLLOW_REQUEST:
		return arena_concat(a, name, STR(" asks to follow you"));
	case NOTIFICATION_FAVOURITE:
		return arena_concat(a, name, STR(" favourited your post"));
	case NOTIFICATION_POLL:
		return arena_concat(a, STR("A poll by "), name, STR(" has ended"));
	case NOTIFICATION_UPDATE:
		return arena_concat(a, name, STR(" edited a post"));
	case NOTIFICATION_ADMIN_SIGN_UP:
		return arena_concat(a, name, STR(" signed up"));
	case NOTIFICATION_ADMIN_REPORT:
		return arena_concat(a, name, STR(" has reported somebody"));
	case NOTIFICATION_QUOTE:
		return arena_concat(a, name, STR(" quoted your post"));
	case NOTIFICATION_QUOTED_UPDATE:
		return arena_concat(a, name, STR(" edited a post that you quoted"));
	case NOTIFICATION_ADDED_TO_COLLECTION:
		return arena_concat(a, name, STR(" added you to a collection"));
	case NOTIFICATION_COLLECTION_UPDATE:
		return arena_concat(a, name, STR(" changed a collection that you are in"));
	case NOTIFICATION_SEVERED:
		return STR("Follows were cut by a block");
	case NOTIFICATION_WARNING:
		return STR("The moderators have written to you");
	case NOTIFICATION_COUNT:
		break;
	}
	return name;
}

static bool is_about_collection(enum notification_type type)
{
	return type == NOTIFICATION_ADDED_TO_COLLECTION || type == NOTIFICATION_COLLECTION_UPDATE;
}

struct err *view__subjects_load(struct call *c, const struct viewer *v, const struct notification *list, size_t n, struct notified *ret)
{
	struct id_set severances = { 0 }, warnings = { 0 }, reports = { 0 }, collections = { 0 };

	*ret = (struct notified){ 0 };
	for (size_t i = 0; i < n; i++)
		if (list[i].type == NOTIFICATION_SEVERED)
			view__set_add(c, &severances, list[i].extra_id);
		else if (list[i].type == NOTIFICATION_WARNING)
			view__set_add(c, &warnings, list[i].extra_id);
		else if (list[i].type == NOTIFICATION_ADMIN_REPORT && v->role != ROLE_USER)
			view__set_add(c, &reports, list[i].extra_id);
		else if (is_about_collection(list[i].type))
			view__set_add(c, &collections, list[i].extra_id);
	if (severances.n)
		TRY(severances_by_ids(c, v->account, severances.v, severances.n, &ret->severances));
	if (warnings.n)
		TRY(account_warnings_by_ids(c, v->account, warnings.v, warnings.n, &ret->warnings));
	if (reports.n)
		TRY(view__reports_load(c, v->account, reports.v, reports.n, &ret->reports));
	return view__collections_load(c, v, &collections, &ret->collections);
}

/* No list of those who were lost is kept, which is what "purged" says. */
static void write_severance(const struct severance *s, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", s->id.v);
	jw_kz(w, "type", severance_cause_word(s->cause));
	jw_kbool(w, "purged", true);
	jw_kstr(w, "target_name", s->target_name);
	jw_ki64(w, "followers_count", s->followers);
	jw_ki64(w, "following_count", s->following);
	jw_ktime(w, "created_at", s->created_us);
	jw_obj_end(w);
}

static void write_warning(struct call *c, const struct account_page *people, const struct account_warning *n, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", n->id.v);
	jw_kz(w, "action", warning_action_word(n->action));
	jw_kstr(w, "text", n->text);
	jw_kraw(w, "status_ids", n->status_ids);
	jw_key(w, "target_account");
	view_account_write(c, people, n->account, w);
	jw_knull(w, "appeal");
	jw_ktime(w, "created_at", n->created_us);
	jw_obj_end(w);
}

void view__subject_write(struct call *c, const struct notified *all, const struct account_page *people, const struct notification *n, struct jw *w)
{
	const struct severance *s = all->severances ? map_find_i64(all->severances, n->extra_id) : NULL;
	const struct account_warning *warning = all->warnings ? map_find_i64(all->warnings, n->extra_id) : NULL;

	if (n->type == NOTIFICATION_SEVERED && s) {
		jw_key(w, "event");
		write_severance(s, w);
	}
	if (n->type == NOTIFICATION_WARNING && warning) {
		jw_key(w, "moderation_warning");
		write_warning(c, people, warning, w);
	}
	if (n->type == NOTIFICATION_ADMIN_REPORT)
		view__report_write(c, &all->reports, n->extra_id, "report", w);
	if (is_about_collection(n->type)) {
		jw_key(w, "collection");
		view__collection_write(c, &all->collections, ID(collection_id, n->extra_id), w);
	}
}

void view__fallback_write(struct call *c, const struct account_page *people, const struct notification *n, struct jw *w)
{
	const struct account *from = view_account_of(people, n->from);
	struct str name = from ? (from->display_name.n ? from->display_name : from->username) : STR("");

	jw_key(w, "fallback");
	jw_obj(w);
	jw_kstr(w, "title", view_notification_title(c->arena, n->type, html_escape(c->arena, name)));
	jw_knull(w, "summary");
	jw_knull(w, "details");
	jw_obj_end(w);
}
