/* reach/translate_priv.h: the two kinds of translation servers. Texts are HTML, both ways. */
#pragma once
#include "base/call.h"

enum { TRANSLATION_TEXTS_MAX = 100 };

/* ret_texts: as many as texts, in their order. *ret_detected: the language the server took the texts for; none where it does not say. */
MUST struct err *reach__libre_translate(struct call *c, const struct str *texts, size_t n, struct str from, struct str to, struct str *ret_texts,
					struct str *ret_detected);
MUST struct err *reach__deepl_translate(struct call *c, const struct str *texts, size_t n, struct str from, struct str to, struct str *ret_texts,
					struct str *ret_detected);
/* JSON, as reach_translation_languages(). */
MUST struct err *reach__libre_languages(struct call *c, struct str *ret_json);
MUST struct err *reach__deepl_languages(struct call *c, struct str *ret_json);

/* What the server calls the language `wanted`, of those in list; none: it knows none like it. "pt-BR" may be its "pt", "zh-TW" its "zh-Hant". */
struct str reach__language_among(struct call *c, const struct str *list, size_t n, struct str wanted);

/* Custom emojis (JSON, as in struct status) are names, which no translation may touch: their shortcodes in the text of this HTML are marked
 * for the server, and freed of the marks afterwards. */
struct str reach__emojis_mark(struct call *c, struct str html, struct str emojis);
struct str reach__emojis_unmark(struct call *c, struct str html);
