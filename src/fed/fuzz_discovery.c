#include <stdlib.h>

#include "fed/said.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* WebFinger, host-meta and NodeInfo: what they name is a handle with a domain, an address, one at their own host, or nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a, .world = &world_real };
	struct str body = str_of((const char *)data, n), origin = STR("https://a.example"), at, name, version;
	const struct json *doc;
	struct fed_webfinger wf;

	if (!fed_jrd_read(&c, body, &wf) && (!wf.name.n || !wf.domain.n || !wf.actor_uri.n || str_find(wf.domain, '/') < wf.domain.n))
		abort();
	at = fed_host_meta_read(&c, body, STR("acct:x@a.example"));
	if (at.p && !url_domain(a, at).n)
		abort();
	if (json_parse(a, body, &doc))
		return 0;
	at = fed_nodeinfo_read(doc, origin);
	if (at.p && !url_same_host(at, origin))
		abort();
	fed_software_read(&c, doc, &name, &version);
	if (name.n > FED_SOFTWARE_MAX || version.n > FED_SOFTWARE_MAX || !str_is_utf8(name) || !str_is_utf8(version))
		abort();
	return 0;
}
