/* /settings/security/two_factor: codes of an authenticator app, and recovery codes. */
#include "acts/two_factor.h"
#include "view/security.h"
#include "web/web_priv.h"
#include "wire/qr.h"

struct factor_in { struct str current_password, code; };
static const struct param factor_params[] = {
	PARAM_STR(struct factor_in, current_password, "current_password"),
	PARAM_STR(struct factor_in, code, "code", .max = 100),
};

static void page_of(struct call *c, struct req *r, const struct buf *main)
{
	web__settings(c, r, &(struct settings_how){ .path = "/settings/security", .heading = "Two-factor sign-in" }, main);
}

enum form { FORM_BEGIN, FORM_RENEW, FORM_OFF };

/* The page as it stands; e is the fault of that one of its forms. */
static struct err *show(struct call *c, struct req *r, enum form form, const struct err *e)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct str why = web__fault(e, "current_password");
	struct tpl_two_factor page = { .csrf = web__settings_csrf(c, r) };
	struct security_view v;

	if (e)
		req_status(r, 422);
	TRY(view_security(c, r->viewer.account, &v));
	page.on = v.totp;
	page.left = v.recovery_codes;
	*(form == FORM_BEGIN ? &page.error : form == FORM_RENEW ? &page.renew_error : &page.off_error) = why;
	tpl_two_factor(&b, &page);
	page_of(c, r, &b);
	return NULL;
}

static struct err *two_factor(struct call *c, struct req *r) { return show(c, r, FORM_BEGIN, NULL); }

static void show_setup(struct call *c, struct req *r, const struct totp_setup *setup, struct str error)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_two_factor_setup page = {
		.csrf = web__settings_csrf(c, r), .seed = setup->seed, .error = error,
		.picture = safe_html(qr_svg(c->arena, setup->uri, STR("QR code of the seed that stands below"))),
	};

	tpl_two_factor_setup(&b, &page);
	page_of(c, r, &b);
}

static void show_codes(struct call *c, struct req *r, const struct str codes[RECOVERY_CODES], bool first)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_recovery_code rows[RECOVERY_CODES];

	for (size_t i = 0; i < RECOVERY_CODES; i++)
		rows[i] = (struct tpl_recovery_code){ codes[i] };
	tpl_recovery_codes(&b, &(struct tpl_recovery_codes){ .first = first, .codes = rows, .codes_n = RECOVERY_CODES });
	page_of(c, r, &b);
}

static struct err *begin(struct call *c, struct req *r)
{
	const struct factor_in *in = r->in;
	struct totp_setup setup;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_totp_begin(c, r->viewer.account, in->current_password, &setup);
	if (e && e->field.n)
		return show(c, r, FORM_BEGIN, e);
	TRY(e);
	show_setup(c, r, &setup, STR_NONE);
	return NULL;
}

static struct err *prove(struct call *c, struct req *r)
{
	const struct factor_in *in = r->in;
	struct str codes[RECOVERY_CODES];
	struct totp_setup setup;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_totp_prove(c, r->viewer.account, in->code, codes);
	if (e && e->field.n) {
		TRY(acts_totp_waiting(c, r->viewer.account, &setup));
		req_status(r, 422);
		show_setup(c, r, &setup, web__fault(e, "code"));
		return NULL;
	}
	TRY(e);
	show_codes(c, r, codes, true);
	return NULL;
}

static struct err *renew(struct call *c, struct req *r)
{
	const struct factor_in *in = r->in;
	struct str codes[RECOVERY_CODES];
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_recovery_codes_make(c, r->viewer.account, in->current_password, codes);
	if (e && e->field.n)
		return show(c, r, FORM_RENEW, e);
	TRY(e);
	show_codes(c, r, codes, false);
	return NULL;
}

static struct err *off(struct call *c, struct req *r)
{
	const struct factor_in *in = r->in;
	struct err *e;

	TRY(web__settings_check(c, r));
	e = acts_totp_drop(c, r->viewer.account, in->current_password);
	if (e && e->field.n)
		return show(c, r, FORM_OFF, e);
	TRY(e);
	req_redirect(r, 303, STR("/settings/security?done=two-factor-off"));
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session, .limit = LIMIT_PAGES
#define FIELDS PARAMS(struct factor_in, factor_params)
const struct endpoint two_factor_endpoints[] = {
	{ METHOD_GET, "/settings/security/two_factor", PAGE, .handler = two_factor },
	{ METHOD_POST, "/settings/security/two_factor", PAGE, .handler = begin, FIELDS },
	{ METHOD_POST, "/settings/security/two_factor/prove", PAGE, .handler = prove, FIELDS },
	{ METHOD_POST, "/settings/security/two_factor/off", PAGE, .handler = off, FIELDS },
	{ METHOD_POST, "/settings/security/recovery_codes", PAGE, .handler = renew, FIELDS },
	{ 0 },
};
