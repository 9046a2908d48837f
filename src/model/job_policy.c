#include "model/job_policy.h"

#include "base/buf.h"

enum { FIELDS = 3, LINE_FIELDS_MAX = 8, SHOWN_MAX = 40 };

static const char *const field_names[FIELDS] = { "reserve", "weight", "ceiling" };
static const int least[FIELDS] = { 0, 1, 1 }, most[FIELDS] = { JOB_WORKERS_MAX, JOB_WEIGHT_MAX, 100 };

struct job_policy job_policy_default(void)
{
	struct job_policy p;

	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		struct job_lane_row row = job_lane_row(i);

		p.of[i] = (struct job_share){ row.min, row.weight, row.ceiling_percent };
	}
	return p;
}

struct str job_policy_text(struct arena *a, const struct job_policy *p)
{
	struct buf out = buf_init(a, JOB_POLICY_TEXT_MAX);

	buf_addz(&out, "# What each class of background work may have of a process's workers (job_workers).\n"
		       "# reserve  so many workers are kept for it, whatever others have to do; together never more than half of them\n"
		       "# weight   how often it has its turn at a free worker, against other classes that have work: 8 twice as often as 4\n"
		       "# ceiling  the most it ever has, in percent of the workers\n"
		       "#\n"
		       "# class    reserve   weight  ceiling\n");
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		buf_addf(&out, "%-10s %8d %8d %8d\n", job_lane_name(i), p->of[i].reserve, p->of[i].weight, p->of[i].ceiling_percent);
	return buf_str(&out);
}

static void problem(struct job_policy_read *r, int line, const char *field, struct str why)
{
	if (r->problems_n < JOB_POLICY_PROBLEMS_MAX)
		r->problems[r->problems_n++] = (struct job_policy_problem){ line, field, why };
}

/* The words of a line, which spaces and tabs part; how many. */
static size_t words(struct str line, struct str ret[LINE_FIELDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < line.n && n < LINE_FIELDS_MAX;) {
		size_t from = i;

		while (i < line.n && line.p[i] != ' ' && line.p[i] != '\t')
			i++;
		if (i > from)
			ret[n++] = str_of(line.p + from, i - from);
		i++;
	}
	return n;
}

static bool read_number(struct arena *a, struct job_policy_read *r, int line, int field, struct str word, int *ret)
{
	int64_t v;

	if (!str_i64(word, &v) || v < least[field] || v > most[field]) {
		problem(r, line, field_names[field], arena_printf(a, "'" STR_FMT "' is no number from %d to %d", STR_ARG(str_utf8_upto(word, SHOWN_MAX)),
								  least[field], most[field]));
		return false;
	}
	*ret = (int)v;
	return true;
}

static void read_line(struct arena *a, struct job_policy_read *r, int line, struct str text)
{
	struct str word[LINE_FIELDS_MAX];
	size_t n = words(text, word);
	int v[FIELDS];
	bool good = true;
	enum job_lane lane;

	if (!job_lane_parse(word[0], &lane)) {
		problem(r, line, "class", arena_printf(a, "there is no '" STR_FMT "'", STR_ARG(str_utf8_upto(word[0], SHOWN_MAX))));
		return;
	}
	if (r->lines[lane]) {
		problem(r, line, "class", arena_printf(a, "%s stands in line %d already", job_lane_name(lane), r->lines[lane]));
		return;
	}
	r->lines[lane] = line;
	if (n != 1 + FIELDS) {
		problem(r, line, n <= FIELDS ? field_names[n - 1] : "ceiling", n <= FIELDS ? STR("it is missing") : STR("nothing may follow it"));
		return;
	}
	for (int i = 0; i < FIELDS; i++)
		good &= read_number(a, r, line, i, word[1 + i], &v[i]);
	if (good)
		r->policy.of[lane] = (struct job_share){ v[0], v[1], v[2] };
}

void job_policy_read(struct arena *a, struct str text, struct job_policy_read *ret)
{
	struct str line;
	int number = 0;

	*ret = (struct job_policy_read){ .policy = job_policy_default() };
	while (str_next(&text, '\n', &line)) {
		number++;
		line = str_trim(line);
		if (line.n && *line.p != '#')
			read_line(a, ret, number, line);
	}
}

void job_policy_check_whole(struct arena *a, struct job_policy_read *r)
{
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		if (!r->lines[i])
			problem(r, 0, "class", arena_printf(a, "%s is not named", job_lane_name(i)));
}

int job_share_ceiling(const struct job_share *s, int workers)
{
	int n = workers * s->ceiling_percent / 100;

	return n > 1 ? n : 1;
}

void job_policy_check_workers(struct arena *a, struct job_policy_read *r, int workers, struct str called)
{
	int sum = 0, last = 0;

	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		const struct job_share *s = &r->policy.of[i];

		sum += s->reserve;
		if (s->reserve && r->lines[i] > last)
			last = r->lines[i];
		if (job_share_ceiling(s, workers) < s->reserve)
			problem(r, r->lines[i], "ceiling", arena_printf(a, "%d percent of the %d workers of " STR_FMT " are %d, fewer than the reserve of %d",
				s->ceiling_percent, workers, STR_ARG(called), job_share_ceiling(s, workers), s->reserve));
	}
	if (sum > workers)
		problem(r, last, "reserve", arena_printf(a, "with this one %d workers are kept together, but " STR_FMT " has %d", sum,
							 STR_ARG(called), workers));
}
