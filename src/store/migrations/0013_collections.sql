-- 0013: what is kept of other servers beside their people and posts, and of what they were asked and told.

-- When the conversation of a post was last fetched because somebody opened it; by the first post of it that is known.
CREATE TABLE thread_fetches (thread_id @ID, fetched_us BIGINT NOT NULL);
CREATE INDEX thread_fetches_age ON thread_fetches (fetched_us);

-- An activity for followers alone: its deliveries say who they are (FEP-8fcf).
ALTER TABLE delivery_bodies ADD COLUMN to_followers BIGINT NOT NULL DEFAULT 0;

-- Relays that public posts go to and come from.
CREATE TABLE relays (
  id @ID, inbox_uri @TEXT NOT NULL, state BIGINT NOT NULL, follow_uri @TEXT NOT NULL, created_us BIGINT NOT NULL, answered_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX relays_inbox ON relays (inbox_uri);
CREATE UNIQUE INDEX relays_follow ON relays (follow_uri);

-- What each domain that is known runs, as its NodeInfo says; software is empty where it does not say.
CREATE TABLE host_software (
  host @TEXT NOT NULL PRIMARY KEY, software @TEXT NOT NULL, version TEXT NOT NULL, seen_us BIGINT NOT NULL, due_us BIGINT NOT NULL
);
CREATE INDEX host_software_due ON host_software (due_us);
CREATE INDEX host_software_name ON host_software (software, host);
INSERT INTO host_software (host, software, version, seen_us, due_us) SELECT DISTINCT domain, '', '', 0, 0 FROM accounts WHERE domain <> '';

-- The ledger of a move: what each server with followers was told, and when it is told again.
CREATE TABLE move_hosts (
  move_id BIGINT NOT NULL, host @TEXT NOT NULL, followers BIGINT NOT NULL, body_id BIGINT NOT NULL,
  told_us BIGINT NOT NULL, prompts BIGINT NOT NULL, due_us BIGINT NOT NULL,
  PRIMARY KEY (move_id, host)
) @NOROWID;
CREATE INDEX move_hosts_due ON move_hosts (due_us) WHERE due_us > 0;
