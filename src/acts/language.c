#include "acts/language.h"

/* ISO 639-1, then those of ISO 639-3 and regions that Mastodon's clients offer. */
static const char known[] =
	" aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo"
	" fr fy ga gd gl gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li"
	" ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg"
	" si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
	" ast bal chr ckb cnr csb gsw jbo kab kmr ldn lfn moh mnc nds pdc sco sma smj szl tok vai xal yue zba zgh"
	" en-CA en-GB es-419 es-AR es-MX fr-CA fr-QC ga-IE nan-TW pt-BR pt-PT sr-Latn sr-latn zh-CN zh-HK zh-TW zh-YUE ";

struct str acts_language(struct str code)
{
	struct str rest = str_of(known, sizeof known - 1), word;

	while (str_next(&rest, ' ', &word))
		if (word.n && str_ieq(word, code))
			return word;
	return STR_NONE;
}
