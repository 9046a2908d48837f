-- 0040: what somebody's year was like, as they had it made. data: JSON, as clients get it. read_us: 0: not looked at yet.

CREATE TABLE annual_reports (
  account_id BIGINT NOT NULL, year BIGINT NOT NULL, data TEXT NOT NULL, created_us BIGINT NOT NULL, read_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, year)
) @NOROWID;
