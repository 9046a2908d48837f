/* app/open.h: the house opened on its settings: database, schema, identity, secret key, node number, settings in force. What every
 * command that touches the database begins with, and serve too. */
#pragma once
#include "app/cli.h"
#include "base/call.h"
#include "conf/current.h"
#include "sql/sql.h"

enum { NODE_LEASE_S = 60 };

struct opened {
	struct arena *arena;              /* the process's: ends with it */
	const struct conf *boot;          /* as loaded; instance settings have their defaults */
	struct conf_current *current;     /* with the instance settings of the database */
	struct sql_db *db;
	struct ids *ids;
	struct house house;
	struct str node_token;
	int64_t settings_seen;            /* the newest change of a setting that `current` knows */
};

/* Makes data_dir and the schema where they are missing. roles: what this process does ("cli", "web,streaming,jobs").
 * Fails: INVALID  settings are wrong, or domain, web_domain or base_url are others than those of the first start (the text says what
 *                 to do); what sql, store and crypt fail with. */
MUST struct err *app_open(struct cli *cli, struct str roles, struct opened **ret);
void app_close(struct opened *o);

/* A unit of work of this process, in an arena of the caller's. Give back with app_call_end. */
struct call app_call(struct opened *o, struct arena *a);
void app_call_end(struct opened *o, struct call *c);

/* Takes over what others changed in the settings; cheap where nothing has. boot: NULL, or fresh boot settings (SIGHUP). */
MUST struct err *app_settings_refresh(struct opened *o, const struct conf *boot);

/* Opens the house for one command, runs fn in one unit of work, closes. Works beside a running server. */
MUST struct err *app_with_call(struct cli *cli, struct err *(*fn)(struct cli *cli, struct call *c));
