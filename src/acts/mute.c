#include "acts/mute.h"

#include "acts/people_priv.h"
#include "wire/text.h"

#define MUTE_MAX_US (100 * 366 * US_PER_DAY)

struct mute {
	const struct account *who, *whom;
	bool hide_notifications;
	int64_t expires_us;
	struct str comment;
};

static struct err *people(struct call *c, account_id who, account_id whom, struct mute *ret)
{
	if (id_eq(who, whom))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(acts__person(c, who, false, &ret->who));
	return acts__person(c, whom, false, &ret->whom);
}

static struct err *mute_tx(struct call *c, void *arg)
{
	struct mute *m = arg;

	TRY(mute_put(c, m->who->id, m->whom->id, m->hide_notifications, m->expires_us));
	if (m->hide_notifications)
		TRY(notifications_drop_from(c, m->who->id, m->whom->id));
	return acts__home_clean(c, m->who, m->whom->id);
}

struct err *acts_mute(struct call *c, account_id who, account_id whom, bool hide_notifications, int64_t duration_s)
{
	struct mute m = { .hide_notifications = hide_notifications };

	TRY(people(c, who, whom, &m));
	if (duration_s > 0)
		m.expires_us = c->now_us + (duration_s < MUTE_MAX_US / US_PER_S ? duration_s * US_PER_S : MUTE_MAX_US);
	return store_tx(c, mute_tx, &m);
}

static struct err *unmute_tx(struct call *c, void *arg)
{
	struct mute *m = arg;
	bool was;

	TRY(mute_drop(c, m->who->id, m->whom->id, &was));
	return was ? acts__home_fill(c, m->who) : NULL;
}

struct err *acts_unmute(struct call *c, account_id who, account_id whom)
{
	struct mute m = { 0 };

	TRY(people(c, who, whom, &m));
	return store_tx(c, unmute_tx, &m);
}

static struct err *note_tx(struct call *c, void *arg)
{
	struct mute *m = arg;

	return account_note_put(c, m->who->id, m->whom->id, m->comment);
}

struct err *acts_note_about(struct call *c, account_id who, account_id whom, struct str comment)
{
	struct mute m = { .comment = text_tidy(c->arena, comment) };

	TRY(people(c, who, whom, &m));
	if (text_graphemes(c->arena, m.comment) > NOTE_ABOUT_MAX)
		return FAIL_FIELD(c->arena, "comment", "ERR_TOO_LONG", "is too long (maximum is %d characters)", NOTE_ABOUT_MAX);
	return store_tx(c, note_tx, &m);
}
