/* base/str.h: the one string type. A slice: it never owns its bytes, may lack a NUL and may contain one.
 * {NULL, 0} means "none" (NULL in the database, null in JSON); {"", 0} is an empty string. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/* A literal as a slice: STR("abc"). STRC() is its form for static initialisers. */
#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STRC(lit) { "" lit, sizeof(lit) - 1 }
#define STR_NONE ((struct str){ NULL, 0 })
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

static inline struct str str_z(const char *z) { return (struct str){ z, z ? strlen(z) : 0 }; }
static inline struct str str_of(const char *p, size_t n) { return (struct str){ p, n }; }
static inline bool str_eq(struct str a, struct str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline bool str_eqz(struct str a, const char *z) { return str_eq(a, str_z(z)); }
static inline bool str_has_prefix(struct str s, struct str pre) { return s.n >= pre.n && str_eq((struct str){ s.p, pre.n }, pre); }
static inline bool str_has_suffix(struct str s, struct str suf)
{
	return s.n >= suf.n && (suf.n == 0 || memcmp(s.p + s.n - suf.n, suf.p, suf.n) == 0);
}
static inline struct str str_from(struct str s, size_t at)
{
	size_t skip = at < s.n ? at : s.n;

	return (struct str){ skip ? s.p + skip : s.p, s.n - skip };
}
static inline struct str str_upto(struct str s, size_t n) { return (struct str){ s.p, n < s.n ? n : s.n }; }

int str_cmp(struct str a, struct str b);                      /* byte order, like memcmp */
bool str_ieq(struct str a, struct str b);                     /* equal but for ASCII case */
bool str_ihas_prefix(struct str s, struct str pre);           /* ASCII case ignored */
struct str str_trim(struct str s);                            /* without ASCII white space at both ends */
/* The byte's first (last) place in s, or s.n. */
size_t str_find(struct str s, char c);
size_t str_rfind(struct str s, char c);
size_t str_find_str(struct str s, struct str what);           /* the first place of what, or s.n */
bool str_contains(struct str s, struct str what);
/* Cuts s at the first c: "a=b" gives "a" and "b". Without a c: false, *ret_head is all of s, *ret_tail empty. */
bool str_cut(struct str s, char c, struct str *ret_head, struct str *ret_tail);
/* Takes the next piece before c off *rest; false once nothing is left. Pieces may be empty. */
bool str_next(struct str *rest, char c, struct str *ret_piece);
/* Whole decimal numbers, sign allowed, nothing else around them; false where it is none or does not fit. */
bool str_i64(struct str s, int64_t *ret);
/* Compares without leaking where the difference is; the lengths may leak. */
bool str_eq_secret(struct str a, struct str b);
uint64_t str_hash(struct str s);                              /* FNV-1a with a per-process seed */
/* Edits (add, drop, change a byte, swap neighbours) from a to b, ASCII case ignored: for "did you mean". Over 64 bytes: far. */
int str_distance(struct str a, struct str b);
/* The next wider of the domains that hold s: "a.example.org:8443", "a.example.org", "example.org", "org", none. */
struct str str_wider_domain(struct str s);
bool str_is_utf8(struct str s);                               /* valid UTF-8, no NUL, no surrogates */
/* The longest prefix of at most max bytes that does not cut a UTF-8 sequence. */
struct str str_utf8_upto(struct str s, size_t max);
