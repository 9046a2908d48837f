#include "wire/charset.h"

#include <errno.h>
#include <iconv.h>

#include "wire/html_priv.h"
#include "wire/utf8_priv.h"

enum { NAME_MAX_N = 40 };

static const char unreadable[3] = { '\xef', '\xbf', '\xbd' };      /* U+FFFD */

/* A name, and nothing that iconv would take for more ("//TRANSLIT", a path). */
static bool is_name(struct str s)
{
	if (s.n == 0 || s.n > NAME_MAX_N)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      strchr("-_:.", s.p[i])))
			return false;
	return true;
}

static iconv_t open_converter(struct arena *a, struct str charset)
{
	iconv_t cd = is_name(charset) ? iconv_open("UTF-8", arena_strz(a, charset)) : (iconv_t)-1;

	return cd == (iconv_t)-1 ? iconv_open("UTF-8", "WINDOWS-1252") : cd;
}

struct str charset_to_utf8(struct arena *a, struct str bytes, struct str charset, size_t max)
{
	size_t room = bytes.n < max / 3 ? 3 * bytes.n + 16 : max, in_left = bytes.n, left = room;
	char *out = arena_array(a, char, room + 1), *to = out, *in = arena_array(a, char, bytes.n + 1);
	iconv_t cd;

	if (str_is_utf8(bytes))
		return str_utf8_upto(bytes, max);
	cd = open_converter(a, charset);
	if (cd == (iconv_t)-1)
		return str_utf8_upto(html__clean(a, bytes), max);
	memcpy(in, bytes.p, bytes.n);
	while (in_left > 0 && iconv(cd, &in, &in_left, &to, &left) == (size_t)-1) {
		if (errno == E2BIG || left < 3)
			break;
		memcpy(to, unreadable, sizeof unreadable);
		to += 3;
		left -= 3;
		in++;
		in_left--;
	}
	iconv_close(cd);
	return str_utf8_upto(html__clean(a, str_of(out, (size_t)(to - out))), max);
}
