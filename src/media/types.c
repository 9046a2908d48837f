#include "media/types.h"

static const struct {
	const char *ext, *mime;
} rows[FILE_TYPES] = {
#define FILE_TYPE(KIND, ext, mime) [FILE_##KIND] = { ext, mime },
#include "media/types.def"
};

const char *file_type_ext(enum file_type t) { return rows[t].ext; }
const char *file_type_mime(enum file_type t) { return rows[t].mime; }

bool file_type_by_name(struct str name, enum file_type *ret)
{
	size_t dot = str_rfind(name, '.');

	if (dot == name.n)
		return false;
	for (int t = 0; t < FILE_TYPES; t++) {
		if (str_eqz(str_from(name, dot + 1), rows[t].ext)) {
			*ret = (enum file_type)t;
			return true;
		}
	}
	return false;
}

bool file_type_sniff(struct str head, enum file_type *ret)
{
	if (str_has_prefix(head, STR("\xff\xd8\xff")))
		*ret = FILE_JPEG;
	else if (str_has_prefix(head, STR("\x89PNG\r\n\x1a\n")))
		*ret = FILE_PNG;
	else if (str_has_prefix(head, STR("GIF87a")) || str_has_prefix(head, STR("GIF89a")))
		*ret = FILE_GIF;
	else if (str_has_prefix(head, STR("RIFF")) && head.n >= 12 && str_has_prefix(str_from(head, 8), STR("WEBP")))
		*ret = FILE_WEBP;
	else
		return false;
	return true;
}
