-- 0012: which signatures a host reads (model/dialect.h), and when that was seen.

ALTER TABLE hosts ADD COLUMN dialect BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN dialect_us BIGINT NOT NULL DEFAULT 0;
