-- 0025: when a host that fails last wrote to us, since the last failure that counted; -1: that has excused a failure already.

ALTER TABLE hosts ADD COLUMN alive_us BIGINT NOT NULL DEFAULT 0;
