-- 0019: how the fetch of a conversation goes, for clients that wait for it: when it ended, 0 while it runs; how many posts came.

ALTER TABLE thread_fetches ADD COLUMN ended_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE thread_fetches ADD COLUMN found BIGINT NOT NULL DEFAULT 0;
UPDATE thread_fetches SET ended_us = fetched_us;
