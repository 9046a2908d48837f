/* gate/gate_priv.h: what the files of this room share. */
#pragma once
#include "gate/gate.h"

struct router;
struct router *gate__router_create(struct arena *a, const struct endpoint *const *tables);
/* NULL: no such path (*ret_allowed empty) or not this method (*ret_allowed says which: "GET, POST"). args: PATH_ARGS of them. */
const struct endpoint *gate__route(const struct router *rt, struct arena *a, const struct request *http, struct str *args, struct str *ret_allowed);
void gate__routes_each(const struct router *rt, void (*fn)(void *arg, const struct endpoint *e), void *arg);
/* "/api/v1/statuses/:id" and its i-th argument's name. */
struct str gate__arg_name(const struct endpoint *e, size_t at);

MUST struct err *gate__bind(struct call *c, struct req *r);
void gate__write_error(struct call *c, struct req *r, const struct err *e);
void gate__headers(struct call *c, struct req *r);
bool gate__is_api(struct str path);
bool gate__cors(const struct request *http, struct reply *out);
