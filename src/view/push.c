#include "view/push.h"

#include "store/featured_collection.h"
#include "store/notification.h"
#include "store/push.h"
#include "store/user.h"
#include "view/instance.h"
#include "view/status.h"
#include "wire/html.h"

enum { SUBSCRIPTION_JSON_MAX = 16 * 1024 };

struct err *view_push_json(struct call *c, token_id token, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, SUBSCRIPTION_JSON_MAX);
	struct jw w = jw_init(&b);
	struct push_subscription s;
	struct str server_key;
	bool found;

	TRY(push_find_token(c, token, &s, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(view_vapid_key(c, &server_key));
	jw_obj(&w);
	jw_ki64(&w, "id", s.id.v);
	jw_kstr(&w, "endpoint", s.endpoint);
	jw_kbool(&w, "standard", s.standard);
	jw_key(&w, "alerts");
	jw_obj(&w);
	for (enum notification_type t = 0; t < NOTIFICATION_COUNT; t++)
		jw_kbool(&w, notification_type_word(t), s.alerts >> t & 1);
	jw_obj_end(&w);
	jw_kz(&w, "policy", push_policy_word(s.policy));
	jw_kstr(&w, "server_key", server_key);
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return buf_ok(&b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "a subscription outgrew its bound");
}

/* What it is about, in plain words. */
static struct err *text_of(struct call *c, const struct viewer *v, const struct notification *n, const struct account *from, struct str *ret,
			   bool *ret_found)
{
	bool collected = n->type == NOTIFICATION_ADDED_TO_COLLECTION || n->type == NOTIFICATION_COLLECTION_UPDATE;
	struct status *post;
	struct collection k;
	struct err *e;

	*ret_found = true;
	if (collected)
		TRY(collection_find(c, ID(collection_id, n->extra_id), &k, ret_found));
	if (collected) {
		*ret = *ret_found ? k.name : STR_NONE;
		return NULL;
	}
	if (!n->status.v) {
		*ret = html_to_text(c->arena, from->note);
		return NULL;
	}
	e = view_status_get(c, v, n->status, &post);
	*ret_found = !e;
	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	*ret = post->spoiler_text.n ? post->spoiler_text : html_to_text(c->arena, post->content);
	return NULL;
}

static struct err *about_it(struct call *c, const struct viewer *v, notification_id about, struct push_draft *ret, bool *ret_found)
{
	const struct account *from;
	struct account_page people;
	struct notification n;

	TRY(notification_find(c, v->account, about, &n, ret_found));
	if (!*ret_found)
		return NULL;
	TRY(view_accounts_load(c, v->account, &n.from.v, 1, &people));
	from = view_account_of(&people, n.from);
	*ret_found = from != NULL;
	if (!from)
		return NULL;
	ret->type = n.type;
	ret->name = from->display_name.n ? from->display_name : from->username;
	ret->icon = view_avatar_url(c, from);
	return text_of(c, v, &n, from, &ret->text, ret_found);
}

struct err *view_push_draft(struct call *c, push_id id, notification_id about, struct push_draft *ret, bool *ret_found)
{
	struct viewer v = { .kind = VIEWER_PERSON };
	struct push_subscription s;
	struct user u;

	TRY(push_find(c, id, &s, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct push_draft){ .endpoint = s.endpoint, .p256dh = s.p256dh, .auth = s.auth, .standard = s.standard, .token = s.token,
				    .token_sealed = s.token_sealed };
	v.account = s.account;
	TRY(user_find(c, s.account, &u, ret_found));
	ret->locale = u.locale;
	if (*ret_found)
		TRY(about_it(c, &v, about, ret, ret_found));
	TRY(view_vapid_key(c, &ret->vapid_public));
	return meta_get(c, "vapid_private", &ret->vapid_sealed);
}
