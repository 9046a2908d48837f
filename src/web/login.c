/* Signing in and out, signing up, and the pages that links in mails lead to. */
#include "acts/email.h"
#include "acts/password.h"
#include "acts/session.h"
#include "acts/signup.h"
#include "acts/two_factor.h"
#include "conf/conf.h"
#include "reach/mail_hosts.h"
#include "view/app.h"
#include "view/invite.h"
#include "web/web_priv.h"
#include "wire/url.h"

static bool can_mail(const struct call *c) { return c->conf->smtp_url.n > 0; }

struct str web__app_of(struct call *c, struct str return_to)
{
	struct params *p = params_create(c->arena);
	struct str head, query;
	struct app_view app;
	bool found = false;

	if (!str_has_prefix(return_to, STR("/oauth/authorize?")) || !str_cut(return_to, '?', &head, &query) || params_add_query(p, query))
		return STR("");
	if (view_app_find(c, params_get(p, "client_id"), &app, &found) || !found)
		return STR("");
	return app.name;
}

struct sign_in_in { struct str email, password, return_to; };
static const struct param sign_in_params[] = {
	PARAM_STR(struct sign_in_in, email, "email"),
	PARAM_STR(struct sign_in_in, password, "password"),
	PARAM_STR(struct sign_in_in, return_to, "return_to"),
};

static struct err *sign_in_page(struct call *c, struct req *r, struct str error)
{
	const struct sign_in_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct str return_to = web__local_path(in->return_to);
	struct tpl_sign_in page = {
		.csrf = req_csrf(c, r, "sign in"), .error = error, .name = in->email, .return_to = return_to, .app = web__app_of(c, return_to),
		.can_join = conf_signup_possible(c->conf), .can_mail = can_mail(c),
		.passkey = arena_concat(c->arena, STR("/auth/passkey?return_to="), url_encode(c->arena, return_to)),
	};

	tpl_sign_in(&b, &page);
	/* On the way to an app the sign-in may end there at once, which form-action must not stop. */
	web__page(c, r, &(struct page_how){ .title = STR("Sign in"), .alone = page.app.n > 0 }, &b);
	return NULL;
}

static struct err *sign_in(struct call *c, struct req *r)
{
	const struct sign_in_in *in = r->in;

	if (!r->session_token.n || params_has(r->params, "again"))
		return sign_in_page(c, r, STR_NONE);
	req_redirect(r, 303, web__local_path(in->return_to));
	return NULL;
}

/* Where to go on to. An app that forces a sign-in has had it now, and does not get a second. */
static struct str onward(struct call *c, struct str return_to)
{
	struct str path = web__local_path(return_to), head, rest, pair, name, value;
	struct buf b = buf_init(c->arena, 64 * 1024);
	char sep = '?';

	if (!str_cut(path, '?', &head, &rest))
		return path;
	buf_add(&b, head);
	while (str_next(&rest, '&', &pair)) {
		str_cut(pair, '=', &name, &value);
		if (!pair.n || str_eqz(name, "force_login"))
			continue;
		buf_addc(&b, sep);
		buf_add(&b, pair);
		sep = '&';
	}
	return buf_str(&b);
}

struct err *web__enter(struct call *c, struct req *r, struct str token, struct str return_to)
{
	if (r->session_token.n)
		TRY(acts_session_drop(c, r->session_token));
	req_session_put(c, r, token);
	req_redirect(r, 303, onward(c, return_to));
	return NULL;
}

static void second_page(struct call *c, struct req *r, struct str pending, struct str return_to, struct str error)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_second_factor page = { .csrf = req_csrf(c, r, "second factor"), .pending = pending, .return_to = return_to, .error = error };

	tpl_second_factor(&b, &page);
	/* As on the page before it. */
	web__page(c, r, &(struct page_how){ .title = STR("One more step"), .alone = web__app_of(c, web__local_path(return_to)).n > 0 }, &b);
}

bool web__refused(const struct err *e)
{
	return e && (e->code == ERR_UNAUTHORIZED || e->code == ERR_FORBIDDEN || e->code == ERR_LIMITED);
}

struct str web__why(const struct err *e)
{
	return e->code == ERR_LIMITED ? STR("Too many attempts. Please wait a while and try again") : e->text;
}

static struct err *do_sign_in(struct call *c, struct req *r)
{
	const struct sign_in_in *in = r->in;
	struct sign_in ask = { .name = in->email, .password = in->password, .from = web__caller(r) };
	struct signed_in done;
	struct err *e;

	TRY(req_csrf_check(c, r, "sign in"));
	e = acts_sign_in(c, &ask, &done);
	if (web__refused(e)) {
		req_status(r, err_http(e->code));
		return sign_in_page(c, r, web__why(e));
	}
	TRY(e);
	if (done.token.n)
		return web__enter(c, r, done.token, in->return_to);
	second_page(c, r, done.pending, in->return_to, STR_NONE);
	return NULL;
}

