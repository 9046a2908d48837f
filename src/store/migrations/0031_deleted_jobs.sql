-- 0031: jobs that operators deleted, as they were, for as long as that can be taken back. audit_id: the line of audit_log that tells of it.

CREATE TABLE deleted_jobs (
  id @ID, audit_id BIGINT NOT NULL, kind BIGINT NOT NULL, lane BIGINT NOT NULL, ref_id BIGINT NOT NULL, arg TEXT NOT NULL, host TEXT NOT NULL,
  payload TEXT NOT NULL, once_key TEXT, due_us BIGINT NOT NULL, tries BIGINT NOT NULL, parked_us BIGINT NOT NULL, last_error TEXT,
  created_us BIGINT NOT NULL
);
CREATE INDEX deleted_jobs_audit ON deleted_jobs (audit_id, id);
