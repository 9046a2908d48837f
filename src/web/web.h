/* web/web.h: pages for people without a client: what this server is, profiles and posts, signing in, consent. Written by templates
 * (templates/, compiled by tools/compile_templates.py), without scripts, under a strict Content-Security-Policy. */
#pragma once
#include "gate/endpoint.h"

extern const struct endpoint *const web_tables[];             /* ends with NULL */

/* For gate_how.html_error: an error as a page; who has to sign in first is sent there, and comes back afterwards. */
void web_html_error(struct call *c, struct req *r, const struct err *e);
