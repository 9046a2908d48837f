#include "view/jobs.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "view/forecast.h"
#include "view/view_priv.h"
#include "wire/json.h"

enum { JOBS_JSON_MAX = 256 * 1024 };

struct err *view_jobs(struct call *c, struct jobs_state *ret)
{
	struct forecast_ask ask = view_forecast_as_it_is();
	struct job_policy_read policy;
	struct forecast f;
	struct str text;

	TRY(job_stats_by_class(c, ret->classes));
	TRY(job_stats_by_host(c, VIEW_JOBS_HOSTS, &ret->hosts, &ret->hosts_n));
	TRY(hosts_failing_count(c, &ret->hosts_failing, &ret->hosts_parked));
	TRY(job_stats_by_node(c, &ret->nodes, &ret->nodes_n));
	TRY(database_room(c, &ret->room));
	TRY(job_policy_get(c, &text));
	job_policy_read(c->arena, text, &policy);
	ret->policy = policy.policy;
	TRY(view_forecast(c, &ask, &f));
	for (int i = 0; i < JOB_LANES; i++)
		ret->eta_s[i] = f.of[i].drained_s < 0 ? -1 : (int64_t)(f.of[i].drained_s + 0.999);
	TRY(job_rules(c, &ret->rules, &ret->rules_n));
	TRY(job_deletions(c, VIEW_JOBS_DELETIONS, &ret->deletions, &ret->deletions_n));
	return jobs_deleted(c, VIEW_JOBS_DELETIONS, &ret->deleted, &ret->deleted_n);
}

int64_t view_jobs_connections(const struct jobs_state *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->nodes_n; i++)
		sum += s->nodes[i].connections;
	return sum;
}

int64_t view_jobs_eta_s(int64_t waiting, int64_t came, int64_t gone)
{
	if (waiting == 0)
		return 0;
	return gone > came ? (waiting * 60 + gone - came - 1) / (gone - came) : -1;
}

struct numbers {
	int64_t due, later, leased, parked, oldest_due_us, came, gone, eta_s;
};

static void write_numbers(struct call *c, struct jw *w, const struct numbers *n)
{
	jw_ki64(w, "due", n->due);
	jw_ki64(w, "later", n->later);
	jw_ki64(w, "running", n->leased);
	jw_ki64(w, "parked", n->parked);
	jw_ki64(w, "oldest_seconds", n->oldest_due_us ? (c->now_us - n->oldest_due_us) / US_PER_S : 0);
	jw_ki64(w, "in_per_minute", n->came);
	jw_ki64(w, "out_per_minute", n->gone);
	if (n->eta_s < 0)
		jw_knull(w, "eta_seconds");
	else
		jw_ki64(w, "eta_seconds", n->eta_s);
}

static void write_class(struct call *c, struct jw *w, const struct jobs_state *state, enum job_lane lane)
{
	const struct job_class_stats *s = &state->classes[lane];
	const struct job_share *share = &state->policy.of[lane];
	struct numbers n = { s->due, s->later, s->leased, s->parked, s->oldest_due_us, s->came, s->gone, state->eta_s[lane] };

	jw_obj(w);
	jw_kz(w, "class", job_lane_name(lane));
	write_numbers(c, w, &n);
	jw_ki64(w, "reserve", share->reserve);
	jw_ki64(w, "weight", share->weight);
	jw_ki64(w, "ceiling_percent", share->ceiling_percent);
	jw_ki64(w, "late_after_seconds", job_lane_row(lane).late_s);
	jw_obj_end(w);
}

static void write_host(struct call *c, struct jw *w, const struct job_host_stats *s)
{
	struct numbers n = { s->due, s->later, s->leased, s->parked, s->oldest_due_us, s->came, s->gone,
			     view_jobs_eta_s(s->due + s->leased, s->came, s->gone) };

	jw_obj(w);
	jw_kstr(w, "host", s->host);
	write_numbers(c, w, &n);
	jw_ki64(w, "failures", s->failures);
	jw_ktime(w, "failing_since", s->failures ? s->first_failure_us : 0);
	jw_ktime(w, "penalty_until", s->penalty_until_us > c->now_us ? s->penalty_until_us : 0);
	jw_ktime(w, "parked_at", s->parked_us);
	jw_kstr(w, "last_error", s->failures ? s->last_error : STR_NONE);
	jw_obj_end(w);
}

