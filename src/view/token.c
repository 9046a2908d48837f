#include "view/token.h"

#include "store/token.h"

struct err *view_token(struct call *c, struct str hash, struct token_view *ret, bool *ret_found)
{
	struct token_owner o;

	TRY(token_find(c, hash, &o, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct token_view){
		.viewer = { .kind = o.token.account.v ? VIEWER_PERSON : VIEWER_PUBLIC, .account = o.token.account, .scopes = o.token.scopes,
			    .token = o.token.id, .app = o.token.app, .role = o.role, .home_built = o.home_built, .no_filters = !o.has_filters },
		.confirmed = o.confirmed_us > 0, .approved = o.approved, .disabled = o.disabled_us > 0, .suspended = o.suspended_us > 0, .moved = o.moved,
		.seen_us = o.token.last_used_us < o.last_active_us ? o.token.last_used_us : o.last_active_us,
		.locale = o.locale,
	};
	if (!o.token.account.v)
		ret->seen_us = o.token.last_used_us;
	return NULL;
}
