/* store/home_priv.h: what homes and lists share. */
#pragma once
#include "store/home.h"

/* A row of id, reblog_of_id, account_id. */
struct home_entry home__entry(struct row r);
/* What entries are made of: owner, post, author, boosted post. */
enum { HOME_COLUMNS = 4 };
struct sql_arg *home__values(struct call *c, int64_t owner, const struct home_entry *v, size_t n);
