#include "wire/qr.h"

#include <qrencode.h>

#include "base/buf.h"
#include "wire/html.h"

enum { QUIET = 4, SVG_MAX = 512 * 1024 };

/* One path: a run of dark modules is a rectangle one high. */
static void draw(struct buf *b, const QRcode *code)
{
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++) {
			int run = 0;

			while (x + run < code->width && code->data[y * code->width + x + run] & 1)
				run++;
			if (run)
				buf_addf(b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
			x += run;
		}
}

struct str qr_svg(struct arena *a, struct str text, struct str name)
{
	struct buf b = buf_init(a, SVG_MAX);
	QRcode *code = text.n ? QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M) : NULL;
	int side;

	if (!code)
		return STR_NONE;
	side = code->width + 2 * QUIET;
	buf_addf(&b, "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" aria-label=\"", side, side);
	buf_add(&b, html_escape(a, name));
	buf_addf(&b, "\"><path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000\" d=\"", side, side, side);
	draw(&b, code);
	buf_addz(&b, "\"/></svg>");
	QRcode_free(code);
	return buf_ok(&b) ? buf_str(&b) : STR_NONE;
}
