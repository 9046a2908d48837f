/* view/media.h: attachments that are not part of a post yet, and pictures of other servers as our proxy may show them. */
#pragma once
#include "base/call.h"
#include "base/map.h"
#include "model/status.h"
#include "model/viewer.h"

/* The MediaAttachment entity of one that the viewer has uploaded and not attached, and how far it is. Fails: NOT_FOUND. */
MUST struct err *view_media_json(struct call *c, const struct viewer *v, media_id id, enum media_state *ret_state, struct str *ret_json);
/* For the one who converts it. *ret_found: it is still there. */
MUST struct err *view_media_row(struct call *c, media_id id, struct media *ret, bool *ret_found);
/* Rows of attachments of posts that the viewer was shown: map id.v -> struct media *. One query, the first VIEW_MEDIA_MAX ids. */
enum { VIEW_MEDIA_MAX = 320 };
MUST struct err *view_media_rows(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
struct str view_media_entity(struct call *c, const struct media *m);

/* What /media_proxy/KIND/ID/HASH stands for. */
enum proxy_kind {
	PROXY_MEDIA, PROXY_AVATAR, PROXY_HEADER, PROXY_CARD,
	PROXY_FILM,                   /* of an attachment that moves: the film that was made of our copy */
	PROXY_STILL,                  /* of the same: its first picture */
	PROXY_PREVIEW,                /* of a film or a sound: the picture that comes with it */
	PROXY_EMOJI, PROXY_EMOJI_STILL,     /* at /media_proxy/KIND/DOMAIN/SHORTCODE/HASH; the first picture of one that moves, else the whole */
	PROXY_FRAME,                  /* of a film that comes without one: its first picture */
	PROXY_PLAY,                   /* a film or a sound */
	PROXY_AVATAR_STILL, PROXY_HEADER_STILL,      /* the first picture of one that moves, else the whole */
	PROXY_KINDS
};
/* Of which this is the first picture, or all of it where it does not move; PROXY_KINDS: of none. */
static inline enum proxy_kind proxy_whole_of(enum proxy_kind kind)
{
	return kind == PROXY_AVATAR_STILL ? PROXY_AVATAR : kind == PROXY_HEADER_STILL ? PROXY_HEADER :
	       kind == PROXY_EMOJI_STILL  ? PROXY_EMOJI : PROXY_KINDS;
}
#define PROXY_MOVES "; moves"          /* behind the type of a copy of more than one picture */
struct proxied {
	enum proxy_kind kind;
	int64_t id;
	struct str url;               /* on the other server */
	struct str file;              /* our copy of it; none: not fetched yet, or the address has changed since */
};
/* hash is the one that our own addresses carry: only who was shown the address knows it, so a picture of a post that strangers may
 * not see stays unseen. Fails: NOT_FOUND  the id is unknown, not another server's, suspended, or the hash is another. */
MUST struct err *view_proxied(struct call *c, enum proxy_kind kind, int64_t id, struct str hash, struct proxied *ret);
/* An emoji of another server, whatever its address was when somebody was shown it: a post keeps the hash of its own time, which only makes browsers
 * look again. Fails: NOT_FOUND  it is not known, there was none lately, or nothing is shown of that server, or of where the picture is. */
MUST struct err *view_proxied_emoji(struct call *c, enum proxy_kind kind, struct str domain, struct str shortcode, struct proxied *ret);
/* The picture of a card, for the one who fetches it; its url is none where the card is gone or has none. */
MUST struct err *view_proxied_card(struct call *c, card_id id, struct proxied *ret);
/* The film of an attachment that is a picture yet, for the one who makes it; its url is none where it is gone or is no picture. */
MUST struct err *view_proxied_gif(struct call *c, media_id id, struct proxied *ret);
/* Where the film of another server is; none: it is gone, or is no film, or none that is shown here. */
MUST struct err *view_film_elsewhere(struct call *c, media_id id, struct str *ret_url);
/* The copy there is by now; none: none. */
MUST struct err *view_proxied_again(struct call *c, const struct proxied *p, struct str *ret_file);
