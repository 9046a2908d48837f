-- 0006: whom one recommends, what is no longer suggested, moves and imports.

CREATE TABLE endorsements (
  account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, target_id)
) @NOROWID;
CREATE INDEX endorsements_of ON endorsements (target_id);

-- Suggestions that somebody does not want to see again.
CREATE TABLE suggestions_dismissed (
  account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, target_id)
) @NOROWID;

CREATE INDEX accounts_discoverable ON accounts (id) WHERE discoverable = 1;
CREATE INDEX account_stats_active ON account_stats (last_status_us, account_id);
CREATE INDEX account_stats_followed ON account_stats (followers_count, account_id);

-- What an account of ours has done with its address: the last row counts for the cooldown.
CREATE TABLE account_moves (
  id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, followers BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX mutes_of ON mutes (target_id);
CREATE INDEX account_notes_of ON account_notes (target_id);
CREATE INDEX account_moves_account ON account_moves (account_id, id);

CREATE TABLE imports (
  id @ID,
  account_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  overwrite BIGINT NOT NULL,
  state BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  total BIGINT NOT NULL, done BIGINT NOT NULL, failed BIGINT NOT NULL,
  created_us BIGINT NOT NULL, ended_us BIGINT NOT NULL
);
CREATE INDEX imports_account ON imports (account_id, id);

-- A row that was taken over goes; what could not be stays, to be looked at.
CREATE TABLE import_rows (
  import_id BIGINT NOT NULL, position BIGINT NOT NULL, state BIGINT NOT NULL, line TEXT NOT NULL,
  PRIMARY KEY (import_id, position)
) @NOROWID;
