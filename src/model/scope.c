#include "model/scope.h"

const char *const scope_names[] = {
	"read", "profile", "write", "follow", "push",
	"read:accounts", "read:blocks", "read:bookmarks", "read:favourites", "read:filters", "read:follows", "read:lists",
	"read:mutes", "read:notifications", "read:search", "read:statuses", "read:collections",
	"write:accounts", "write:blocks", "write:bookmarks", "write:conversations", "write:favourites", "write:filters",
	"write:follows", "write:lists", "write:media", "write:mutes", "write:notifications", "write:reports", "write:statuses",
	"write:collections",
	"admin:read", "admin:read:accounts", "admin:read:reports", "admin:read:domain_allows", "admin:read:domain_blocks",
	"admin:read:ip_blocks", "admin:read:email_domain_blocks", "admin:read:canonical_email_blocks",
	"admin:write", "admin:write:accounts", "admin:write:reports", "admin:write:domain_allows", "admin:write:domain_blocks",
	"admin:write:ip_blocks", "admin:write:email_domain_blocks", "admin:write:canonical_email_blocks",
	NULL,
};

bool scope_known(struct str scope)
{
	for (const char *const *s = scope_names; *s; s++)
		if (str_eqz(scope, *s))
			return true;
	return false;
}

static bool next_word(struct str *rest, struct str *ret)
{
	while (str_next(rest, ' ', ret))
		if (ret->n)
			return true;
	return false;
}

bool scopes_known(struct str set)
{
	struct str word;
	int n = 0;

	for (; next_word(&set, &word); n++)
		if (!scope_known(word))
			return false;
	return n > 0;
}

/* Does having `have` grant `want`? */
static bool covers(struct str have, struct str want)
{
	static const char *const by_follow[] = { "read:blocks", "write:blocks", "read:follows", "write:follows", "read:mutes", "write:mutes" };

	if (str_eq(have, want))
		return true;
	if (str_eqz(have, "follow"))
		for (size_t i = 0; i < sizeof by_follow / sizeof *by_follow; i++)
			if (str_eqz(want, by_follow[i]))
				return true;
	return want.n > have.n && want.p[have.n] == ':' && str_has_prefix(want, have);
}

bool scopes_allow(struct str set, struct str want)
{
	struct str word;

	while (next_word(&set, &word))
		if (covers(word, want))
			return true;
	return false;
}

bool scopes_subset(struct str set, struct str of)
{
	struct str word;

	while (next_word(&set, &word))
		if (!scopes_allow(of, word))
			return false;
	return true;
}

bool scopes_allow_any(struct str set, struct str alternatives)
{
	struct str want;

	while (str_next(&alternatives, '|', &want))
		if (scopes_allow(set, want))
			return true;
	return false;
}
