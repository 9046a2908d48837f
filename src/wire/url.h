/* wire/url.h: http and https addresses (RFC 3986), domains (IDNA 2008 through libidn2) and percent encoding. Strict: what
 * is not clearly an address is refused. One address has one form: scheme and host in lower case, host in its xn-- form, default
 * ports left out, dot segments resolved, bytes that may not stand in a URL percent-encoded; so a parsed address can be put
 * into a header or an attribute as it is. */
#pragma once
#include "base/arena.h"

enum { URL_MAX = 8192, DOMAIN_MAX = 253 };

struct url {
	struct str text;          /* the whole, in its one form, without the fragment */
	struct str scheme;        /* "http" or "https" */
	struct str host;          /* "example.org", "xn--bcher-kva.example", "127.0.0.1", "[::1]" */
	struct str domain;        /* host, and ":port" where it is not the scheme's own: what handles end in */
	int port;                 /* always set: 80 or 443 where the address names none */
	struct str path;          /* begins with '/' */
	struct str query;         /* without '?'; none where there is no '?' */
	struct str target;        /* path, and '?' and query if any: the request line's */
	struct str fragment;      /* without '#'; none where there is no '#' */
};

/* False: not http or https, userinfo, an empty or impossible host, blanks, control characters, a backslash, invalid UTF-8, longer
 * than URL_MAX. Numbers in odd forms ("0x7f.1") are no hosts. The slices live in a. */
bool url_parse(struct arena *a, struct str text, struct url *ret);
/* What `location` means when it is said by base: absolute, "//host/x", "/x", "x", "?x". */
bool url_resolve(struct arena *a, const struct url *base, struct str location, struct url *ret);
struct str url_domain(struct arena *a, struct str text);      /* url.domain of an address, none where it is no address */
/* Both are addresses at the same domain (host and port). */
bool url_same_host(struct str one, struct str other);

/* A domain as people type it, perhaps with a port, in its one form: "Bücher.example:3000" gives "xn--bcher-kva.example:3000".
 * ":443" is dropped. False where it is no domain. */
bool domain_normalize(struct arena *a, struct str domain, struct str *ret);
/* Nobody's own, as "com" and "co.uk" are by the public suffix list of the system, and whatever has one label. In its one form. */
bool domain_is_public_suffix(struct arena *a, struct str domain);
/* What somebody has registered: "b.co.uk" for "x.a.b.co.uk:8443". None for an address, and for what is nobody's. Two tenants of one who gives
 * names away ("github.io") are one: names below it cost nothing. In its one form. */
struct str domain_registered(struct arena *a, struct str domain);
/* domain is parent, or ends in ".parent". Both in their one form. */
bool domain_is_within(struct str domain, struct str parent);

struct str url_encode(struct arena *a, struct str s);         /* all but A-Z a-z 0-9 - . _ ~ as %XX */
/* False where a '%' is not followed by two hexadecimal digits. plus: a '+' is a blank, as in forms. */
bool url_decode(struct arena *a, struct str s, bool plus, struct str *ret);
