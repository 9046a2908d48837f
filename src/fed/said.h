/* fed/said.h: what an activity and what discovery says, judged: its ids, its handle, its addresses; bounded. Pure. */
#pragma once
#include "base/call.h"
#include "wire/json.h"

enum { FED_ID_MAX = 2048, FED_TYPE_MAX = 100, FED_SOFTWARE_MAX = 200 };

struct activity_said {
	const struct json *doc;
	struct str id, type, actor, object;     /* none where not said */
};
/* The body of a POST to an inbox. Fails: BAD_REQUEST, saying what is wrong. */
MUST struct err *fed_activity_read(struct call *c, struct str body, struct activity_said *ret);

struct fed_webfinger {
	struct str name, domain;  /* the subject */
	struct str actor_uri;
};
/* A JRD (RFC 7033) that says who somebody is. Fails: INVALID. */
MUST struct err *fed_jrd_read(struct call *c, struct str body, struct fed_webfinger *ret);
/* Where a host-meta (RFC 6415) sends whoever asks for resource, by the template of its lrdd link. None: nowhere. */
struct str fed_host_meta_read(struct call *c, struct str body, struct str resource);
/* The newest NodeInfo document that a list of links names, at the host of origin (FEP-f1d5). None: there is none. */
struct str fed_nodeinfo_read(const struct json *said, struct str origin);
/* What a NodeInfo document says that the server runs: a name in lower case and a version; empty where not said. */
void fed_software_read(struct call *c, const struct json *info, struct str *ret_name, struct str *ret_version);
