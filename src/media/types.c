#include "media/types.h"

static const struct {
	const char *ext, *mime;
} rows[MEDIA_TYPES] = {
#define MEDIA_TYPE(KIND, ext, mime) [MEDIA_##KIND] = { ext, mime },
#include "media/types.def"
};

const char *media_type_ext(enum media_type t) { return rows[t].ext; }
const char *media_type_mime(enum media_type t) { return rows[t].mime; }

bool media_type_by_name(struct str name, enum media_type *ret)
{
	size_t dot = str_rfind(name, '.');

	if (dot == name.n)
		return false;
	for (int t = 0; t < MEDIA_TYPES; t++) {
		if (str_eqz(str_from(name, dot + 1), rows[t].ext)) {
			*ret = (enum media_type)t;
			return true;
		}
	}
	return false;
}

bool media_type_sniff(struct str head, enum media_type *ret)
{
	if (str_has_prefix(head, STR("\xff\xd8\xff")))
		*ret = MEDIA_JPEG;
	else if (str_has_prefix(head, STR("\x89PNG\r\n\x1a\n")))
		*ret = MEDIA_PNG;
	else if (str_has_prefix(head, STR("GIF87a")) || str_has_prefix(head, STR("GIF89a")))
		*ret = MEDIA_GIF;
	else if (str_has_prefix(head, STR("RIFF")) && head.n >= 12 && str_has_prefix(str_from(head, 8), STR("WEBP")))
		*ret = MEDIA_WEBP;
	else
		return false;
	return true;
}
