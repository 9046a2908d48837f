-- 0041: where a node is, what it may hold of the database's connections, how many of those its jobs may, and how many workers it has for
-- them. All 0: a command line, which takes from what is kept free for it.

ALTER TABLE nodes ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN connections BIGINT NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN connections_jobs BIGINT NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN job_workers BIGINT NOT NULL DEFAULT 0;
