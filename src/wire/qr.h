/* wire/qr.h: QR codes (ISO/IEC 18004), by libqrencode, as a picture that stands within a page: SVG without styles and scripts. */
#pragma once
#include "base/arena.h"

/* An <svg> element with a quiet zone around the code and that name for screen readers (plain text, escaped here).
 * None where the text is empty or longer than a code holds (some 2300 bytes). */
struct str qr_svg(struct arena *a, struct str text, struct str name);
