#include "wire/acct.h"

#include "wire/url.h"

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool acct_name_is_local(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_word(name.p[i]))
			return false;
	return name.n >= 1 && name.n <= ACCT_LOCAL_MAX;
}

bool acct_name_is_remote(struct str name)
{
	if (name.n < 1 || name.n > ACCT_REMOTE_MAX || !is_word(name.p[0]) || !is_word(name.p[name.n - 1]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_word(name.p[i]) && name.p[i] != '.' && name.p[i] != '-')
			return false;
	return true;
}

bool acct_parse(struct arena *a, struct str text, struct acct *ret)
{
	bool scheme = str_ihas_prefix(text, STR("acct:")), has_domain;
	struct acct acct;

	text = scheme ? str_from(text, 5) : text;
	if (text.n && text.p[0] == '@')
		text = str_from(text, 1);
	has_domain = str_cut(text, '@', &acct.name, &acct.domain);
	if (!acct_name_is_remote(acct.name) || (scheme && !has_domain))
		return false;
	if (!has_domain)
		acct.domain = STR_NONE;
	else if (!domain_normalize(a, acct.domain, &acct.domain))
		return false;
	*ret = acct;
	return true;
}

struct str acct_format(struct arena *a, struct acct acct)
{
	return acct.domain.p ? arena_concat(a, acct.name, STR("@"), acct.domain) : acct.name;
}
