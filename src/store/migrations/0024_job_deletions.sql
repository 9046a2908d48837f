-- 0024: deletions of many jobs, which wait for a second person. What they name is as in store/job_filter.h.

CREATE TABLE job_deletions (
  id @ID, lane BIGINT NOT NULL, kind BIGINT NOT NULL, host TEXT NOT NULL, before_us BIGINT NOT NULL, standing BIGINT NOT NULL,
  what TEXT NOT NULL, n BIGINT NOT NULL, by_whom TEXT NOT NULL, created_us BIGINT NOT NULL
);
