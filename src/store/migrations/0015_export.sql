-- 0015: archives of accounts; what finds the rows of somebody who leaves, and the servers that are told.

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

-- Where other servers want to be told (store/audience.c): the next inbox after one is one look, however many share it.
CREATE INDEX accounts_inbox ON accounts ((coalesce(shared_inbox_uri, inbox_uri)))
  WHERE domain <> '' AND inbox_uri IS NOT NULL AND suspended_us = 0 AND deleted_us = 0;
