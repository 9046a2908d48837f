#include "acts/profile.h"

#include "acts/links.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "base/map.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/instance.h"
#include "store/job.h"
#include "store/user.h"
#include "wire/json.h"
#include "wire/text.h"
#include "wire/url.h"

enum { MENTIONS_MAX = 20, EMOJIS_MAX = 100, PROFILE_JSON_MAX = 256 * 1024, LANGUAGE_MAX = 8 };

/* Checks */

struct errors {
	struct err *first, **last;
};

static void add(struct errors *all, struct err *e)
{
	*all->last = e;
	all->last = &e->next;
}

static void check_length(struct call *c, struct errors *all, const char *field, size_t is, int64_t max)
{
	if ((int64_t)is > max)
		add(all, FAIL_FIELD(c->arena, field, "ERR_TOO_LONG", "is too long (maximum is %lld characters)", (long long)max));
}

/* A site as people paste it: with its scheme, or with a star for what is under it. Under it is meant anyway. */
static bool read_site(struct call *c, struct str said, struct str *ret)
{
	static const struct str before[] = { STRC("https://"), STRC("http://"), STRC("*.") };

	said = str_trim(said);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (str_ihas_prefix(said, before[i]))
			said = str_from(said, before[i].n);
	return domain_normalize(c->arena, said, ret);
}

static void check_attribution(struct call *c, struct errors *all, const struct profile_edit *in)
{
	struct str domain;

	if (in->attribution_n > ATTRIBUTION_MAX)
		add(all, FAIL_FIELD(c->arena, "attribution_domains", "ERR_TOO_LONG", "is too long (maximum is %d sites)", ATTRIBUTION_MAX));
	for (size_t i = 0; i < in->attribution_n; i++)
		if (!read_site(c, in->attribution[i], &domain)) {
			add(all, FAIL_FIELD(c->arena, "attribution_domains", "ERR_INVALID", "is invalid"));
			break;
		}
}

/* Each once. */
static struct str attribution_json(struct call *c, const struct profile_edit *in)
{
	struct buf b = buf_init(c->arena, PROFILE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct map *seen = map_create(c->arena);
	struct str domain;

	jw_arr(&w);
	for (size_t i = 0; i < in->attribution_n; i++)
		if (read_site(c, in->attribution[i], &domain) && !map_find(seen, domain)) {
			map_put(seen, domain, seen);
			jw_str(&w, domain);
		}
	jw_arr_end(&w);
	return buf_str(&b);
}

static void check_fields(struct call *c, struct errors *all, const struct profile_edit *in)
{
	if ((int64_t)in->fields_n > c->conf->profile_fields_max)
		add(all, FAIL_FIELD(c->arena, "fields", "ERR_TOO_LONG", "is too long (maximum is %lld fields)", (long long)c->conf->profile_fields_max));
	for (size_t i = 0; i < in->fields_n; i++) {
		check_length(c, all, "fields", text_graphemes(c->arena, in->fields[i].name), PROFILE_FIELD_CHARS_MAX);
		check_length(c, all, "fields", text_graphemes(c->arena, in->fields[i].value), PROFILE_FIELD_CHARS_MAX);
		if (!str_trim(in->fields[i].name).n)
			add(all, FAIL_FIELD(c->arena, "fields", "ERR_BLANK", "with a value need a name"));
	}
}

struct err *acts_profile_check(struct call *c, const struct profile_edit *in)
{
	struct errors all = { NULL, &all.first };
	enum visibility privacy;
	enum quote_policy policy;

	check_length(c, &all, "display_name", text_graphemes(c->arena, text_display_name(c->arena, in->display_name)), c->conf->display_name_max);
	check_length(c, &all, "note", text_length(c->arena, text_tidy(c->arena, in->note)), c->conf->note_max);
	check_length(c, &all, "avatar_description", text_graphemes(c->arena, in->avatar_description), PICTURE_DESCRIPTION_MAX);
	check_length(c, &all, "header_description", text_graphemes(c->arena, in->header_description), PICTURE_DESCRIPTION_MAX);
	check_fields(c, &all, in);
	check_attribution(c, &all, in);
	if (in->privacy.n && (!visibility_parse(in->privacy, &privacy) || privacy == VISIBILITY_LIMITED))
		add(&all, FAIL_FIELD(c->arena, "privacy", "ERR_INCLUSION", "is not included in the list"));
	if (in->quote_policy.n && !quote_policy_parse(in->quote_policy, &policy))
		add(&all, FAIL_FIELD(c->arena, "quote_policy", "ERR_INCLUSION", "is not included in the list"));
	if (in->language.n > LANGUAGE_MAX)
		add(&all, FAIL_FIELD(c->arena, "language", "ERR_INCLUSION", "is not included in the list"));
	return all.first;
}

/* From what is typed to what is stored. All reading is done before the transaction. */

struct change {
	account_id who;
	const struct profile_edit *in;
	struct map *people;           /* folded "name@domain" -> struct account *: those mentioned */
	struct str note, fields_source;
	struct profile_files unused;
};

static struct str handle_key(struct call *c, struct str name, struct str domain, struct str *ret_domain)
{
	struct str key = text_fold(c->arena, name);

