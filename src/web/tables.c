#include "web/web.h"

/* One line a file; each table stands at its foot. */
extern const struct endpoint apps_page_endpoints[];
extern const struct endpoint collection_page_endpoints[];
extern const struct endpoint consent_endpoints[];
extern const struct endpoint data_endpoints[];
extern const struct endpoint delete_endpoints[];
extern const struct endpoint feed_endpoints[];
extern const struct endpoint front_endpoints[];
extern const struct endpoint interact_endpoints[];
extern const struct endpoint invites_page_endpoints[];
extern const struct endpoint login_endpoints[];
extern const struct endpoint move_endpoints[];
extern const struct endpoint passkey_endpoints[];
extern const struct endpoint preferences_page_endpoints[];
extern const struct endpoint profile_form_endpoints[];
extern const struct endpoint profile_page_endpoints[];
extern const struct endpoint security_endpoints[];
extern const struct endpoint settings_endpoints[];
extern const struct endpoint static_endpoints[];
extern const struct endpoint two_factor_endpoints[];

const struct endpoint *const web_tables[] = {
	apps_page_endpoints,
	collection_page_endpoints,
	consent_endpoints,
	data_endpoints,
	delete_endpoints,
	feed_endpoints,
	front_endpoints,
	interact_endpoints,
	invites_page_endpoints,
	login_endpoints,
	move_endpoints,
	passkey_endpoints,
	preferences_page_endpoints,
	profile_form_endpoints,
	profile_page_endpoints,
	security_endpoints,
	settings_endpoints,
	static_endpoints,
	two_factor_endpoints,
	NULL,
};