static void write_node(struct jw *w, const struct job_node_stats *n)
{
	jw_obj(w);
	jw_ki64(w, "node", n->node);
	jw_kstr(w, "roles", n->roles);
	jw_kstr(w, "place", n->place);
	jw_ki64(w, "connections", n->connections);
	jw_ki64(w, "connections_for_jobs", n->connections_jobs);
	jw_ki64(w, "job_workers", n->workers);
	jw_key(w, "holds");
	jw_obj(w);
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		if (n->held[i])
			jw_ki64(w, job_lane_name(i), n->held[i]);
	jw_obj_end(w);
	jw_obj_end(w);
}

/* null: the embedded database, which has no bound. */
static void write_connections(struct call *c, struct jw *w, const struct jobs_state *s)
{
	int64_t spare = c->conf->db_connections_spare;

	if (!s->room.lets_in) {
		jw_null(w);
		return;
	}
	jw_obj(w);
	jw_ki64(w, "database_lets_in", s->room.lets_in);
	jw_ki64(w, "kept_free", spare);
	jw_ki64(w, "for_nodes", s->room.lets_in - spare);
	jw_ki64(w, "nodes_hold_at_most", view_jobs_connections(s));
	jw_obj_end(w);
}

static void write_rule(struct jw *w, const struct job_rule *r)
{
	jw_obj(w);
	jw_kstr(w, "class", r->lane >= 0 && r->lane < JOB_LANES ? str_z(job_lane_name((enum job_lane)r->lane)) : STR_NONE);
	jw_kstr(w, "kind", r->kind >= 0 && r->kind < JOB_KINDS ? str_z(job_kind_name((enum job_kind)r->kind)) : STR_NONE);
	jw_kstr(w, "host", r->host.n ? r->host : STR_NONE);
	jw_ki64(w, "per_minute", r->per_minute);
	jw_kstr(w, "by", r->by);
	jw_ktime(w, "created_at", r->created_us);
	jw_obj_end(w);
}

struct told {
	int64_t id;
	struct str what, by;
	int64_t jobs, created_us, until_us;
};

static void write_told(struct call *c, struct jw *w, const struct told *t)
{
	jw_obj(w);
	jw_kstr(w, "id", arena_printf(c->arena, "%lld", (long long)t->id));
	jw_kstr(w, "what", t->what);
	jw_ki64(w, "jobs", t->jobs);
	jw_kstr(w, "by", t->by);
	jw_ktime(w, "created_at", t->created_us);
	jw_ktime(w, "expires_at", t->until_us);
	jw_obj_end(w);
}

static void write_state(struct call *c, struct jw *w, const struct jobs_state *s)
{
	jw_obj(w);
	jw_key(w, "classes");
	jw_arr(w);
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		write_class(c, w, s, i);
	jw_arr_end(w);
	jw_key(w, "hosts");
	jw_arr(w);
	for (size_t i = 0; i < s->hosts_n; i++)
		write_host(c, w, &s->hosts[i]);
	jw_arr_end(w);
	jw_ki64(w, "hosts_failing", s->hosts_failing);
	jw_ki64(w, "hosts_parked", s->hosts_parked);
	jw_key(w, "nodes");
	jw_arr(w);
	for (size_t i = 0; i < s->nodes_n; i++)
		write_node(w, &s->nodes[i]);
	jw_arr_end(w);
	jw_key(w, "connections");
	write_connections(c, w, s);
	jw_key(w, "held_back");
	jw_arr(w);
	for (size_t i = 0; i < s->rules_n; i++)
		write_rule(w, &s->rules[i]);
	jw_arr_end(w);
	jw_key(w, "deletions");
	jw_arr(w);
	for (size_t i = 0; i < s->deletions_n; i++) {
		const struct job_deletion *d = &s->deletions[i];

		write_told(c, w, &(struct told){ d->id, d->what, d->by, d->n, d->created_us, d->created_us + JOB_DELETION_WAITS_US });
	}
	jw_arr_end(w);
	jw_key(w, "deleted");
	jw_arr(w);
	for (size_t i = 0; i < s->deleted_n; i++) {
		const struct jobs_deleted *d = &s->deleted[i];

		write_told(c, w, &(struct told){ d->audit_id, d->what, d->by, d->n, d->created_us, d->created_us + JOBS_DELETED_KEPT_US });
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

struct err *view_jobs_json(struct call *c, struct str *ret)
{
	struct buf b = buf_init(c->arena, JOBS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct jobs_state s;

	TRY(view_jobs(c, &s));
	write_state(c, &w, &s);
	*ret = buf_str(&b);
	return NULL;
}
