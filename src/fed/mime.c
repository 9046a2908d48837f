#include "fed/mime.h"

static const struct {
	const char *ending, *mime;
} types[] = {
	{ ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".gif", "image/gif" }, { ".webp", "image/webp" },
	{ ".avif", "image/avif" }, { ".mp4", "video/mp4" }, { ".webm", "video/webm" }, { ".mp3", "audio/mpeg" }, { ".ogg", "audio/ogg" },
};

const char *fed_mime_of(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_has_suffix(name, str_z(types[i].ending)))
			return types[i].mime;
	return "image/png";
}
