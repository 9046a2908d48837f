/* media/proxy.h: pictures of other servers, fetched once, made ours and kept for a while, so that nobody's address travels to strangers
 * and their files cannot harm. Of an attachment that moves a film is made once it was looked at, and is a copy like the others (JOB_GIF).
 * What may be fetched, the database says (view/media.h); never a request.
 *
 * Films and sounds are put into another container, and what is in it is played as it is; INVALID where one is larger than conf.proxy_film_max,
 * cannot be had in pieces, within PROXY_PLAY_MS, or put there in time, where films have taken half of what may be fetched within the hour, and in
 * place of BUSY.
 *
 * Shared by all threads; guarded inside. At most PROXY_FETCHES_MAX are under way, and of those that make films, take pictures out of them or
 * play them PROXY_FILMS_MAX, PROXY_FRAMES_MAX and PROXY_PLAYS_MAX; PROXY_WAITERS_MAX wait for each (PROXY_PLAY_WAITERS_MAX for one
 * that is played, so that films never take all of a lane); the rest are told BUSY. What could not be had is remembered for PROXY_FAILED_S, the
 * newest PROXY_FAILURES of them. When conf.proxy_hour_max bytes were fetched within an hour, by this process, whoever wants another is told BUSY
 * too; what is here already is shown. */
#pragma once
#include "base/call.h"
#include "view/media.h"

enum { PROXY_FETCHES_MAX = 64, PROXY_WAITERS_MAX = 4, PROXY_FAILURES = 1024, PROXY_FAILED_S = 600, PROXY_FILMS_MAX = 2, PROXY_FRAMES_MAX = 8,
       PROXY_PLAYS_MAX = 2, PROXY_PLAY_WAITERS_MAX = 1 };
/* An emoji is as large as Mastodon lets one be. A frame is in the first piece of its film, or it is not shown. */
enum { PROXY_BODY_MAX = 16 * 1024 * 1024, PROXY_EMOJI_MAX = 256 * 1024, PROXY_FRAME_PIECE = 1024 * 1024,
       PROXY_PLAY_PIECE = 4 * 1024 * 1024, PROXY_TIMEOUT_MS = 20000, PROXY_PLAY_MS = 15000, PROXY_REDIRECTS_MAX = 3 };

struct proxy;
struct proxy *proxy_create(struct arena *a);                  /* lives in a */

/* Our copy's name in storage, fetching it where there is none: only on lanes that may wait. Uses c->house's proxy, client, helper and
 * storage. Fails: NOT_FOUND  it is no picture, or the other server has none; REMOTE  it did not answer well; INVALID  of films and
 * sounds: see above; BUSY; LATER. */
MUST struct err *proxy_get(struct call *c, const struct proxied *what, struct str *ret_file);

/* Recurring: forgets copies that are old, and the oldest while all together are over conf.proxy_cache_max. */
MUST struct err *media_proxy_clean(struct call *c);
