#include "view/invite.h"

#include "conf/conf.h"
#include "store/invite.h"
#include "wire/json.h"

enum { INVITE_JSON_MAX = 16 * 1024, CODE_SHOWN_MAX = 64 };

struct err *view_invites(struct call *c, account_id who, struct invite_view **ret, size_t *ret_n)
{
	struct str base = conf_url(c->arena, c->conf, "/invite/");
	struct invite *rows;

	TRY(invites_of(c, who, INVITES_SHOWN_MAX, &rows, ret_n));
	*ret = arena_array(c->arena, struct invite_view, *ret_n + 1);
	for (size_t i = 0; i < *ret_n; i++) {
		const struct invite *v = &rows[i];

		(*ret)[i] = (struct invite_view){
			.id = v->id, .code = v->code, .url = arena_concat(c->arena, base, v->code), .uses = v->uses, .max_uses = v->max_uses,
			.expires_us = v->expires_us, .open = (!v->max_uses || v->uses < v->max_uses) && (!v->expires_us || v->expires_us > c->now_us),
		};
	}
	return NULL;
}

struct err *view_invite_check(struct call *c, struct str code, bool *ret_good)
{
	struct invite v;
	bool found = false;

	*ret_good = false;
	if (code.n && code.n <= CODE_SHOWN_MAX && str_is_utf8(code))
		TRY(invite_find(c, code, &v, &found, ret_good));
	return found ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_invite_json(struct call *c, struct str code, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, INVITE_JSON_MAX);
	struct jw w = jw_init(&b);
	bool good;

	TRY(view_invite_check(c, code, &good));
	if (!good)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "This invite is not valid");
	jw_obj(&w);
	jw_kstr(&w, "invite_code", code);
	jw_kstr(&w, "instance_api_url", conf_url(c->arena, c->conf, "/api/v2/instance"));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}