struct second_in { struct str pending, code, return_to; };
static const struct param second_params[] = {
	PARAM_STR(struct second_in, pending, "pending", .max = 1000),
	PARAM_STR(struct second_in, code, "code", .max = 100),
	PARAM_STR(struct second_in, return_to, "return_to"),
};

static struct err *do_second(struct call *c, struct req *r)
{
	const struct second_in *in = r->in;
	struct signed_in done;
	struct err *e;

	TRY(req_csrf_check(c, r, "second factor"));
	e = acts_sign_in_second(c, &(struct second_factor){ in->pending, in->code, web__caller(r) }, &done);
	if (web__refused(e)) {
		req_status(r, err_http(e->code));
		second_page(c, r, in->pending, in->return_to, e->field.n ? web__fault(e, "code") : web__why(e));
		return NULL;
	}
	TRY(e);
	return web__enter(c, r, done.token, in->return_to);
}

static struct err *sign_out(struct call *c, struct req *r)
{
	if (r->session_token.n) {
		TRY(req_csrf_check(c, r, "sign out"));
		TRY(acts_session_drop(c, r->session_token));
	}
	req_session_put(c, r, STR_NONE);
	req_redirect(r, 303, STR("/"));
	return NULL;
}

struct sign_up_in {
	struct str username, email, password, reason, date_of_birth, invite_code;
	enum tri agreement;
};
static const struct param sign_up_params[] = {
	PARAM_STR(struct sign_up_in, username, "username"),
	PARAM_STR(struct sign_up_in, email, "email"),
	PARAM_STR(struct sign_up_in, password, "password"),
	PARAM_STR(struct sign_up_in, reason, "reason"),
	PARAM_STR(struct sign_up_in, date_of_birth, "date_of_birth", .max = 100),
	PARAM_STR(struct sign_up_in, invite_code, "invite_code", .max = 200),
	PARAM_TRI(struct sign_up_in, agreement, "agreement"),
};

/* invite: the code of one that may be used; none. */
static struct err *sign_up_page(struct call *c, struct req *r, struct str invite, const struct err *e)
{
	const struct sign_up_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_sign_up page = {
		.csrf = req_csrf(c, r, "sign up"), .domain = c->conf->domain, .username = in->username, .email = in->email, .reason = in->reason,
		.wants_reason = !invite.n && c->conf->registrations == REGISTRATIONS_APPROVAL, .invite = invite, .min_age = c->conf->min_age,
		.date_of_birth = in->date_of_birth, .age_error = web__fault(e, "date_of_birth"), .agreed = in->agreement == TRI_TRUE,
		.username_error = web__fault(e, "username"), .email_error = web__fault(e, "email"), .password_error = web__fault(e, "password"),
		.reason_error = web__fault(e, "reason"), .agreement_error = web__fault(e, "agreement"),
	};

	TRY(web__rules(c, &page.rules, &page.rules_n));
	tpl_sign_up(&b, &page);
	web__page(c, r, &(struct page_how){ .title = STR("Make an account") }, &b);
	return NULL;
}

static struct err *closed(struct call *c, struct req *r)
{
	struct str said = c->conf->closed_message;

	req_status(r, 403);
	web__message(c, r, &(struct tpl_message){
		.heading = STR("Closed"), .text = said.n ? said : STR("New accounts cannot be made here at the moment."),
		.link = STR("/about"), .link_text = STR("About this server") });
	return NULL;
}

/* May this person join? *ret_invite: the code they hold, where it may be used. */
static struct err *may_join(struct call *c, struct str code, struct str *ret_invite, bool *ret)
{
	bool good = false;
	struct err *e = code.n ? view_invite_check(c, code, &good) : NULL;

	if (e && e->code != ERR_NOT_FOUND)
		return e;
	*ret_invite = good ? code : STR_NONE;
	*ret = conf_signup_possible(c->conf) || (good && conf_signup_confirmable(c->conf));
	return NULL;
}

static struct err *sign_up(struct call *c, struct req *r)
{
	const struct sign_up_in *in = r->in;
	struct str invite;
	bool may;

	TRY(may_join(c, in->invite_code, &invite, &may));
	if (!may)
		return closed(c, r);
	if (r->session_token.n) {
		req_redirect(r, 303, STR("/"));
		return NULL;
	}
	return sign_up_page(c, r, invite, NULL);
}

/* An invitation's own address. */
static struct err *invited(struct call *c, struct req *r)
{
	struct str code = r->path_arg[0];
	bool good;

