-- 0003: Web Push; what people want to be told of by whom; follows that were cut; warnings. Words as in 0001.

-- One a token. The token itself is sealed: the message to the device names it. alerts: bits, 1 << notification_type.
CREATE TABLE push_subscriptions (
  id @ID, token_id BIGINT NOT NULL, account_id BIGINT NOT NULL,
  endpoint TEXT NOT NULL, host @TEXT NOT NULL,
  p256dh TEXT NOT NULL, auth TEXT NOT NULL, standard BIGINT NOT NULL,
  alerts BIGINT NOT NULL, policy BIGINT NOT NULL,
  token_sealed TEXT NOT NULL, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX push_subscriptions_token ON push_subscriptions (token_id);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account_id, id);

-- filtered: held back by the policy, shown with its request. extra_id: the row of another table that it is about (a severance, a warning).
ALTER TABLE notifications ADD COLUMN filtered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notifications ADD COLUMN extra_id BIGINT;

-- Numbers of policy_action; no row: what model/policy.h says.
CREATE TABLE notification_policies (
  account_id @ID,
  not_following BIGINT NOT NULL, not_followers BIGINT NOT NULL, new_accounts BIGINT NOT NULL,
  private_mentions BIGINT NOT NULL, limited_accounts BIGINT NOT NULL, bots BIGINT NOT NULL
);

-- Whom the policy lets through. merging: what was held back of theirs is still being let in.
CREATE TABLE notification_permissions (
  account_id BIGINT NOT NULL, from_id BIGINT NOT NULL, merging BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, from_id)
) @NOROWID;

CREATE TABLE notification_requests (
  id @ID, account_id BIGINT NOT NULL, from_id BIGINT NOT NULL, created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX notification_requests_pair ON notification_requests (account_id, from_id);
CREATE INDEX notification_requests_account ON notification_requests (account_id, id);

-- What one account lost at once: a domain that was blocked, an account that was suspended (target_name).
CREATE TABLE severances (
  id @ID, account_id BIGINT NOT NULL, cause BIGINT NOT NULL, target_name TEXT NOT NULL,
  followers_count BIGINT NOT NULL, following_count BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX severances_account ON severances (account_id, id);

-- What moderators decided about an account, as its owner is told. status_ids: JSON array of the posts it is about.
CREATE TABLE account_warnings (
  id @ID, account_id BIGINT NOT NULL, by_id BIGINT NOT NULL, action BIGINT NOT NULL,
  comment TEXT NOT NULL, status_ids TEXT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX account_warnings_account ON account_warnings (account_id, id);

-- Whom to tell of what concerns moderators.
CREATE INDEX users_staff ON users (account_id) WHERE role > 0;

-- Ids of notifications stand in JSON as numbers, so they are below 2^53 (id_next_short): milliseconds since 2020, then 12 bits.
UPDATE notifications SET id = (((id >> 16) - 1577836800000) << 12) + (id & 4095);
UPDATE markers SET last_read_id = (((last_read_id >> 16) - 1577836800000) << 12) + (last_read_id & 4095)
  WHERE timeline = 'notifications' AND last_read_id >= 103405112524800000;
