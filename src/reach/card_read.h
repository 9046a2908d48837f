/* reach/card_read.h: a page becomes a preview card. Pure: bytes in, texts and addresses out. OpenGraph (https://ogp.me/), Twitter's
 * player, schema.org's NewsArticle and WebPage in JSON-LD, fediverse:creator, oEmbed (https://oembed.com/); first the structured data, then
 * OpenGraph, then the page's own words, as Mastodon does. Every text has a bound and is cut there. */
#pragma once
#include "base/call.h"
#include "model/card.h"
#include "wire/json.h"
#include "wire/url.h"

/* body: the page, as its server sent it from `where` with this content type. *ret is all of the card but its ids and times; its url is the
 * page's own address (canonical), which is at the same host. *ret_oembed: where the page says that more is said in JSON; none: nowhere.
 * False: it is no page, or there is nothing to show. */
bool card_read(struct call *c, const struct url *where, struct str content_type, struct str body, struct card *ret, struct str *ret_oembed);

/* What an oEmbed answer from `where` adds. A rich one adds names only: most of those want scripts. */
void card_read_oembed(struct call *c, const struct url *where, const struct json *answer, struct card *k);

/* The one piece of HTML that a card may hold; empty where src is no https address, or is at this server. */
struct str card_frame(struct call *c, struct str src, struct str title, int64_t width, int64_t height);
