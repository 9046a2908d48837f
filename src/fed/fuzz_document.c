#include <stdlib.h>

#include "conf/conf.h"
#include "fed/actor_read.h"
#include "fed/note_read.h"
#include "fed/people_collection.h"
#include "wire/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever a stranger's document says: it is read or refused, and what is kept of it is within its bounds and safe. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA(a);
	struct conf conf = { .base_url = STR("https://howdah.example") };
	struct call c = { .arena = a, .world = &world_real, .now_us = INT64_C(1780000000000000), .conf = &conf };
	const struct json *doc;
	struct actor_said actor;
	struct account owner = { .uri = STR("https://remote.example/users/bob") };
	struct remote_collection collection;
	struct note_said note;

	if (json_parse(a, str_of((const char *)data, n), &doc))
		return 0;
	if (!fed_actor_read(&c, doc, &actor)) {
		const struct account *who = &actor.account.a;

		if (!who->uri.n || !who->inbox_uri.n || actor.account.keys_n > REMOTE_KEYS_MAX || who->created_us > c.now_us)
			abort();
		if (!str_eq(html_sanitize(a, who->note, 1 << 20), who->note))
			abort();
	}
	if (!fed_note_read(&c, doc, STR("https://remote.example/followers"), &note)) {
		const struct remote_status *s = &note.status;

		if (!s->uri.n || s->created_us > c.now_us || s->media_n > NOTE_MEDIA_MAX || s->tags_n > NOTE_TAGS_MAX)
			abort();
		if (note.mentioned_n > NOTE_MENTIONS_MAX || note.audience_n > NOTE_AUDIENCE_MAX || s->options_n > NOTE_OPTIONS_MAX)
			abort();
		if (!str_eq(html_sanitize(a, s->content, 1 << 20), s->content))
			abort();
	}
	if (!fed_people_collection_read(&c, doc, &owner, &collection)) {
		if (!str_eq(collection.uri, json_get_s(doc, "id")) || collection.items_n > COLLECTION_ITEMS_MAX || collection.updated_us > c.now_us)
			abort();
		if (!str_eq(html_sanitize(a, collection.description, 1 << 20), collection.description))
			abort();
	}
	return 0;
}
