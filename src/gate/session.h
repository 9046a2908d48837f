/* gate/session.h: browsers: the session cookie, and what keeps other sites from using it. For rows of web only: an API row never looks at
 * the cookie.
 *
 * A form carries req_csrf() in a field named "csrf"; its POST calls req_csrf_check() first, with the same purpose. The token is bound to the
 * session, or before there is one to a cookie that lasts as long as the browser. */
#pragma once
#include "gate/endpoint.h"

auth_fn auth_session;             /* somebody signed in; fails with UNAUTHORIZED, which web turns into its sign-in page */
auth_fn auth_session_optional;    /* anybody; r->viewer says who, if somebody is signed in */

/* The purpose names the form: "sign in", "consent". */
struct str req_csrf(struct call *c, struct req *r, const char *purpose);
/* Fails: FORBIDDEN  the form came from another site, or from another session. */
MUST struct err *req_csrf_check(struct call *c, struct req *r, const char *purpose);

/* Sets the cookie to a session's token; none takes it away. */
void req_session_put(struct call *c, struct req *r, struct str token);
