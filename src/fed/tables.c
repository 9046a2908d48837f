#include "fed/tables.h"

extern const struct endpoint fed_actor_endpoints[], fed_note_endpoints[], fed_discovery_endpoints[], fed_inbox_endpoints[],
	fed_people_collection_endpoints[], fed_quote_endpoints[], fed_synchronize_endpoints[];

const struct endpoint *const fed_tables[] = {
	fed_discovery_endpoints,
	fed_actor_endpoints,
	fed_note_endpoints,
	fed_quote_endpoints,
	fed_people_collection_endpoints,
	fed_synchronize_endpoints,
	fed_inbox_endpoints,
	NULL,
};