	if (!domain.n || !domain_normalize(c->arena, domain, ret_domain) || str_eq(*ret_domain, c->conf->domain) ||
	    str_eq(*ret_domain, c->conf->web_domain))
		*ret_domain = STR("");
	return arena_concat(c->arena, key, STR("@"), *ret_domain);
}

static struct err *find_people(struct call *c, struct change *k, struct str text)
{
	struct text_entity *e;
	size_t n = text_scan(c->arena, text, &e);

	for (size_t i = 0; i < n && map_count(k->people) < MENTIONS_MAX; i++) {
		struct account *a;
		struct str domain, key;

		if (e[i].kind != TEXT_MENTION)
			continue;
		key = handle_key(c, e[i].name, e[i].domain, &domain);
		if (map_find(k->people, key))
			continue;
		TRY(account_find_handle(c, text_fold(c->arena, e[i].name), domain, &a));
		if (a && !a->deleted_us && !a->suspended_us)
			map_put(k->people, key, a);
	}
	return NULL;
}

struct mention_of {
	struct call *c;
	const struct change *k;
};

static bool mention(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	const struct mention_of *m = arg;
	struct str normal;
	const struct account *a = map_find(m->k->people, handle_key(m->c, name, domain, &normal));

	if (!a)
		return false;
	*ret = (struct text_person){ a->url.n ? a->url : a->uri, a->username, a->domain.n ? a->domain : STR_NONE };
	return true;
}

static struct str html(struct call *c, const struct change *k, struct str text, bool field)
{
	struct mention_of m = { c, k };
	struct text_format how = { .base_url = c->conf->base_url, .full_handles = true, .rel_me = field, .one_line = field,
				   .mention = mention, .arg = &m };

	return text_to_html(c->arena, text, &how);
}

/* A value that stays keeps the time its link was verified. */
static struct str verified_before(struct call *c, const struct account *a, struct str value_html)
{
	const struct json *old = NULL;

	if (!a->fields.n || json_parse(c->arena, a->fields, &old))
		return STR_NONE;
	for (size_t i = 0; i < json_len(old); i++)
		if (str_eq(json_get_s(json_at(old, i), "value"), value_html))
			return json_get_s(json_at(old, i), "verified_at");
	return STR_NONE;
}

static struct str fields_json(struct call *c, const struct change *k, const struct account *a)
{
	struct buf b = buf_init(c->arena, PROFILE_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < k->in->fields_n; i++) {
		const struct profile_field *f = &k->in->fields[i];
		struct str value = html(c, k, str_trim(f->value), true);

		jw_obj(&w);
		jw_kstr(&w, "name", text_display_name(c->arena, f->name));
		jw_kstr(&w, "value", value);
		jw_kstr(&w, "verified_at", verified_before(c, a, value));
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_str(&b);
}

static struct str fields_source_json(struct call *c, const struct profile_edit *in)
{
	struct buf b = buf_init(c->arena, PROFILE_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < in->fields_n; i++) {
		jw_obj(&w);
		jw_kstr(&w, "name", text_display_name(c->arena, in->fields[i].name));
		jw_kstr(&w, "value", str_trim(in->fields[i].value));
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_str(&b);
}

/* The custom emoji of name, note and fields, as they are now. */
static struct err *emojis_json(struct call *c, const struct account *a, struct str *ret)
{
	struct buf b = buf_init(c->arena, PROFILE_JSON_MAX);
	struct jw w = jw_init(&b);
	struct str all = arena_concat(c->arena, a->display_name, STR("\n"), a->note_source, STR("\n"), a->fields_source), *names;
	size_t n = text_emojis(c->arena, all, &names), found = 0;
	struct emoji_row *rows = NULL;

