-- 0037: the certificates of this server's own names, as they were seen last. 0: not seen. told_us: when the admins were last told of it.

CREATE TABLE certificates (
  host @TEXT PRIMARY KEY, from_us BIGINT NOT NULL, until_us BIGINT NOT NULL, trusted BIGINT NOT NULL, trouble TEXT, looked_us BIGINT NOT NULL,
  told_us BIGINT NOT NULL
) @NOROWID;
