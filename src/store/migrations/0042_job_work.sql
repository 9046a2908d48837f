-- 0042: how many runs ended in that slot, but for those whose host failed, how long workers had them, and how long they were on the wire.

ALTER TABLE job_rates ADD COLUMN runs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_rates ADD COLUMN work_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job_rates ADD COLUMN wire_us BIGINT NOT NULL DEFAULT 0;