	TRY(view_invite_check(c, code, &good));
	if (!good) {
		req_status(r, 401);
		web__message(c, r, &(struct tpl_message){ .heading = STR("This invitation is over"),
							   .text = STR("It was used up, or has ended. Ask whoever gave it to you for another."),
							   .link = STR("/about"), .link_text = STR("About this server") });
		return NULL;
	}
	req_redirect(r, 302, arena_concat(c->arena, STR("/auth/sign_up?invite_code="), url_encode(c->arena, code)));
	return NULL;
}

static struct err *do_sign_up(struct call *c, struct req *r)
{
	const struct sign_up_in *in = r->in;
	struct signup new = { .username = in->username, .email = in->email, .password = in->password, .reason = in->reason,
			      .agreement = in->agreement == TRI_TRUE };
	struct tpl_message done = { .link = STR("/"), .link_text = STR("To the front page") };
	struct str token, invite;
	struct signed_up made;
	struct err *e;
	bool may;

	TRY(may_join(c, in->invite_code, &invite, &may));
	if (!may)
		return closed(c, r);
	new.invite = invite;
	new.date_of_birth = in->date_of_birth;
	TRY(req_csrf_check(c, r, "sign up"));
	TRY(reach_mail_hosts(c, in->email, &new.mail_hosts));
	e = acts_account_create(c, &new, &made);
	if (e && e->field.n) {
		req_status(r, 422);
		return sign_up_page(c, r, invite, e);
	}
	TRY(e);
	if (c->conf->confirm_email) {
		done.heading = STR("One more step");
		done.text = arena_concat(c->arena, STR("We have sent a mail to "), in->email,
					 STR(". Follow the link in it to confirm your address; then you can sign in."));
	} else if (!invite.n && c->conf->registrations == REGISTRATIONS_APPROVAL) {
		done.heading = STR("Thank you");
		done.text = STR("The people who run this server will read what you wrote. You can sign in once they have let you in.");
	} else {
		struct caller from = web__caller(r);

		TRY(acts_session_add(c, made.account, &from, &token));
		req_session_put(c, r, token);
		req_redirect(r, 303, STR("/"));
		return NULL;
	}
	web__message(c, r, &done);
	return NULL;
}

struct link_in { struct str token, email, password; };
static const struct param link_params[] = {
	PARAM_STR(struct link_in, token, "token", .max = 200),
	PARAM_STR(struct link_in, email, "email", .max = 1000),
	PARAM_STR(struct link_in, password, "password"),
};

static struct err *confirm(struct call *c, struct req *r)
{
	const struct link_in *in = r->in;
	account_id who;
	struct err *e = acts_email_confirm(c, in->token, &who);

	if (e && e->code == ERR_NOT_FOUND) {
		req_status(r, 404);
		web__message(c, r, &(struct tpl_message){ .heading = STR("This link does not work"), .text = e->text, .link = STR("/auth/sign_in"),
							   .link_text = STR("Sign in") });
		return NULL;
	}
	TRY(e);
	web__message(c, r, &(struct tpl_message){ .heading = STR("Your address is confirmed"), .text = STR("Welcome! You can sign in now."),
						   .link = STR("/auth/sign_in"), .link_text = STR("Sign in") });
	return NULL;
}

static struct err *confirm_email(struct call *c, struct req *r)
{
	const struct link_in *in = r->in;
	struct err *e = acts_email_change_confirm(c, in->token);
	struct tpl_message m = { .heading = STR("Your new address is confirmed"), .text = STR("Mails go there from now on."),
				 .link = STR("/settings/security"), .link_text = STR("To your settings") };

	if (e && e->code == ERR_NOT_FOUND) {
		req_status(r, 404);
		m.heading = STR("This link does not work");
		m.text = e->text;
		e = NULL;
	}
	TRY(e);
	web__message(c, r, &m);
	return NULL;
}

enum mail_kind { MAIL_CONFIRMATION, MAIL_PASSWORD };

static struct err *mail_page(struct call *c, struct req *r, enum mail_kind kind)
{
	static const struct { const char *heading, *explanation, *action, *button, *purpose; } words[] = {
		[MAIL_CONFIRMATION] = { "Another confirmation mail", "We send the link once more to the address that you gave.", "/auth/confirmation",
					"Send it", "confirmation" },
		[MAIL_PASSWORD] = { "Forgotten password", "We send you a link with which you can choose a new one.", "/auth/password",
				    "Send it", "password" },
	};
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_mail_form page = {
		.heading = str_z(words[kind].heading), .explanation = str_z(words[kind].explanation), .action = str_z(words[kind].action),
		.button = str_z(words[kind].button), .csrf = req_csrf(c, r, words[kind].purpose),
	};

	if (!can_mail(c))
		return FAIL(c->arena, ERR_NOT_FOUND, "This server sends no mail");
	tpl_mail_form(&b, &page);
	web__page(c, r, &(struct page_how){ .title = page.heading }, &b);
	return NULL;
}

