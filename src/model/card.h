/* model/card.h: what a page that posts link to says of itself. https://docs.joinmastodon.org/entities/PreviewCard/ */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

/* A card is looked up again once this old; one that could not be had, sooner. */
enum { CARD_KEPT_S = 14 * 86400, CARD_FAILED_S = 3600, CARD_URL_MAX = 2048 };

/* Texts are plain, and never none where an empty one is meant. */
struct card {
	card_id id;
	struct str url;               /* the page's own address */
	struct str original_url;      /* as the post names it */
	card_id same_as;              /* the row of the page's own address, where this one is another */
	enum card_state state;
	int64_t fetched_us;           /* when it was last looked up, or that was queued; 0: never */
	enum card_type type;
	struct str title, description, language;
	struct str author_name, author_url, provider_name, provider_url;
	struct str html, embed_url;   /* html: none or one iframe in a sandbox */
	int64_t width, height;
	struct str image_url;         /* where the picture is; shown through our proxy. None: no picture */
	struct str image_description, blurhash;
	int64_t published_us;
	struct str creator;           /* whom the page names by fediverse:creator: "alice@example.org" */
	account_id author;            /* who that is */
	struct str author_domains;    /* JSON: the sites that may name them */
};
