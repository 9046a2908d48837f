#include "store/event.h"

#include "store/store.h"

SQL(q_event_add, "INSERT INTO events (id, kind, subject_id, topics, payload, created_us) VALUES ($1, $2, $3, $4, $5, $6)");

/* Streams are told of rows that nodes read after each other. These two reach other nodes without one: in the notice of the transaction, and
 * as a change of setting_changes. */
static bool has_row(enum event_kind kind) { return kind != EVENT_JOBS_ADDED && kind != EVENT_SETTINGS_CHANGED; }

struct err *store_event_add(struct call *c, enum event_kind kind, int64_t subject_id, struct str topics, struct str payload)
{
	struct event *e = arena_new(c->arena, struct event), **end = &c->events;

	*e = (struct event){ id_next(c), kind, subject_id, topics, payload, NULL };
	if (has_row(kind))
		TRY(db_exec(c, &q_event_add, ARGS(e->id, (int64_t)kind, subject_id, topics, payload, c->now_us), NULL));
	while (*end)
		end = &(*end)->next;
	*end = e;
	return NULL;
}

SQL(q_events_after, "SELECT id, kind, subject_id, topics, payload FROM events WHERE id > $1 ORDER BY id LIMIT $2");

struct err *events_after(struct call *c, int64_t after_id, int max, struct event **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_events_after, ARGS(after_id, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct event, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct event){ row_i64(r, 0), (enum event_kind)row_i64(r, 1), row_i64(r, 2), row_str(r, 3), row_str(r, 4), NULL };
	}
	return NULL;
}

SQL(q_events_last, "SELECT coalesce(max(id), 0) FROM events");

struct err *events_last_id(struct call *c, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_events_last, ARGS0, &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}
