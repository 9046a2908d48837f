-- 0017: servers that this one wants less of, or nothing.

-- severity: 0 silence, 1 suspend, 2 noop. The domain stands for all below it; of several that do, the longest counts.
CREATE TABLE server_blocks (
  id @ID, domain @TEXT NOT NULL, severity BIGINT NOT NULL, reject_media BIGINT NOT NULL, reject_reports BIGINT NOT NULL, obfuscate BIGINT NOT NULL,
  public_comment TEXT NOT NULL, private_comment TEXT NOT NULL, by_whom TEXT NOT NULL, created_us BIGINT NOT NULL, changed_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX server_blocks_domain ON server_blocks (domain);

-- What that means for the domains that people are known of: the queries ask here, by the very domain of an account. 0: not. It follows from
-- the table above, and nothing of it is ever copied into the rows of people or posts.
CREATE TABLE server_limits (domain @TEXT PRIMARY KEY, silenced_us BIGINT NOT NULL, suspended_us BIGINT NOT NULL) @NOROWID;
