/* /settings/security: where one is signed in, the password, the e-mail address. */
#include "acts/email.h"
#include "acts/password.h"
#include "acts/session.h"
#include "conf/conf.h"
#include "reach/mail_hosts.h"
#include "view/security.h"
#include "web/web_priv.h"

struct security_in { struct str current_password, password, email; enum tri apps; };
static const struct param security_params[] = {
	PARAM_STR(struct security_in, current_password, "current_password"),
	PARAM_STR(struct security_in, password, "password"),
	PARAM_STR(struct security_in, email, "email", .max = 1000),
	PARAM_TRI(struct security_in, apps, "apps"),
};

static const struct done_text done[] = {
	{ "session", "That browser is signed out." },
	{ "sessions", "Every other browser is signed out." },
	{ "password", "Your password is changed." },
	{ "password-apps", "Your password is changed, and every app is signed out." },
	{ "email", "A mail with a link is on its way to your new address." },
	{ "two-factor-off", "Two-factor sign-in is off." },
	{ "email-kept", "Your address stays as it is." },
};

static struct err *list_sessions(struct call *c, struct req *r, struct tpl_security *page)
{
	struct session_view *all;
	struct tpl_session *v;

	TRY(view_sessions(c, r->viewer.account, r->session, c->now_us - SESSION_KEPT_US, &all, &page->sessions_n));
	v = arena_array(c->arena, struct tpl_session, page->sessions_n + 1);
	for (size_t i = 0; i < page->sessions_n; i++)
		v[i] = (struct tpl_session){
			.device = web__device(c->arena, all[i].user_agent), .seen = web__date(c->arena, all[i].seen_us),
			.created = web__date(c->arena, all[i].created_us), .id = arena_printf(c->arena, "%lld", (long long)all[i].id),
			.csrf = page->csrf, .here = all[i].here, .same_network = all[i].same_network,
		};
	page->sessions = v;
	page->others = page->sessions_n > 1;
	return NULL;
}

/* The page; errors stand beside the fields of the form they came from. */
static struct err *show(struct call *c, struct req *r, const struct err *password, const struct err *email)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct passkey_view *keys;
	struct security_view v;
	size_t keys_n;
	struct tpl_security page = {
		.csrf = web__settings_csrf(c, r), .apps = !password || ((const struct security_in *)r->in)->apps == TRI_TRUE,
		.can_mail = c->conf->smtp_url.n > 0,
		.password_error = web__fault(password, "password"), .current_error = web__fault(password, "current_password"),
		.email_error = web__fault(email, "email"), .email_current_error = web__fault(email, "current_password"),
	};

	if (password || email)
		req_status(r, 422);
	TRY(view_security(c, r->viewer.account, &v));
	page.email = v.email;
	page.new_email = v.new_email;
	page.totp = v.totp;
	page.recovery_left = v.recovery_codes;
	TRY(view_passkeys(c, r->viewer.account, &keys, &keys_n));
	page.passkeys = (int64_t)keys_n;
	TRY(list_sessions(c, r, &page));
	tpl_security(&b, &page);
	web__settings(c, r, &(struct settings_how){ .path = "/settings/security", .heading = "Security",
						    .notice = web__done(r, done, sizeof done / sizeof *done) }, &b);
	return NULL;
}

static struct err *security(struct call *c, struct req *r) { return show(c, r, NULL, NULL); }

static struct err *change_password(struct call *c, struct req *r)
{
	const struct security_in *in = r->in;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_password_change(c, r->viewer.account, &(struct password_change){ in->current_password, in->password, r->session, in->apps == TRI_TRUE });
	if (e && e->field.n)
		return show(c, r, e, NULL);
	TRY(e);
	req_redirect(r, 303, in->apps == TRI_TRUE ? STR("/settings/security?done=password-apps") : STR("/settings/security?done=password"));
	return NULL;
}

static struct err *change_email(struct call *c, struct req *r)
{
	const struct security_in *in = r->in;
	struct mail_hosts hosts;
	struct err *e;

	TRY(web__settings_check(c, r));
	TRY(reach_mail_hosts(c, in->email, &hosts));
	e = acts_email_change(c, r->viewer.account, in->current_password, in->email, hosts);
	if (e && e->field.n)
		return show(c, r, NULL, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/security?done=email"));
	return NULL;
}

static struct err *keep_email(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_email_change_cancel(c, r->viewer.account));
	req_redirect(r, 303, STR("/settings/security?done=email-kept"));
	return NULL;
}

static struct err *end_session(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_session_revoke(c, r->viewer.account, req_id(r, "id")));
	req_redirect(r, 303, STR("/settings/security?done=session"));
	return NULL;
}

static struct err *end_others(struct call *c, struct req *r)
{
	TRY(web__settings_check(c, r));
	TRY(acts_sessions_revoke_others(c, r->viewer.account, r->session));
	req_redirect(r, 303, STR("/settings/security?done=sessions"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
#define FIELDS PARAMS(struct security_in, security_params)
const struct endpoint security_endpoints[] = {
	{ METHOD_GET, "/settings/security", PAGE, .handler = security },
	{ METHOD_POST, "/settings/security/password", PAGE, .handler = change_password, FIELDS },
	{ METHOD_POST, "/settings/security/email", .lane = LANE_FETCH, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES,
	  .handler = change_email, FIELDS },
	{ METHOD_POST, "/settings/security/email/cancel", PAGE, .handler = keep_email },
	{ METHOD_POST, "/settings/security/sessions", PAGE, .handler = end_others },
	{ METHOD_POST, "/settings/security/sessions/:id", PAGE, .handler = end_session },
	{ 0 },
};
