/* Fills an empty database: PEOPLE local accounts, READERS of whom were here lately and follow FOLLOWS others each, STATUSES posts over
 * SPAN_US, put into homes by the statements that do it in service; a token for each reader; one account elsewhere that follows the first
 * reader and signs what bench/run sends, and one on each of HOSTS hosts who follow the second. All accounts share one key of each kind. */
#include "acts/keys.h"
#include "acts/search.h"
#include "app/open.h"
#include "base/buf.h"
#include "bench.h"
#include "conf/conf.h"
#include "crypt/digest.h"
#include "crypt/key.h"
#include "crypt/seal.h"
#include "store/account.h"
#include "store/filter.h"
#include "store/home.h"
#include "store/media.h"
#include "store/notification.h"
#include "store/relation.h"
#include "store/search_index.h"
#include "store/status.h"
#include "store/token.h"
#include "store/user.h"

enum { PEOPLE = 5000, STATUSES = 50000, READERS = 500, FOLLOWS = 200, BATCH = 250, FILTERED_FROM = 250, NOTIFICATIONS = 60, REPLIES = 500, HOSTS_MAX = 64, PEM_MAX = 4096 };
#define SPAN_US (10 * US_PER_DAY)

struct fill {
	struct key_pair pairs[ACTOR_KEYS];
	struct account *people;       /* PEOPLE of them */
	int64_t *newest;              /* the last post of each */
	int64_t thread;               /* a post with REPLIES answers */
	struct str token_texts;
	struct str remote_pem;
	int64_t hosts, port;          /* of the servers elsewhere, all at one port: only a laboratory is spoken to without TLS */
	int64_t from, to;             /* of the batch under way */
	struct err *(*one)(struct call *c, struct fill *f, int64_t i);
};

/* Deterministic: the n-th number of a series. */
static uint64_t mix(uint64_t n)
{
	n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
	n = (n ^ (n >> 27)) * 0x94d049bb133111ebu;
	return n ^ (n >> 31);
}

static const char *const words[] = { "morning", "the", "server", "a", "bread", "quiet", "river", "of", "tools", "and", "maps", "cycling", "with",
	"paper", "old", "radio", "notes", "on", "garden", "tomatoes", "winter", "trains", "under", "clouds", "photographs", "library" };

static struct str sentence(struct call *c, uint64_t seed)
{
	struct buf b = buf_init(c->arena, 4096);
	uint64_t n = 8 + mix(seed) % 30;

	for (uint64_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", words[mix(seed * 64 + i) % (sizeof words / sizeof *words)]);
	return buf_str(&b);
}

/* Both, as the server makes them: what an account lacks it would make while it is measured. */
static struct err *add_keys(struct call *c, const struct fill *f, const struct account *a)
{
	static const char *const names[ACTOR_KEYS] = { "#main-key", "#ed25519-key" };
	static const enum key_algorithm algorithms[ACTOR_KEYS] = { KEY_ALGORITHM_RSA_SHA256, KEY_ALGORITHM_ED25519 };

	for (size_t i = 0; i < ACTOR_KEYS; i++) {
		struct account_key k = { .id = id_next(c), .account = a->id, .algorithm = algorithms[i], .created_us = c->now_us,
					 .public_pem = f->pairs[i].public_pem };

		k.uri = arena_concat(c->arena, a->uri, str_z(names[i]));
		TRY(seal(c->arena, c->house->ring, acts_key_purpose(c->arena, a->id), f->pairs[i].private_pem, &k.private_sealed));
		TRY(account_key_add(c, &k));
	}
	return NULL;
}

static struct err *add_person(struct call *c, struct fill *f, int64_t i)
{
	struct account *a = &f->people[i];
	struct user u = { .account = a->id, .password_hash = STR("!"), .role = ROLE_USER, .confirmed_us = 1, .approved = true, .locale = STR("en"),
			  .created_us = a->created_us, .last_active_us = i < READERS ? c->now_us : 1, .home_built_us = i < READERS ? c->now_us : 0 };

