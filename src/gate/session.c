#include "gate/session.h"

#include "acts/session.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/token.h"
#include "view/app.h"

/* Browsers take a __Host- cookie only over https, for this host alone and from no subdomain; a laboratory speaks plain http. */
static const char *session_cookie(const struct call *c) { return conf_is_lab(c->conf) ? "howdah_session" : "__Host-howdah"; }
static const char *form_cookie(const struct call *c) { return conf_is_lab(c->conf) ? "howdah_form" : "__Host-howdah-form"; }

/* RFC 6265, 4.2.1. Of two cookies with one name the first is taken. */
static struct str cookie(const struct req *r, const char *name)
{
	struct str rest = request_header(r->http, "Cookie"), one, key, value;

	while (str_next(&rest, ';', &one))
		if (str_cut(str_trim(one), '=', &key, &value) && str_eqz(key, name))
			return value.n == TOKEN_SIZE ? value : STR_NONE;
	return STR_NONE;
}

static void cookie_put(struct call *c, struct req *r, const char *name, struct str value, int64_t lasts_s)
{
	struct str age = lasts_s >= 0 ? arena_printf(c->arena, "; Max-Age=%lld", (long long)lasts_s) : STR("");

	reply_header(r->out, "Set-Cookie",
		     arena_concat(c->arena, str_z(name), STR("="), value, STR("; Path=/; HttpOnly; SameSite=Lax"), age,
				  str_z(conf_is_lab(c->conf) ? "" : "; Secure")));
}

void req_session_put(struct call *c, struct req *r, struct str token)
{
	r->session_token = token;
	cookie_put(c, r, session_cookie(c), token.n ? token : STR(""), token.n ? SESSION_KEPT_US / US_PER_S : 0);
}

static struct err *find(struct call *c, struct req *r)
{
	struct str token = cookie(r, session_cookie(c));
	struct token_view v;
	bool found;

	if (!token.n)
		return NULL;
	TRY(view_session(c, token_hash(c->arena, token), &v, &found));
	if (!found || v.disabled || v.suspended || v.seen_us < c->now_us - SESSION_KEPT_US)
		return NULL;
	r->session_token = token;
	r->session = v.session;
	r->viewer = v.viewer;
	if (v.seen_us < c->now_us - US_PER_HOUR) {
		TRY(acts_session_seen(c, token));
		req_session_put(c, r, token);
	}
	return NULL;
}

struct err *auth_session_optional(struct call *c, struct req *r) { return find(c, r); }

struct err *auth_session(struct call *c, struct req *r)
{
	TRY(find(c, r));
	return r->session_token.n ? NULL : FAIL(c->arena, ERR_UNAUTHORIZED, "Please sign in");
}

struct str req_csrf(struct call *c, struct req *r, const char *purpose)
{
	struct str bound = r->session_token;

	if (!bound.n)
		bound = cookie(r, form_cookie(c));
	if (!bound.n) {
		bound = token_random(c);
		cookie_put(c, r, form_cookie(c), bound, -1);
	}
	return token_csrf(c->arena, bound, str_z(purpose));
}

/* Who sent the form, as the browser says it; programs say nothing. In a laboratory the server may go by several names. */
static bool same_origin(struct call *c, const struct req *r)
{
	struct str origin = request_header(r->http, "Origin"), site = request_header(r->http, "Sec-Fetch-Site");

	if (site.n && !str_eqz(site, "same-origin") && !str_eqz(site, "none"))
		return false;
	if (!origin.n || str_eq(origin, c->conf->base_url))
		return true;
	return conf_is_lab(c->conf) && str_eq(origin, arena_concat(c->arena, STR("http://"), request_header(r->http, "Host")));
}

struct err *req_csrf_check(struct call *c, struct req *r, const char *purpose)
{
	struct str bound = r->session_token.n ? r->session_token : cookie(r, form_cookie(c));

	if (!same_origin(c, r) || !token_csrf_ok(bound, str_z(purpose), params_get(r->params, "csrf")))
		return FAIL(c->arena, ERR_FORBIDDEN, "This form is too old, or did not come from here. Please go back, load the page again and repeat");
	return NULL;
}
