#include <stdlib.h>

#include "conf/conf.h"
#include "fed/actor_read.h"
#include "fed/note_read.h"
#include "fed/said.h"
#include "wire/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What comes to an inbox: it is refused, or has a type and an actor, and its object is read as what it may be. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct conf conf = { .base_url = STR("https://howdah.example") };
	struct call c = { .arena = a, .world = &world_real, .now_us = INT64_C(1780000000000000), .conf = &conf };
	const struct json *object;
	struct activity_said said;
	struct actor_said actor;
	struct note_said note;

	if (fed_activity_read(&c, str_of((const char *)data, n), &said))
		return 0;
	if (!said.type.n || said.type.n > FED_TYPE_MAX || !url_domain(a, said.actor).n || said.actor.n > FED_ID_MAX || said.id.n > FED_ID_MAX)
		abort();
	object = json_get(said.doc, "object");
	if (json_kind(object) == JSON_ARRAY)
		object = json_at(object, 0);
	(void)!fed_actor_read(&c, object, &actor);
	(void)!fed_note_read(&c, object, STR_NONE, &note);
	return 0;
}