static struct err *sent(struct call *c, struct req *r)
{
	web__message(c, r, &(struct tpl_message){ .heading = STR("Look into your mail"),
						   .text = STR("If that address is known here, a mail with a link is on its way to it."),
						   .link = STR("/auth/sign_in"), .link_text = STR("Sign in") });
	return NULL;
}

static struct err *confirmation(struct call *c, struct req *r) { return mail_page(c, r, MAIL_CONFIRMATION); }
static struct err *password(struct call *c, struct req *r) { return mail_page(c, r, MAIL_PASSWORD); }

static struct err *do_confirmation(struct call *c, struct req *r)
{
	const struct link_in *in = r->in;

	TRY(req_csrf_check(c, r, "confirmation"));
	TRY(acts_confirmation_resend_to(c, in->email));
	return sent(c, r);
}

static struct err *do_password(struct call *c, struct req *r)
{
	const struct link_in *in = r->in;

	TRY(req_csrf_check(c, r, "password"));
	TRY(acts_password_forgot(c, in->email));
	return sent(c, r);
}

static struct err *edit_page(struct call *c, struct req *r, struct str error)
{
	const struct link_in *in = r->in;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_password page = { .csrf = req_csrf(c, r, "new password"), .token = in->token, .error = error };

	tpl_password(&b, &page);
	web__page(c, r, &(struct page_how){ .title = STR("Choose a new password") }, &b);
	return NULL;
}

static struct err *edit(struct call *c, struct req *r) { return edit_page(c, r, STR_NONE); }

static struct err *do_edit(struct call *c, struct req *r)
{
	const struct link_in *in = r->in;
	struct err *e;

	TRY(req_csrf_check(c, r, "new password"));
	e = acts_password_reset(c, in->token, in->password);
	if (e && (e->field.n || e->code == ERR_NOT_FOUND)) {
		req_status(r, 422);
		return edit_page(c, r, e->field.n ? web__fault(e, "password") : e->text);
	}
	TRY(e);
	web__message(c, r, &(struct tpl_message){ .heading = STR("Your password is changed"), .text = STR("Sign in with the new one."),
						   .link = STR("/auth/sign_in"), .link_text = STR("Sign in") });
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session_optional
#define SIGN_IN PARAMS(struct sign_in_in, sign_in_params)
#define SIGN_UP PARAMS(struct sign_up_in, sign_up_params)
#define LINK PARAMS(struct link_in, link_params)
const struct endpoint login_endpoints[] = {
	{ METHOD_GET, "/auth/sign_in", PAGE, .limit = LIMIT_PAGES, .handler = sign_in, SIGN_IN },
	{ METHOD_POST, "/auth/sign_in", PAGE, .limit = LIMIT_SIGN_IN, .handler = do_sign_in, SIGN_IN },
	{ METHOD_POST, "/auth/second_factor", PAGE, .limit = LIMIT_SIGN_IN, .handler = do_second, PARAMS(struct second_in, second_params) },
	{ METHOD_POST, "/auth/sign_out", PAGE, .limit = LIMIT_PAGES, .handler = sign_out },
	{ METHOD_GET, "/auth/sign_up", PAGE, .limit = LIMIT_PAGES, .handler = sign_up, SIGN_UP },
	{ METHOD_POST, "/auth/sign_up", .lane = LANE_FETCH, .accept = ACCEPT_HTML, .auth = auth_session_optional, .limit = LIMIT_SIGN_IN,
	  .handler = do_sign_up, SIGN_UP },
	{ METHOD_GET, "/invite/:invite_code", PAGE, .limit = LIMIT_SIGN_IN, .handler = invited },
	{ METHOD_GET, "/auth/confirm", PAGE, .limit = LIMIT_PAGES, .handler = confirm, LINK },
	{ METHOD_GET, "/auth/confirm_email", PAGE, .limit = LIMIT_SIGN_IN, .handler = confirm_email, LINK },
	{ METHOD_GET, "/auth/confirmation", PAGE, .limit = LIMIT_PAGES, .handler = confirmation, LINK },
	{ METHOD_POST, "/auth/confirmation", PAGE, .limit = LIMIT_SIGN_IN, .handler = do_confirmation, LINK },
	{ METHOD_GET, "/auth/password", PAGE, .limit = LIMIT_PAGES, .handler = password, LINK },
	{ METHOD_POST, "/auth/password", PAGE, .limit = LIMIT_SIGN_IN, .handler = do_password, LINK },
	{ METHOD_GET, "/auth/password/edit", PAGE, .limit = LIMIT_PAGES, .handler = edit, LINK },
	{ METHOD_POST, "/auth/password/edit", PAGE, .limit = LIMIT_SIGN_IN, .handler = do_edit, LINK },
	{ 0 },
};