	if (n)
		TRY(custom_emojis_named(c, names, n < EMOJIS_MAX ? n : EMOJIS_MAX, &rows, &found));
	jw_arr(&w);
	for (size_t i = 0; i < found; i++) {
		jw_obj(&w);
		jw_kstr(&w, "shortcode", rows[i].shortcode);
		jw_kstr(&w, "url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), rows[i].file));
		jw_kstr(&w, "static_url", arena_concat(c->arena, c->conf->base_url, STR("/media/"), rows[i].static_file));
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	*ret = buf_str(&b);
	return NULL;
}

static void choose(bool *at, enum choice what)
{
	if (what != CHOICE_KEEP)
		*at = what == CHOICE_YES;
}

static void hide(bool *at, enum choice show)
{
	if (show != CHOICE_KEEP)
		*at = show == CHOICE_NO;
}

/* Only what is in use counts as unused once it is replaced. */
static void take_picture(const struct profile_picture *in, struct str *file, struct str *still, struct profile_picture *unused)
{
	*unused = (struct profile_picture){ 0 };
	if (!in->set)
		return;
	*unused = (struct profile_picture){ file->n > 0, *file, *still };
	*file = in->file.n ? in->file : STR_NONE;
	*still = in->file.n ? in->still_file : STR_NONE;
}

static void take_texts(struct call *c, const struct change *k, struct account *a)
{
	const struct profile_edit *in = k->in;

	if (in->display_name.p)
		a->display_name = text_display_name(c->arena, in->display_name);
	if (in->note.p) {
		a->note_source = k->note;
		a->note = html(c, k, k->note, false);
	}
	if (in->has_fields) {
		a->fields = fields_json(c, k, a);
		a->fields_source = k->fields_source;
	}
	if (in->has_attribution)
		a->attribution_domains = attribution_json(c, in);
	if (in->avatar_description.p)
		a->avatar_description = str_trim(in->avatar_description);
	if (in->header_description.p)
		a->header_description = str_trim(in->header_description);
}

static struct err *save_defaults(struct call *c, const struct change *k)
{
	struct user u;
	bool found;

	if (!k->in->privacy.n && !k->in->language.p && !k->in->quote_policy.n && k->in->sensitive == CHOICE_KEEP)
		return NULL;
	TRY(user_find(c, k->who, &u, &found));
	if (!found)
		return NULL;
	if (k->in->privacy.n)
		(void)visibility_parse(k->in->privacy, &u.default_privacy);
	if (k->in->quote_policy.n)
		(void)quote_policy_parse(k->in->quote_policy, &u.default_quote_policy);
	if (k->in->language.p)
		u.default_language = k->in->language.n ? k->in->language : STR_NONE;
	choose(&u.default_sensitive, k->in->sensitive);
	return user_defaults_put(c, &u);
}

static struct err *save(struct call *c, void *arg)
{
	struct change *k = arg;
	const struct profile_edit *in = k->in;
	struct job_new admit = { .kind = JOB_ACCOUNT_CLEAN, .ref_id = k->who.v, .arg = STRC("requests") };
	struct account *a;

	/* Two edits at once: the later one starts from what the earlier one wrote. */
	TRY(relation_lock(c, k->who, k->who));
	TRY(account_find(c, k->who, &a));
	if (!a || !a->local || a->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	take_texts(c, k, a);
	if (a->locked && in->locked == CHOICE_NO)
		TRY(job_add(c, &admit));
	choose(&a->locked, in->locked);
	choose(&a->bot, in->bot);
	choose(&a->discoverable, in->discoverable);
	choose(&a->indexable, in->indexable);
	choose(&a->hide_collections, in->hide_collections);
	hide(&a->hide_media, in->show_media);
	hide(&a->hide_media_replies, in->show_media_replies);
	hide(&a->hide_featured, in->show_featured);
	if (in->bot != CHOICE_KEEP)
		a->actor_type = a->bot ? ACTOR_SERVICE : ACTOR_PERSON;
	take_picture(&in->avatar, &a->avatar_file, &a->avatar_static_file, &k->unused.avatar);
	take_picture(&in->header, &a->header_file, &a->header_static_file, &k->unused.header);
	TRY(emojis_json(c, a, &a->emojis));
	TRY(account_put(c, a, text_fold(c->arena, a->display_name)));
	if (in->has_fields)
		TRY(acts__links_queue(c, a, true));
	TRY(save_defaults(c, k));
	return acts_outbound_update_actor(c, k->who);
}

struct err *acts_profile_update(struct call *c, account_id who, const struct profile_edit *in, struct profile_files *ret_unused)
{
	struct change k = { .who = who, .in = in, .people = map_create(c->arena) };

	TRY(acts_profile_check(c, in));
	k.note = text_tidy(c->arena, in->note);
	k.fields_source = fields_source_json(c, in);
	TRY(find_people(c, &k, k.note));
	for (size_t i = 0; i < in->fields_n; i++)
		TRY(find_people(c, &k, in->fields[i].value));
	TRY(store_tx(c, save, &k));
	*ret_unused = k.unused;
	return NULL;
}
