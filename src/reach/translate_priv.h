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
