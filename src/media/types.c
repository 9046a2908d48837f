#include "media/types.h"

static const struct {
	struct str ext;               /* ends with NUL */
	const char *mime;
} rows[FILE_TYPES] = {
#define FILE_TYPE(KIND, ext, mime) [FILE_##KIND] = { STRC(ext), mime },
#include "media/types.def"
};

const char *file_type_ext(enum file_type t) { return rows[t].ext.p; }
const char *file_type_mime(enum file_type t) { return rows[t].mime; }

bool file_type_by_name(struct str name, enum file_type *ret)
{
	size_t dot = str_rfind(name, '.');

	if (dot >= name.n)
		return false;
	for (int t = 0; t < FILE_TYPES; t++) {
		if (str_eq(str_of(name.p + dot + 1, name.n - dot - 1), rows[t].ext)) {
			*ret = (enum file_type)t;
			return true;
		}
	}
	return false;
}

static bool is_riff(struct str head, const char *kind)
{
	return head.n >= 12 && str_has_prefix(head, STR("RIFF")) && str_has_prefix(str_from(head, 8), str_z(kind));
}

/* ISO/IEC 14496-12: a file is boxes, each of four bytes of length and four of type. */
static bool is_box(struct str head, const char *type) { return head.n >= 8 && memcmp(head.p + 4, type, 4) == 0; }

bool file_is_heif(struct str head)
{
	static const char *const brands[] = { "heic", "heix", "heim", "heis", "mif1", "avif" };

	for (size_t i = 0; head.n >= 12 && is_box(head, "ftyp") && i < sizeof brands / sizeof *brands; i++)
		if (str_has_prefix(str_from(head, 8), str_z(brands[i])))
			return true;
	return false;
}

/* GIF89a, appendix A: what stands in the file begins with a byte that says what it is, and goes on in blocks, each after its length, until
 * an empty one. */
enum { GIF_HEADER = 13, GIF_EXTENSION = 0x21, GIF_IMAGE = 0x2c, GIF_IMAGE_HEADER = 9, GIF_TABLE = 0x80 };

static struct str gif_skip_blocks(struct str s)
{
	unsigned char n = 1;

	while (s.n && n) {
		n = (unsigned char)s.p[0];
		s = str_from(s, n < s.n ? (size_t)n + 1 : s.n);
	}
	return s;
}

static size_t gif_table(char flags) { return flags & GIF_TABLE ? (size_t)3 << ((flags & 7) + 1) : 0; }

bool file_gif_moves(struct str whole)
{
	struct str s = whole;
	size_t before = GIF_HEADER;
	int images = 0;

	if (!str_has_prefix(s, STR("GIF8")) || s.n < GIF_HEADER)
		return false;
	before += gif_table(s.p[GIF_HEADER - 3]);
	while (s.n > before) {
		char what;

		s = str_from(s, before);
		what = s.p[0];
		if (what == GIF_IMAGE && ++images > 1)
			return true;
		if (what != GIF_EXTENSION && (what != GIF_IMAGE || s.n <= GIF_IMAGE_HEADER))
			return false;
		/* Behind an extension's label, or an image's colours and the size of its codes. */
		before = what == GIF_EXTENSION ? 2 : 1 + GIF_IMAGE_HEADER + gif_table(s.p[GIF_IMAGE_HEADER]) + 1;
		if (s.n < before)
			return false;
		s = gif_skip_blocks(str_from(s, before));
		before = 0;
	}
	return false;
}

/* The eleven bits that begin a frame of MPEG audio, and its layer. */
static bool is_mpeg_audio(struct str head, int layer)
{
	return head.n >= 2 && (unsigned char)head.p[0] == 0xff && ((unsigned char)head.p[1] & 0xe6) == (0xe0 | layer << 1);
}

static bool is_mp3(struct str head) { return str_has_prefix(head, STR("ID3")) || is_mpeg_audio(head, 1); }

const char *file_demuxer(struct str head)
{
	if (file_is_heif(head))
		return NULL;
	if (is_box(head, "ftyp") || is_box(head, "moov") || is_box(head, "wide") || is_box(head, "mdat"))
		return "mov";
	if (str_has_prefix(head, STR("\x1a\x45\xdf\xa3")))
		return "matroska";
	if (str_has_prefix(head, STR("GIF87a")) || str_has_prefix(head, STR("GIF89a")))
		return "gif";
	if (str_has_prefix(head, STR("OggS")))
		return "ogg";
	if (str_has_prefix(head, STR("fLaC")))
		return "flac";
	if (is_riff(head, "WAVE"))
		return "wav";
	if (is_mp3(head))
		return "mp3";
	return is_mpeg_audio(head, 0) ? "aac" : NULL;
}

bool file_type_sniff(struct str head, enum file_type *ret)
{
	if (str_has_prefix(head, STR("\xff\xd8\xff")))
		*ret = FILE_JPEG;
	else if (str_has_prefix(head, STR("\x89PNG\r\n\x1a\n")))
		*ret = FILE_PNG;
	else if (str_has_prefix(head, STR("GIF87a")) || str_has_prefix(head, STR("GIF89a")))
		*ret = FILE_GIF;
	else if (is_riff(head, "WEBP"))
		*ret = FILE_WEBP;
	else if (is_box(head, "ftyp") && !file_is_heif(head))
		*ret = FILE_MP4;
	else if (is_mp3(head))
		*ret = FILE_MP3;
	else
		return false;
	return true;
}