	u.email = arena_concat(c->arena, a->username, STR("@example.com"));
	TRY(account_add(c, a, a->username, a->display_name));
	TRY(add_keys(c, f, a));
	return user_add(c, &u, u.email, STR_NONE);
}

static void prepare_people(struct call *c, struct fill *f)
{
	f->people = arena_array(c->arena, struct account, PEOPLE);
	f->newest = arena_array(c->arena, int64_t, PEOPLE);
	for (int64_t i = 0; i < PEOPLE; i++) {
		struct account *a = &f->people[i];

		*a = (struct account){ .id = ID(account_id, id_next(c)), .domain = STR(""), .local = true, .discoverable = true, .indexable = true, .fields = STR("[]"),
				       .emojis = STR("[]"), .also_known_as = STR("[]"), .created_us = c->now_us - SPAN_US - i * US_PER_MIN };
		a->username = arena_printf(c->arena, "bench%lld", (long long)i);
		a->display_name = arena_printf(c->arena, "Bench %lld", (long long)i);
		a->note_source = sentence(c, (uint64_t)i);
		a->note = arena_concat(c->arena, STR("<p>"), a->note_source, STR("</p>"));
		acts_account_addresses(c, a);
	}
}

static struct err *add_follow(struct call *c, struct fill *f, account_id who, account_id whom)
{
	struct follow fo = { .id = id_next(c), .account = who, .target = whom, .show_reblogs = true, .created_us = c->now_us };
	bool is_new;

	(void)f;
	TRY(follow_add(c, FOLLOW_STANDING, &fo, INT64_MAX, &is_new));
	return is_new ? account_count(c, whom, 0, 1, 0, 0) : NULL;
}

static struct err *add_reader(struct call *c, struct fill *f, int64_t i)
{
	struct token t = { .id = ID(token_id, id_next(c)), .scopes = STR("read write follow push"), .account = f->people[i].id,
			   .created_us = c->now_us, .last_used_us = c->now_us };

	t.hash = token_hash(c->arena, arena_printf(c->arena, "bench-token-%lld", (long long)i));
	TRY(token_add(c, &t));
	for (int64_t k = 0; k < FOLLOWS; k++) {
		int64_t whom = (i + 1 + k * (PEOPLE / FOLLOWS) + (int64_t)(mix((uint64_t)(i * FOLLOWS + k)) % (PEOPLE / FOLLOWS))) % PEOPLE;

		if (whom != i)
			TRY(add_follow(c, f, f->people[i].id, f->people[whom].id));
	}
	return account_count(c, f->people[i].id, 0, 0, FOLLOWS, 0);
}

static struct err *add_parts(struct call *c, struct fill *f, struct status *s, int64_t i)
{
	struct media m = { .account = s->account, .status = s->id, .type = MEDIA_IMAGE, .state = MEDIA_STATE_READY, .mime = STR("image/jpeg"),
			   .file = STR("ab/cd/0123.jpg"), .preview_file = STR("ab/cd/0124.jpg"), .description = STR("a picture of the bench"),
			   .blurhash = STR("U,Glgad2c8kn6zbHfjbG$5jtfQjtW:fjfjfQ"), .width = 1200, .height = 800, .preview_width = 587,
			   .preview_height = 391, .created_us = s->created_us };
	struct account *to = &f->people[mix((uint64_t)i) % PEOPLE];
	struct mention mention = { .status = s->id, .account = to->id, .username = to->username, .domain = to->domain, .url = to->url };
	struct str tag = arena_printf(c->arena, "tag%lld", (long long)(i % 50));
	tag_id tag_row;

	if (i % 4 == 0) {
		m.id = ID(media_id, id_next(c));
		TRY(media_add(c, &m));
	}
	if (i % 5 == 1)
		TRY(mentions_add(c, s->id, &mention, 1));
	if (i % 5 != 2)
		return NULL;
	TRY(tags_put(c, &tag, &tag, 1, &tag_row));
	return status_tags_set(c, s->id, &tag_row, 1);
}

static struct err *add_status(struct call *c, struct fill *f, int64_t i)
{
	int64_t at_us = c->now_us - SPAN_US + SPAN_US / STATUSES * i, *owners, author = (int64_t)(mix((uint64_t)i + 77) % PEOPLE);
	struct account *a = &f->people[author];
	struct status s = { .id = ID(status_id, (at_us / 1000) << 16 | 1), .account = a->id, .visibility = VISIBILITY_PUBLIC, .spoiler_text = STR(""),
			    .language = STR("en"), .emojis = STR("[]"), .local = true, .created_us = at_us };
	size_t n;

