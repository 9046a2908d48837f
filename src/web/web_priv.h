/* web/web_priv.h: what the files of this room share. */
#pragma once
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
};
/* Answers with the page around main. */
void web__page(struct call *c, struct req *r, const struct page_how *how, const struct buf *main);
/* Answers with one heading, a sentence, and perhaps a way on. */
void web__message(struct call *c, struct req *r, const struct tpl_message *m);

/* A path here to go on to after signing in; "/" for anything else. */
struct str web__local_path(struct str path);
/* Plain text of a setting as paragraphs. */
struct safe_html web__prose(struct call *c, struct str text);
/* "22 Nov 2026, 17:58", in UTC. */
struct str web__date(struct arena *a, int64_t us);
void web__rules(struct call *c, const struct tpl_rule **ret, size_t *ret_n);
/* The newest public posts of people here. */
MUST struct err *web__latest(struct call *c, struct req *r, const struct tpl_post **ret, size_t *ret_n);
/* May a stranger read the timelines? */
bool web__timelines_open(const struct call *c, const struct req *r);
/* Posts of a JSON array of Status, as the client API shows them to this viewer. */
MUST struct err *web__posts(struct call *c, struct str json, const struct tpl_post **ret, size_t *ret_n);
MUST struct err *web__posts_of(struct call *c, const struct json *list, const struct tpl_post **ret, size_t *ret_n);
bool web__post(struct call *c, const struct json *status, bool is_main, struct tpl_post *ret);
