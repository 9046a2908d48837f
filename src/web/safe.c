#include "web/safe.h"

static bool leads_well(struct str url)
{
	if (str_ihas_prefix(url, STR("https://")) || str_ihas_prefix(url, STR("http://")) || str_ihas_prefix(url, STR("mailto:")))
		return true;
	/* "//host" and "/\host" leave this server. */
	if (str_has_prefix(url, STR("/")))
		return url.n == 1 || (url.p[1] != '/' && url.p[1] != '\\');
	return str_has_prefix(url, STR("?")) || str_has_prefix(url, STR("#"));
}

void safe_url_into(struct buf *b, struct str url) { html_escape_into(b, leads_well(url) ? url : STR("#")); }