	s.thread = s.id;
	s.text = sentence(c, (uint64_t)i + 1000000);
	s.content = arena_concat(c->arena, STR("<p>"), s.text, STR("</p>"));
	s.uri = arena_printf(c->arena, STR_FMT "/statuses/%lld", STR_ARG(a->uri), (long long)s.id.v);
	s.url = arena_printf(c->arena, STR_FMT "/%lld", STR_ARG(a->url), (long long)s.id.v);
	TRY(status_add(c, &s));
	TRY(add_parts(c, f, &s, i));
	TRY(account_count(c, a->id, 1, 0, 0, at_us));
	f->newest[author] = s.id.v;
	TRY(home_put(c, s.id, a->id, true, c->now_us - US_PER_DAY, &owners, &n));
	return i % 16 == 0 && n ? home_trim(c, owners, n < 320 ? n : 320, c->conf->home_entries_max) : NULL;
}

/* The 0th elsewhere follows reader 0 and signs what bench/run sends; the others follow reader 1, one a host. */
static struct err *add_remote(struct call *c, struct fill *f, int64_t i)
{
	struct str host = arena_printf(c->arena, "h%lld.bench:%lld", (long long)i, (long long)f->port);
	struct account a = { .id = ID(account_id, id_next(c)), .username = STR("sender"), .domain = host, .note = STR(""), .fields = STR("[]"),
			     .emojis = STR("[]"), .also_known_as = STR("[]"), .display_name = STR("Sender"), .created_us = c->now_us, .fetched_us = c->now_us };
	struct account_key k = { .id = id_next(c), .account = a.id, .algorithm = KEY_ALGORITHM_RSA_SHA256, .public_pem = f->remote_pem,
				 .created_us = c->now_us };

	a.uri = arena_concat(c->arena, STR("http://"), host, STR("/users/sender"));
	a.url = a.uri;
	a.inbox_uri = arena_concat(c->arena, a.uri, STR("/inbox"));
	a.shared_inbox_uri = arena_concat(c->arena, STR("http://"), host, STR("/inbox"));
	a.followers_uri = arena_concat(c->arena, a.uri, STR("/followers"));
	k.uri = arena_concat(c->arena, a.uri, STR("#main-key"));
	TRY(account_add(c, &a, a.username, a.display_name));
	TRY(account_key_add(c, &k));
	if (i == 0)
		TRY(add_follow(c, f, f->people[0].id, a.id));      /* so that what it says is read here */
	return add_follow(c, f, a.id, f->people[i == 0 ? 0 : 1].id);
}

/* Readers from FILTERED_FROM on hide some of what they read: ten filters of three words. */
static struct err *add_filters(struct call *c, struct fill *f, int64_t i)
{
	static const char *const titles[] = { "warn", "hide" };

	for (int64_t k = 0; i >= FILTERED_FROM && k < 10; k++) {
		struct filter_row row = { .id = ID(filter_id, id_next(c)), .account = f->people[i].id, .title = str_z(titles[k % 2]),
					  .contexts = 1 << CONTEXT_HOME, .action = k % 2 ? FILTER_HIDE : FILTER_WARN };

		TRY(filter_add(c, &row));
		for (int64_t w = 0; w < 3; w++) {
			struct filter_keyword_row word = { .id = id_next(c), .filter = row.id, .whole_word = w != 0 };
			bool was;

			word.keyword = k == 0 && w == 0 ? STR("tomatoes winter") : arena_printf(c->arena, "spoiler %lld %lld", (long long)k, (long long)w);
			TRY(filter_keyword_add(c, row.account, &word, &was));
		}
	}
	return NULL;
}

/* Of every reader: favourites of one post, a boost in ten, a new follower in ten. */
static struct err *add_notifications(struct call *c, struct fill *f, int64_t i)
{
	for (int64_t k = 0; k < NOTIFICATIONS; k++) {
		struct notification n = { .id = ID(notification_id, id_next(c)), .account = f->people[i].id, .from = f->people[(i + 7 + k * 11) % PEOPLE].id,
					  .type = k % 10 == 3 ? NOTIFICATION_REBLOG : k % 10 == 7 ? NOTIFICATION_FOLLOW : NOTIFICATION_FAVOURITE,
					  .created_us = c->now_us - k * US_PER_MIN };
		bool is_new;

		n.status = ID(status_id, n.type == NOTIFICATION_FOLLOW ? 0 : f->newest[i]);
		n.group_key = arena_printf(c->arena, "%d-%lld-%lld", (int)n.type, (long long)n.status.v, (long long)(k / 20));
		n.once_key = arena_printf(c->arena, "bench-%lld", (long long)k);
		TRY(notification_add(c, &n, &is_new));
	}
	return add_filters(c, f, i);
}

/* The 0th begins the thread; the others answer it, or the one before them. */
static struct err *add_reply(struct call *c, struct fill *f, int64_t i)
{
	struct account *a = &f->people[mix((uint64_t)i + 5) % PEOPLE];
	struct status s = { .account = a->id, .visibility = VISIBILITY_PUBLIC, .spoiler_text = STR(""), .language = STR("en"), .emojis = STR("[]"),
			    .local = true, .created_us = c->now_us - SPAN_US / 2 + i * US_PER_S };

