/* What this server is: the front page, and its documents. */
#include "conf/conf.h"
#include "model/page.h"
#include "view/instance.h"
#include "view/instance_text.h"
#include "view/server_block.h"
#include "web/web_priv.h"
#include "wire/text.h"

enum { BLOCKS_SHOWN = 500 };

/* As far as whoever looks may know; the rest is a number. */
static struct err *blocks(struct call *c, struct req *r, struct tpl_about *page)
{
	static const char *const words[BLOCK_COUNT] = { "is limited", "is suspended", "" };
	struct server_blocks_told told;
	struct tpl_blocked *rows;

	TRY(view_server_blocks(c, &r->viewer, &told));
	page->blocks_n = told.n < BLOCKS_SHOWN ? told.n : BLOCKS_SHOWN;
	rows = arena_array(c->arena, struct tpl_blocked, page->blocks_n + 1);
	for (size_t i = 0; i < page->blocks_n; i++)
		rows[i] = (struct tpl_blocked){ told.v[i].shown, str_z(words[told.v[i].severity]), told.v[i].comment };
	page->blocks = rows;
	if (told.n > BLOCKS_SHOWN)
		page->more_blocks = arena_printf(c->arena, "%zu", told.n - BLOCKS_SHOWN);
	return NULL;
}

static struct err *about(struct call *c, struct req *r)
{
	const struct conf *conf = c->conf;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_about page = {
		.title = conf->title, .summary = conf->short_description, .description = web__prose(c, conf->description), .contact = conf->contact_email,
		.contact_link = arena_concat(c->arena, STR("mailto:"), conf->contact_email), .speaker = conf->contact_account,
		.speaker_link = arena_concat(c->arena, STR("/@"), conf->contact_account), .version = STR(HOWDAH_VERSION),
	};

	TRY(web__rules(c, &page.rules, &page.rules_n));
	TRY(blocks(c, r, &page));
	tpl_about(&b, &page);
	web__page(c, r, &(struct page_how){ .title = STR("About") }, &b);
	return NULL;
}

static struct err *document(struct call *c, struct req *r, const char *heading, struct str text)
{
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct tpl_document page = { .heading = str_z(heading), .text = web__prose(c, text), .none = STR("Nothing has been written down yet.") };

	tpl_document(&b, &page);
	web__page(c, r, &(struct page_how){ .title = page.heading }, &b);
	return NULL;
}

static struct err *privacy(struct call *c, struct req *r) { return document(c, r, "Privacy policy", view_privacy_policy(c)); }

static struct err *terms(struct call *c, struct req *r)
{
	struct str text;
	int64_t effective_us;

	TRY(view_terms(c, &text, &effective_us));
	return document(c, r, "Terms of service", text);
}

static struct err *front(struct call *c, struct req *r)
{
	const struct conf *conf = c->conf;
	struct buf b = buf_init(c->arena, WEB_PART_MAX);
	struct instance_counts counts;
	struct tpl_front page = {
		.title = conf->title, .summary = conf->short_description, .description = web__prose(c, conf->description), .domain = conf->domain,
		.can_join = conf_signup_possible(conf), .signed_in = r->session_token.n > 0, .latest_allowed = web__timelines_open(c, r),
	};

	TRY(view_instance_counts(c, &counts));
	page.people = counts.users;
	page.posts = counts.statuses;
	page.servers = counts.domains;
	if (page.latest_allowed)
		TRY(web__latest(c, r, &page.latest, &page.latest_n));
	tpl_front(&b, &page);
	web__page(c, r, &(struct page_how){ 0 }, &b);
	return NULL;
}

#define PAGE .lane = LANE_DB, .accept = ACCEPT_HTML, .auth = auth_session_optional, .limit = LIMIT_PAGES
const struct endpoint front_endpoints[] = {
	{ METHOD_GET, "/", PAGE, .handler = front },
	{ METHOD_GET, "/about", PAGE, .handler = about },
	{ METHOD_GET, "/privacy-policy", PAGE, .handler = privacy },
	{ METHOD_GET, "/terms-of-service", PAGE, .handler = terms },
	{ 0 },
};
