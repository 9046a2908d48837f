#include "conf/limits.h"

#include "base/map.h"

struct conf_limits {
	struct map *by_domain;
	bool of_media;
};

const struct conf_limits *conf_limits_create(struct arena *a, const struct server_limit *v, size_t n)
{
	struct conf_limits *l = arena_new(a, struct conf_limits);
	struct server_limit *kept = arena_array(a, struct server_limit, n + 1);

	l->by_domain = map_create(a);
	for (size_t i = 0; i < n; i++) {
		kept[i] = v[i];
		kept[i].is.by = v[i].domain;
		map_put(l->by_domain, kept[i].domain, &kept[i]);
		l->of_media |= v[i].is.rejects_media;
	}
	return l;
}

struct server_limits conf_limits_of(const struct conf *conf, struct str domain)
{
	const struct server_limit *found = NULL;

	if (!conf || !conf->limits)
		return (struct server_limits){ 0 };
	for (; domain.n && !found; domain = str_wider_domain(domain))
		found = map_find(conf->limits->by_domain, domain);
	return found ? found->is : (struct server_limits){ 0 };
}

bool conf_limits_of_media(const struct conf *conf) { return conf && conf->limits && conf->limits->of_media; }
