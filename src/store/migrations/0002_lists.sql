-- 0002: lists, followed and featured tags, conversations of direct posts.

CREATE TABLE lists (
  id @ID, account_id BIGINT NOT NULL, title TEXT NOT NULL, replies_policy BIGINT NOT NULL, exclusive BIGINT NOT NULL,
  built_us BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX lists_account ON lists (account_id, id);

-- owner_id repeats the list's account: what a home leaves out is asked of the author and the reader alone.
CREATE TABLE list_accounts (
  list_id BIGINT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL, owner_id BIGINT NOT NULL,
  PRIMARY KEY (list_id, account_id)
) @NOROWID;
CREATE INDEX list_accounts_account ON list_accounts (account_id, owner_id);

CREATE TABLE list_entries (
  list_id BIGINT NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
  status_id BIGINT NOT NULL, author_id BIGINT NOT NULL, reblog_of_id BIGINT,
  PRIMARY KEY (list_id, status_id)
) @NOROWID;

CREATE TABLE tag_follows (id @ID, account_id BIGINT NOT NULL, tag_id BIGINT NOT NULL, created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX tag_follows_pair ON tag_follows (account_id, tag_id);
CREATE INDEX tag_follows_by ON tag_follows (account_id, id);
CREATE INDEX tag_follows_of ON tag_follows (tag_id, account_id);

CREATE TABLE featured_tags (
  id @ID, account_id BIGINT NOT NULL, tag_id BIGINT NOT NULL, name TEXT NOT NULL,
  statuses_count BIGINT NOT NULL, last_status_us BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX featured_tags_pair ON featured_tags (account_id, tag_id);

-- What direct posts say to one set of people, in one thread. participants: the others' ids in their order, "12,34".
CREATE TABLE conversations (
  id @ID, account_id BIGINT NOT NULL, thread_id BIGINT NOT NULL, participants @TEXT NOT NULL,
  last_status_id BIGINT NOT NULL, unread BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversations_once ON conversations (account_id, thread_id, participants);
CREATE INDEX conversations_newest ON conversations (account_id, last_status_id);
CREATE INDEX conversations_thread ON conversations (thread_id);

CREATE TABLE conversation_posts (
  account_id BIGINT NOT NULL,
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  conversation_id BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  PRIMARY KEY (account_id, status_id)
) @NOROWID;
CREATE INDEX conversation_posts_of ON conversation_posts (conversation_id, status_id);
CREATE INDEX conversation_posts_status ON conversation_posts (status_id);
