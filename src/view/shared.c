#include "view/view_priv.h"

void view__jw_members(struct jw *w, struct str members)
{
	if (!members.n)
		return;
	if (w->comma)
		buf_addc(w->b, ',');
	buf_add(w->b, members);
	w->comma = true;
}

uint32_t view__short_hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

void view__set_add(struct call *c, struct id_set *set, int64_t id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i] == id)
			return;
	if (set->n < VIEW_SET_MAX)
		vec_push(c->arena, set, id);
}
