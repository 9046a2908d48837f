#include "reach/mail_hosts.h"

#include <assert.h>

#include "conf/conf.h"
#include "net/mx.h"
#include "view/server_block.h"
#include "wire/url.h"

static_assert((int)MX_HOSTS_MAX <= (int)MAIL_HOSTS_MAX, "all that are found are looked at");

struct err *reach_mail_hosts(struct call *c, struct str email, struct mail_hosts *ret)
{
	struct str *hosts = arena_array(c->arena, struct str, MX_HOSTS_MAX), domain;
	bool any = false;

	*ret = (struct mail_hosts){ hosts, 0 };
	email = str_trim(email);
	if (str_rfind(email, '@') == email.n || !domain_normalize(c->arena, str_from(email, str_rfind(email, '@') + 1), &domain) ||
	    str_find(domain, ':') < domain.n)
		return NULL;
	TRY(view_email_blocks_any(c, &any));
	if (any)
		ret->n = mx_hosts(c->arena, c->conf->dns_server, domain, hosts);
	return NULL;
}
