-- 0015: archives of accounts, and what finds the rows of somebody who leaves.

-- One row an account. file is named before it is written, so that none is ever left without a row; ready_us 0: being made.
CREATE TABLE archives (
  account_id @ID,
  asked_us BIGINT NOT NULL, ready_us BIGINT NOT NULL,
  file TEXT,
  bytes BIGINT NOT NULL, posts BIGINT NOT NULL
);
CREATE INDEX archives_age ON archives (asked_us);

CREATE INDEX poll_votes_by ON poll_votes (account_id);
CREATE INDEX notification_permissions_from ON notification_permissions (from_id);
CREATE INDEX notification_requests_from ON notification_requests (from_id);
CREATE INDEX suggestions_dismissed_of ON suggestions_dismissed (target_id);