	s.id = ID(status_id, (s.created_us / 1000) << 16 | 2);
	if (i == 0)
		f->thread = s.id.v;
	s.thread = ID(status_id, f->thread);
	if (i > 0) {
		s.reply_to = ID(status_id, i % 4 ? f->thread + ((i - 1) * US_PER_S / 1000 << 16) : f->thread);
		s.reply_to_account = f->people[mix((uint64_t)(i % 4 ? i - 1 : 0) + 5) % PEOPLE].id;
	}
	s.text = sentence(c, (uint64_t)i + 9000000);
	s.content = arena_concat(c->arena, STR("<p>"), s.text, STR("</p>"));
	s.uri = arena_printf(c->arena, STR_FMT "/statuses/%lld", STR_ARG(a->uri), (long long)s.id.v);
	s.url = arena_printf(c->arena, STR_FMT "/%lld", STR_ARG(a->url), (long long)s.id.v);
	TRY(status_add(c, &s));
	return s.reply_to.v ? status_count(c, s.reply_to, 1, 0, 0) : NULL;
}

/* As the server would: else it would be at that while it is measured. */
static struct err *index_posts(struct call *c)
{
	const struct job job = { .kind = JOB_SEARCH };
	struct search_changes left = { .marks_n = 1 };
	struct search_state state = { .rebuilding = true };

	while (left.marks_n || state.rebuilding) {
		AUTO_ARENA(tmp);
		struct call part = *c;
		struct err *e;
		bool later = false;

		part.arena = tmp;
		e = acts_job_search(&part, &job, &later);
		if (!e)
			e = search_state(&part, &state);
		if (!e)
			e = search_changes(&part, 1, &left);
		if (e)
			return FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text));
	}
	return NULL;
}

static struct err *batch(struct call *c, void *arg)
{
	struct fill *f = arg;

	for (int64_t i = f->from; i < f->to; i++)
		TRY(f->one(c, f, i));
	return NULL;
}

/* Each batch in an arena of its own. */
static struct err *in_batches(struct call *c, struct fill *f, struct err *(*one)(struct call *c, struct fill *f, int64_t i), int64_t n)
{
	f->one = one;
	for (f->from = 0; f->from < n; f->from = f->to) {
		AUTO_ARENA(tmp);
		struct call part = *c;
		struct err *e;

		part.arena = tmp;
		f->to = f->from + BATCH < n ? f->from + BATCH : n;
		e = store_tx(&part, batch, f);
		if (e)
			return FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text));
	}
	return NULL;
}

static struct err *read_pem(struct cli *cli, struct str *ret)
{
	FILE *in = fopen(arena_strz(cli->arena, cli->args[0]), "re");
	char *text = arena_alloc(cli->arena, PEM_MAX);
	size_t n = in ? fread(text, 1, PEM_MAX - 1, in) : 0;

	if (in)
		fclose(in);
	*ret = str_of(text, n);
	return n ? NULL : FAIL(cli->arena, ERR_INVALID, "the key cannot be read");
}

static struct err *fill(struct cli *cli, struct call *c)
{
	struct fill *f = arena_new(c->arena, struct fill);
	struct buf out = buf_init(c->arena, 1 << 20);

	if (cli->args_n < 3 || !str_i64(cli->args[1], &f->hosts) || f->hosts < 1 || f->hosts > HOSTS_MAX || !str_i64(cli->args[2], &f->port))
		return FAIL(c->arena, ERR_BAD_REQUEST, "fill takes a key's file, 1 to %d hosts and their port", HOSTS_MAX);
	TRY(read_pem(cli, &f->remote_pem));
	TRY(key_pair_create(c->arena, KEY_RSA, &f->pairs[0]));
	TRY(key_pair_create(c->arena, KEY_ED25519, &f->pairs[1]));
	prepare_people(c, f);
	TRY(in_batches(c, f, add_person, PEOPLE));
	TRY(in_batches(c, f, add_reader, READERS));
	TRY(in_batches(c, f, add_remote, f->hosts));
	TRY(in_batches(c, f, add_status, STATUSES));
	TRY(in_batches(c, f, add_notifications, READERS));
	TRY(in_batches(c, f, add_reply, REPLIES + 1));
	TRY(index_posts(c));
	buf_addf(&out, "{\"readers\": %d, \"people\": %d, \"thread\": \"%lld\", \"statuses\": [", READERS, PEOPLE, (long long)f->thread);
	for (int64_t i = 0; i < READERS; i++)
		buf_addf(&out, "%s\"%lld\"", i ? ", " : "", (long long)f->newest[i]);
	buf_addf(&out, "], \"actors\": [");
	for (int64_t i = 0; i < READERS; i++)
		buf_addf(&out, "%s\"" STR_FMT "\"", i ? ", " : "", STR_ARG(f->people[i].uri));
	buf_addf(&out, "]}\n");
	return cli_print(cli, buf_str(&out));
}

struct err *bench_fill(struct cli *cli) { return app_with_call(cli, fill); }
