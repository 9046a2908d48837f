#include "acts/card.h"

#include "acts/status_priv.h"
#include "conf/conf.h"
#include "store/card.h"
#include "store/search_index.h"
#include "store/job.h"
#include "store/status.h"
#include "wire/html.h"
#include "wire/text.h"
#include "wire/url.h"

enum { CLEAN_MONTHS = 12, CLEAN_BATCH = 1000, CLEAN_BATCHES_MAX = 20 };
#define MONTH_US (30 * US_PER_DAY)

/* ---- which page ---- */

static bool is_ours(struct call *c, const struct url *u)
{
	struct str own = url_domain(c->arena, c->conf->base_url);

	return str_eq(u->domain, own) || str_eq(u->domain, c->conf->domain);
}

/* Sanitising has taken rel="tag" away; the address of a tag's page ends in the tag all the same. */
static bool is_tag_page(struct call *c, const struct status_whole *w, struct str href)
{
	size_t slash = str_rfind(href, '/');
	struct str name;

	if (slash == href.n || !str_contains(href, STR("/tag")) || !url_decode(c->arena, str_from(href, slash + 1), false, &name))
		return false;
	name = text_tag_key(c->arena, name);
	for (size_t i = 0; i < w->tags_n; i++)
		if (str_eq(w->tag_keys[i], name))
			return true;
	return false;
}

/* Microformats say what is a mention or a hashtag; a person's page is one too, however it is marked. */
static bool is_no_page(struct call *c, const struct status_whole *w, const struct html_link *l)
{
	if (html_has_word(l->rel, "tag") || html_has_word(l->classes, "u-url") || html_has_word(l->classes, "h-card") ||
	    html_has_word(l->classes, "mention") || html_has_word(l->classes, "hashtag"))
		return true;
	for (size_t i = 0; i < w->mentions_n; i++)
		if (str_eq(l->href, w->mentions[i].url))
			return true;
	return is_tag_page(c, w, l->href);
}

/* Without the line that names a quoted post for those who do not see it: it stands first, as the sanitizer and acts_compose() write it. */
static struct str without_quote_line(struct str html)
{
	static const struct str begin = STRC("<p class=\"quote-inline\">"), end = STRC("</p>");
	size_t at = str_has_prefix(html, begin) ? str_find_str(html, end) : html.n;

	return at < html.n ? str_from(html, at + end.n) : html;
}

static bool may_be_previewed(struct call *c, struct str address, struct url *ret)
{
	return url_parse(c->arena, address, ret) && !is_ours(c, ret) && ret->text.n <= CARD_URL_MAX;
}

static bool first_page(struct call *c, const struct status_whole *w, struct url *ret)
{
	struct html_link *links;
	size_t n = html_links(c->arena, without_quote_line(w->s.content), &links);

	if (w->link.n && may_be_previewed(c, w->link, ret))
		return true;
	for (size_t i = 0; i < n; i++)
		if (!links[i].is_head && !is_no_page(c, w, &links[i]) && may_be_previewed(c, links[i].href, ret))
			return true;
	return false;
}

static bool is_due(struct call *c, const struct card *k)
{
	int64_t kept_s = k->state == CARD_STATE_READY ? CARD_KEPT_S : CARD_FAILED_S;

	return k->fetched_us < c->now_us - kept_s * US_PER_S;
}

struct err *acts__card_choose(struct call *c, const struct status_whole *w, card_id *ret)
{
	struct job_new job = { .kind = JOB_CARD };
	struct card *k;
	struct url page;

	*ret = ID_NONE(card_id);
	if (w->s.reblog_of.v || !c->conf || !first_page(c, w, &page))
		return NULL;
	TRY(card_want(c, page.text, &k));
	*ret = k->id;
	if (!is_due(c, k))
		return NULL;
	job.ref_id = k->id.v;
	job.host = page.domain;
	TRY(card_asked(c, k->id));
	/* Every server that gets the post looks the page up: each at its own moment. */
	if (!w->s.local && c->conf->card_spread_s)
		job.due_us = c->now_us + (int64_t)(str_hash(page.text) % (uint64_t)c->conf->card_spread_s) * US_PER_S;
	return job_add(c, &job);
}

/* ---- what it holds ---- */

struct putting {
	card_id id;
	const struct card *found;
};

/* The row that the page's words belong to; where its own address is another than that of `asked`, asked leads there from now on. */
static struct err *row_of_page(struct call *c, struct card *asked, const struct card *found, struct card **ret)
{
	struct card *own;

