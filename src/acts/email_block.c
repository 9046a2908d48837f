#include "acts/email_block.h"

#include "acts/acts_user_priv.h"
#include "store/audit.h"
#include "store/email_block.h"
#include "wire/url.h"

/* A name has at most 127 labels, but who has that many is not asked of each. */
enum { WIDER_MAX = 20, NAMES_MAX = (1 + MAIL_HOSTS_MAX) * WIDER_MAX };

struct change {
	struct str domain, by;
};

static struct err *domain_of(struct call *c, struct str text, struct str *ret)
{
	struct str shown = str_upto(text, 260);

	/* "@spam.example" is what it looks like in an address. */
	text = str_trim(text);
	text = str_has_prefix(text, STR("@")) ? str_from(text, 1) : text;
	if (!domain_normalize(c->arena, text, ret) || str_find(*ret, ':') < ret->n)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is no domain", STR_ARG(shown));
	if (str_find(*ret, '.') == ret->n)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is nobody's domain: all addresses below it would be blocked", STR_ARG(shown));
	return NULL;
}

static struct err *note(struct call *c, const char *verb, const struct change *n)
{
	struct audit_entry entry = { .by = n->by, .n = 1 };

	entry.what = arena_printf(c->arena, "blocks email %s " STR_FMT, verb, STR_ARG(n->domain));
	return audit_add(c, &entry);
}

static struct err *add(struct call *c, void *arg)
{
	const struct change *n = arg;
	bool fresh;

	TRY(email_block_add(c, n->domain, n->by, &fresh));
	if (!fresh)
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is blocked already", STR_ARG(n->domain));
	return note(c, "add", n);
}

struct err *acts_email_block_add(struct call *c, struct str domain, struct str by)
{
	struct change n = { .by = by };

	TRY(domain_of(c, domain, &n.domain));
	return store_tx(c, add, &n);
}

static struct err *drop(struct call *c, void *arg)
{
	const struct change *n = arg;
	bool was;

	TRY(email_block_drop(c, n->domain, &was));
	if (!was)
		return FAIL(c->arena, ERR_NOT_FOUND, "'" STR_FMT "' is not blocked", STR_ARG(n->domain));
	return note(c, "remove", n);
}

struct err *acts_email_block_drop(struct call *c, struct str domain, struct str by)
{
	struct change n = { .by = by };

	TRY(domain_of(c, domain, &n.domain));
	return store_tx(c, drop, &n);
}

static size_t add_wider(struct str *names, size_t n, struct str domain)
{
	for (int i = 0; domain.n && i < WIDER_MAX; domain = str_wider_domain(domain), i++)
		names[n++] = domain;
	return n;
}

struct err *acts__email_blocked(struct call *c, struct str email, struct mail_hosts hosts, bool *ret)
{
	struct str *names = arena_array(c->arena, struct str, NAMES_MAX), host;
	size_t n = add_wider(names, 0, str_from(email, str_rfind(email, '@') + 1));

	for (size_t i = 0; i < hosts.n && i < MAIL_HOSTS_MAX; i++)
		if (domain_normalize(c->arena, hosts.v[i], &host))
			n = add_wider(names, n, host);
	return email_blocks_have(c, names, n, ret);
}
