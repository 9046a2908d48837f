/* gate/endpoint.h: what an endpoint is: a row. The gates enforce the row, in one order, for every request; a handler says only what
 * is particular and never repeats what its row decided.
 *
 * The gates, in order: route and body cap (before the body) · address limit · authenticate · standing · scope · caller's limits ·
 * parameters · handler · error to HTTP · headers, one log line, one metric.
 *
 * To add an endpoint: a row at the foot of api/<noun>.c (fed, web alike) and its handler. A test lists rows never hit. */
#pragma once
#include "gate/limit.h"
#include "model/page.h"
#include "model/viewer.h"
#include "net/server.h"
#include "wire/form.h"
#include "wire/link.h"

struct endpoint;
enum { PATH_ARGS = 4 };

/* One request at its handler. */
struct req {
	struct request *http;
	const struct endpoint *endpoint;
	struct viewer viewer;
	struct params *params;            /* query and body; path arguments are in it under their names too */
	struct str path_arg[PATH_ARGS];   /* ":name" parts of the path, in their order */
	void *in;                         /* the struct its parameter rows filled */
	struct reply *out;
	struct str id;                    /* X-Request-Id, as the log has it */
	struct str token;                 /* the text of the bearer token, for what must name it again */
	struct str session_token;         /* of the cookie, for endpoints of web */
	int64_t session;                  /* its session; 0: nobody is signed in */
	void *auth_state;                 /* what an authenticator leaves for its handler (fed: the signer) */
};

typedef struct err *endpoint_fn(struct call *c, struct req *r);
/* Fills r->viewer or fails. May set r->out->again to be run once more on another lane, and then returns NULL. */
typedef struct err *auth_fn(struct call *c, struct req *r);

auth_fn auth_none;                /* anybody; a token is not looked at */
auth_fn auth_optional;            /* anybody; a token that is given must be good and have the scope */
auth_fn auth_token;               /* a token, an application's own or a user's */
auth_fn auth_user;                /* a user's token, in good standing */
auth_fn auth_user_any_standing;   /* a user's token, even unconfirmed or waiting for approval */
auth_fn auth_app_only;            /* an application's own token (sign-up) */

/* Parameters bound into a struct by rows; names as in a form ("poll[expires_in]"). */
enum tri { TRI_UNSET, TRI_FALSE, TRI_TRUE };
enum param_row_kind { BIND_STR, BIND_TRI, BIND_I64, BIND_OFFSET, BIND_ID, BIND_F64, BIND_STRS, BIND_IDS, BIND_NODE, BIND_FILE };
struct str_list { struct str *v; size_t n; };
struct id_list { int64_t *v; size_t n; };
struct param {
	const char *name;
	size_t offset;
	enum param_row_kind kind;
	bool required;                    /* absent: 422 "Validation failed: Name can't be blank" */
	int64_t max;                      /* STR: bytes (default 20000); lists: members (default 100) */
	int64_t def;                      /* I64 where absent */
};
#define PARAM_SAME_(T, f, want) (0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((T *)0)->f), want) ? 1 : -1]))
#define PARAM_(T, f, nm, type, k, ...) { .name = nm, .offset = offsetof(T, f) + PARAM_SAME_(T, f, type), .kind = k, __VA_ARGS__ }
/* PARAM_STR(struct post_in, status, "status", .max = 5000) fills struct str status; none where absent. */
#define PARAM_STR(T, f, nm, ...) PARAM_(T, f, nm, struct str, BIND_STR, __VA_ARGS__)
#define PARAM_TRI(T, f, nm, ...) PARAM_(T, f, nm, enum tri, BIND_TRI, __VA_ARGS__)
#define PARAM_I64(T, f, nm, ...) PARAM_(T, f, nm, int64_t, BIND_I64, __VA_ARGS__)       /* 422 where it is no number */
/* As Mastodon reads where a page begins: the number at the front, else 0; "12x" is 12. */
#define PARAM_OFFSET(T, f, nm) PARAM_(T, f, nm, int64_t, BIND_OFFSET)
#define PARAM_ID(T, f, nm, ...) PARAM_(T, f, nm, int64_t, BIND_ID, __VA_ARGS__)         /* 0 where absent; -1 where malformed: found nowhere */
#define PARAM_F64(T, f, nm, ...) PARAM_(T, f, nm, double, BIND_F64, __VA_ARGS__)
#define PARAM_STRS(T, f, nm, ...) PARAM_(T, f, nm, struct str_list, BIND_STRS, __VA_ARGS__)
#define PARAM_IDS(T, f, nm, ...) PARAM_(T, f, nm, struct id_list, BIND_IDS, __VA_ARGS__)   /* malformed members are left out */
#define PARAM_NODE(T, f, nm, ...) PARAM_(T, f, nm, const struct param_value *, BIND_NODE, __VA_ARGS__)
#define PARAM_FILE(T, f, nm, ...) PARAM_(T, f, nm, const struct upload *, BIND_FILE, __VA_ARGS__)
#define PARAMS(T, rows) .params = (rows), .params_n = sizeof(rows) / sizeof *(rows), .params_size = sizeof(T)

struct endpoint {
	enum method method;               /* PUT rows answer PATCH too; GET rows answer HEAD */
	const char *path;                 /* "/api/v1/statuses/:id"; a last part "*rest" takes all that follows; ":name.rss" ends in ".rss" */
	auth_fn *auth;
	const char *scope;                /* "write:statuses", "read:accounts|profile"; NULL: none */
	enum limit limit;                 /* beside those every caller has */
	enum lane lane;
	endpoint_fn *handler;
	const struct param *params;
	size_t params_n, params_size;
	size_t body_max;                  /* default 1 MiB; GET: 0 */
	bool raw_body;                    /* the body is no parameters: the handler reads it (inboxes) */
	bool fault_within;                /* a field at fault is told in an object under "error", as Mastodon tells it of collections */
	enum accept accept;               /* several rows of one path: taken where the client wants this; 0: whatever */
	/* After the answer went out (whole) or broke off, with http->state as the handler left it: on an I/O thread, so only note it. */
	void (*sent)(void *state, int status, bool whole, int64_t took_us);
};

/* How a handler answers. */
void req_json(struct req *r, struct str json);                /* 200 application/json unless status or type are set */
void req_body(struct req *r, const char *content_type, struct str body);
/* A stored file: whole (200), the one range asked for (206, RFC 9110 14.2), or 304 to whoever has it by this etag (quoted). fd is net's or
 * closed afterwards, whatever the answer. */
struct req_file {
	int fd;
	int64_t size;
	const char *content_type;
	struct str etag;
};
void req_file(struct req *r, const struct req_file *f);
void req_status(struct req *r, int status);
void req_header(struct req *r, const char *name, struct str value);   /* name: a literal */
void req_redirect(struct req *r, int status, struct str url);
/* What the client said in a header of its request; none if it did not. */
struct str req_said(const struct req *r, const char *name);
/* The id of a path or a parameter: 0 where it is none. */
int64_t req_id(const struct req *r, const char *name);

/* The page a request asks for (max_id, since_id, min_id, limit), within Mastodon's bounds. */
struct page req_page(const struct req *r, int limit_default, int limit_max);
/* The Link header of a page: first and last are its outermost cursors. `next` is left out where !has_next. prev: "min_id" or "since_id". */
void req_links(struct call *c, struct req *r, const char *prev, int64_t first, int64_t last, bool has_next);
/* The Link header of a page found by its offset. */
void req_offset_links(struct call *c, struct req *r, int64_t offset, int limit, bool has_next);