	*ret = asked;
	if (asked->same_as.v) {
		TRY(card_find(c, asked->same_as, &own));
		*ret = own ? own : asked;
		return NULL;
	}
	if (str_eq(found->url, asked->url) || asked->state == CARD_STATE_READY)
		return NULL;
	TRY(card_want(c, found->url, &own));
	if (own->same_as.v) {
		TRY(card_find(c, own->same_as, &own));
		if (!own || id_eq(own->id, asked->id))
			return NULL;
	}
	asked->same_as = own->id;
	*ret = own;
	return NULL;
}

static struct err *queue_rest(struct call *c, const struct card *k)
{
	struct job_new image = { .kind = JOB_CARD_IMAGE, .ref_id = k->id.v }, author = { .kind = JOB_CARD_AUTHOR, .ref_id = k->id.v };

	if (k->image_url.n && !k->blurhash.n) {
		image.once_key = arena_printf(c->arena, "card_image:%lld", (long long)k->id.v);
		TRY(job_add(c, &image));
	}
	if (!k->creator.n || k->author.v)
		return NULL;
	author.arg = k->creator;
	author.payload = k->url;
	author.once_key = arena_printf(c->arena, "card_author:%lld", (long long)k->id.v);
	return job_add(c, &author);
}

static struct err *fill(struct call *c, struct card *row, const struct card *found)
{
	struct card k = *found;

	k.id = row->id;
	k.same_as = ID_NONE(card_id);
	k.state = CARD_STATE_READY;
	k.fetched_us = c->now_us;
	if (str_eq(k.image_url, row->image_url) && row->blurhash.n) {
		k.blurhash = row->blurhash;
		k.width = k.html.n ? k.width : row->width;
		k.height = k.html.n ? k.height : row->height;
	}
	if (str_eq(k.creator, row->creator))
		k.author = row->author;
	TRY(card_put(c, &k));
	return queue_rest(c, &k);
}

static struct err *put(struct call *c, void *arg)
{
	const struct putting *p = arg;
	struct card *asked, *row;

	TRY(card_find(c, p->id, &asked));
	if (!asked)
		return NULL;
	asked->fetched_us = c->now_us;
	if (!p->found) {
		if (asked->state == CARD_STATE_WANTED)
			asked->state = CARD_STATE_FAILED;
		return card_put(c, asked);
	}
	TRY(row_of_page(c, asked, p->found, &row));
	asked->state = CARD_STATE_READY;
	if (row != asked)
		TRY(card_put(c, asked));
	if (p->found->html.n)
		TRY(search_mark_card(c, asked->id));
	return fill(c, row, p->found);
}

struct err *acts_card_put(struct call *c, card_id id, const struct card *found)
{
	struct putting p = { id, found };
	struct err *e = store_tx(c, put, &p);

	/* Another worker made the row of the page's own address: now it stands. */
	return e && e->code == ERR_CONFLICT ? store_tx(c, put, &p) : e;
}

struct learned {
	card_id id;
	struct str of, blurhash;
	int64_t width, height;
	account_id who;
};

static struct err *put_image(struct call *c, void *arg)
{
	const struct learned *l = arg;

	return card_image_put(c, l->id, l->of, l->width, l->height, l->blurhash);
}

struct err *acts_card_image(struct call *c, card_id id, struct str image_url, int64_t width, int64_t height, struct str blurhash)
{
	struct learned l = { .id = id, .of = image_url, .blurhash = blurhash, .width = width, .height = height };

	return store_tx(c, put_image, &l);
}

static struct err *put_author(struct call *c, void *arg)
{
	const struct learned *l = arg;

	return card_author_put(c, l->id, l->of, l->who);
}

struct err *acts_card_author(struct call *c, card_id id, struct str creator, account_id who)
{
	struct learned l = { .id = id, .of = creator, .who = who };

	return store_tx(c, put_author, &l);
}

/* ---- the end of cards ---- */

struct sweep {
	int64_t from_us, before_us, n;
};

static struct err *drop(struct call *c, void *arg)
{
	struct sweep *s = arg;

	return cards_drop_unused(c, s->from_us, s->before_us, CLEAN_BATCH, &s->n);
}

/* Looks only at those that come of age today, so that a day's work does not grow with the years. */
struct err *acts_clean_cards(struct call *c)
{
	for (int month = 1; month <= CLEAN_MONTHS; month++) {
		struct sweep s = { .before_us = c->now_us - month * MONTH_US, .n = CLEAN_BATCH };

		s.from_us = s.before_us - 2 * US_PER_DAY;
		for (int i = 0; i < CLEAN_BATCHES_MAX && s.n == CLEAN_BATCH; i++)
			TRY(store_tx(c, drop, &s));
	}
	return NULL;
}
