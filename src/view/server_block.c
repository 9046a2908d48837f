#include "view/server_block.h"

#include "conf/conf.h"
#include "store/email_block.h"
#include "store/server_block.h"
#include "wire/json.h"

enum { BLOCKS_JSON_MAX = 128 * 1024 * 1024 };

static bool may(enum conf_shown_to to, const struct viewer *v)
{
	return to == SHOWN_TO_ALL || (to == SHOWN_TO_USERS && v->kind == VIEWER_PERSON);
}

struct str view_domain_obfuscated(struct arena *a, struct str domain)
{
	struct str ret = arena_dup(a, domain);
	char *p = arena_alloc(a, domain.n + 1);

	for (size_t i = 0; i < domain.n; i++)
		p[i] = i > domain.n / 4 && i < domain.n - domain.n / 4 && ret.p[i] != '.' ? '*' : ret.p[i];
	return str_of(p, domain.n);
}

struct err *view_server_blocks(struct call *c, const struct viewer *v, struct server_blocks_told *ret)
{
	struct server_block *blocks;
	bool why = may(c->conf->show_domain_blocks_rationale, v);
	size_t n;

	*ret = (struct server_blocks_told){ .told = may(c->conf->show_domain_blocks, v) };
	if (!ret->told)
		return NULL;
	TRY(server_blocks_public(c, &blocks, &n));
	ret->v = arena_array(c->arena, struct server_block_told, n + 1);
	ret->n = n;
	for (size_t i = 0; i < n; i++)
		ret->v[i] = (struct server_block_told){
			.domain = blocks[i].domain, .severity = blocks[i].severity, .comment = why ? blocks[i].public_comment : STR_NONE,
			.shown = blocks[i].obfuscate ? view_domain_obfuscated(c->arena, blocks[i].domain) : blocks[i].domain,
		};
	return NULL;
}

struct str view_server_blocks_json(struct call *c, const struct server_blocks_told *told)
{
	struct buf b = buf_init(c->arena, BLOCKS_JSON_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < told->n; i++) {
		const struct server_block_told *t = &told->v[i];

		jw_obj(&w);
		jw_kstr(&w, "domain", t->shown);
		jw_kstr(&w, "digest", t->digest);
		jw_kz(&w, "severity", block_severity_word(t->severity));
		jw_key(&w, "comment");
		if (t->comment.p)
			jw_str(&w, t->comment);
		else
			jw_null(&w);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	return buf_str(&b);
}

struct err *view_email_blocks_any(struct call *c, bool *ret) { return email_blocks_any(c, ret); }
