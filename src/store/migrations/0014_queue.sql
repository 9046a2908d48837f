-- The queue for those who run it: what they told it to hold back, how fast it moves, and what was done to it.

-- Work that is held back: of a class, of a kind, or for a host (-1 and '' stand for what it does not name).
CREATE TABLE job_rules (
  id @ID, lane BIGINT NOT NULL, kind BIGINT NOT NULL, host @TEXT NOT NULL,
  per_minute BIGINT NOT NULL, spent_until_us BIGINT NOT NULL, by_whom TEXT NOT NULL, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_rules_what ON job_rules (lane, kind, host);

-- Jobs that came and went in ten seconds, of a class (host '') and for the busiest hosts: a row of each node's own.
CREATE TABLE job_rates (
  slot_us BIGINT NOT NULL, node BIGINT NOT NULL, lane BIGINT NOT NULL, host @TEXT NOT NULL,
  came BIGINT NOT NULL, gone BIGINT NOT NULL,
  PRIMARY KEY (slot_us, node, lane, host)
) @NOROWID;

-- What operators did: never changed once its work is done.
CREATE TABLE audit_log (id @ID, by_whom TEXT NOT NULL, what TEXT NOT NULL, n BIGINT NOT NULL, created_us BIGINT NOT NULL);

-- Why a host is in penalty: what its last failure said.
ALTER TABLE hosts ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
CREATE INDEX hosts_failing ON hosts (failures) WHERE failures > 0;
