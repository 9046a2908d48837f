/* web/web_priv.h: what the files of this room share. */
#pragma once
#include "acts/choice.h"
#include "acts/session.h"
#include "gate/session.h"
#include "web/templates.h"
#include "web/web.h"
#include "wire/json.h"

enum { WEB_PART_MAX = 2 << 20, WEB_PAGE_MAX = 3 << 20 };

struct page_how {
	struct str title;
	struct safe_html head;
	/* A question to be answered before anything else: no ways out at the top. Its forms may lead anywhere, because browsers hold the
	 * redirect that follows a form to form-action, and apps are anywhere. */
	bool alone;
	bool plain;                   /* an error's page: asks the database for nothing */
	const char *script;           /* the one file of ours in /assets that this page may run; NULL: none */
};
/* Answers with the page around main. */
void web__page(struct call *c, struct req *r, const struct page_how *how, const struct buf *main);
/* Answers with one heading, a sentence, and perhaps a way on. */
void web__message(struct call *c, struct req *r, const struct tpl_message *m);

/* Says that what was asked for is on another server, and where. */
void web__leads_away(struct call *c, struct req *r, struct str url);

/* A page of one's own settings. Its forms carry web__settings_csrf() and their handlers begin with web__settings_check(); what was done is
 * said by the page they lead back to: "?done=WORD". */
struct settings_how {
	const char *path, *heading;
	struct str notice;
	const char *script;           /* as above */
};
void web__settings(struct call *c, struct req *r, const struct settings_how *how, const struct buf *main);
struct str web__settings_csrf(struct call *c, struct req *r);
MUST struct err *web__settings_check(struct call *c, struct req *r);
struct done_text { const char *word, *text; };
/* The text for the page's "done"; none where there is none. */
struct str web__done(const struct req *r, const struct done_text *texts, size_t n);

/* What a field's error says, without the words for clients; none where that field is right. */
struct str web__fault(const struct err *e, const char *field);
struct caller web__caller(const struct req *r);
/* "Firefox on Linux", as far as a browser says what it is. */
struct str web__device(struct arena *a, struct str user_agent);
/* Signing in, by whatever means. The application it is for (return_to leads to its consent page; none), errors that are told on the page
 * with what they say there, and the way on: who was signed in in this browser is so no longer. */
struct str web__app_of(struct call *c, struct str return_to);
bool web__refused(const struct err *e);
struct str web__why(const struct err *e);
MUST struct err *web__enter(struct call *c, struct req *r, struct str token, struct str return_to);
/* A box that a form shows always: not ticked is no. */
enum choice web__choice(enum tri ticked);
/* A set of scopes in words. */
void web__scopes(struct call *c, struct str set, const struct tpl_scope **ret, size_t *ret_n);
/* A path here to go on to after signing in; "/" for anything else. */
struct str web__local_path(struct str path);
/* Plain text of a setting as paragraphs. */
struct safe_html web__prose(struct call *c, struct str text);
/* "22 Nov 2026, 17:58", in UTC. */
struct str web__date(struct arena *a, int64_t us);
MUST struct err *web__rules(struct call *c, const struct tpl_rule **ret, size_t *ret_n);
/* The newest public posts of people here. */
MUST struct err *web__latest(struct call *c, struct req *r, const struct tpl_post **ret, size_t *ret_n);
/* May a stranger read the timelines? */
bool web__timelines_open(const struct call *c, const struct req *r);
/* Posts of a JSON array of Status, as the client API shows them to this viewer. */
MUST struct err *web__posts(struct call *c, struct str json, const struct tpl_post **ret, size_t *ret_n);
MUST struct err *web__posts_of(struct call *c, const struct json *list, const struct tpl_post **ret, size_t *ret_n);
bool web__post(struct call *c, const struct json *status, bool is_main, struct tpl_post *ret);
