/* acts/profile.h: changing one's own profile and the defaults of one's posts.
 * https://docs.joinmastodon.org/methods/accounts/#update_credentials */
#pragma once
#include "acts/choice.h"
#include "base/call.h"
#include "model/ids.h"

enum { PROFILE_FIELD_CHARS_MAX = 255, PICTURE_DESCRIPTION_MAX = 150, ATTRIBUTION_MAX = 100 };

struct profile_field { struct str name, value; };
/* set: the picture becomes this; without a file there is none any more. */
struct profile_picture {
	bool set;
	struct str file, still_file;  /* in storage; the still one may be the same */
};
/* Texts that are none, and choices left at KEEP, stay as they are. */
struct profile_edit {
	struct str display_name, note;
	enum choice locked, bot, discoverable, indexable, hide_collections;
	enum choice show_media, show_media_replies, show_featured;
	bool has_fields;              /* these replace all */
	const struct profile_field *fields;
	size_t fields_n;
	struct profile_picture avatar, header;
	struct str avatar_description, header_description;
	bool has_attribution;         /* these sites replace all: who may name them as an author */
	const struct str *attribution;
	size_t attribution_n;
	struct str privacy, language, quote_policy;   /* of new posts; an empty language is none */
	enum choice sensitive;
};
/* Files that nobody uses any more: to be dropped from storage. */
struct profile_files { struct profile_picture avatar, header; };

/* Is it allowed? To be asked before pictures are worked on. Fails: INVALID  naming every field at fault. */
MUST struct err *acts_profile_check(struct call *c, const struct profile_edit *in);
/* Writes it and tells other servers. Fails: INVALID as above. */
MUST struct err *acts_profile_update(struct call *c, account_id who, const struct profile_edit *in, struct profile_files *ret_unused);
