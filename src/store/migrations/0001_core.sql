-- 0001: the whole of the first version. One text for both engines; these words differ and are replaced per engine:
--   @ID    primary key, a 64-bit id of ours      @TEXT  text compared byte by byte      @NOROWID  clustered by its key
-- Booleans are 0 and 1, times are microseconds (_us, 0: never), closed sets are the numbers of model/enums.def.

CREATE TABLE meta (key @TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE nodes (
  number BIGINT NOT NULL PRIMARY KEY,
  token @TEXT NOT NULL,
  roles TEXT NOT NULL,
  leased_until_us BIGINT NOT NULL
);

CREATE TABLE settings (key @TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, changed_us BIGINT NOT NULL, changed_by TEXT NOT NULL);
CREATE TABLE setting_changes (
  id @ID, key @TEXT NOT NULL, old_value TEXT, new_value TEXT, changed_us BIGINT NOT NULL, changed_by TEXT NOT NULL
);

-- People

-- What is asked of many rows at once stands first in accounts and statuses: SQLite reads a row from its beginning.
CREATE TABLE accounts (
  id @ID,
  silenced_us BIGINT NOT NULL, suspended_us BIGINT NOT NULL, deleted_us BIGINT NOT NULL,
  moved_to_id BIGINT,
  version BIGINT NOT NULL,
  username @TEXT NOT NULL,
  username_key @TEXT NOT NULL,
  domain @TEXT NOT NULL,
  uri @TEXT NOT NULL,
  url TEXT,
  actor_type BIGINT NOT NULL,
  inbox_uri TEXT, shared_inbox_uri TEXT, outbox_uri TEXT, followers_uri @TEXT, following_uri TEXT, featured_uri TEXT,
  display_name TEXT NOT NULL,
  display_key @TEXT NOT NULL,
  note TEXT NOT NULL, note_source TEXT,
  fields TEXT NOT NULL, fields_source TEXT,
  emojis TEXT NOT NULL,
  avatar_file TEXT, avatar_static_file TEXT, avatar_remote_url TEXT, avatar_description TEXT,
  header_file TEXT, header_static_file TEXT, header_remote_url TEXT, header_description TEXT,
  locked BIGINT NOT NULL, bot BIGINT NOT NULL, discoverable BIGINT NOT NULL, indexable BIGINT NOT NULL,
  hide_collections BIGINT NOT NULL,
  also_known_as TEXT NOT NULL,
  created_us BIGINT NOT NULL, fetched_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_handle ON accounts (username_key, domain);
CREATE INDEX accounts_acct ON accounts ((username_key || '@' || domain));
CREATE UNIQUE INDEX accounts_uri ON accounts (uri);
CREATE INDEX accounts_display ON accounts (display_key);
CREATE INDEX accounts_domain ON accounts (domain, id);
CREATE INDEX accounts_url ON accounts (url) WHERE url IS NOT NULL;
CREATE INDEX accounts_followers_uri ON accounts (followers_uri) WHERE followers_uri IS NOT NULL;

CREATE TABLE account_stats (
  account_id @ID,
  statuses_count BIGINT NOT NULL, followers_count BIGINT NOT NULL, following_count BIGINT NOT NULL,
  last_status_us BIGINT NOT NULL
);

CREATE TABLE account_keys (
  id @ID,
  account_id BIGINT NOT NULL,
  uri @TEXT NOT NULL,
  algorithm BIGINT NOT NULL,
  public_pem TEXT NOT NULL,
  private_sealed TEXT,
  created_us BIGINT NOT NULL, retired_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_keys_uri ON account_keys (uri);
CREATE INDEX account_keys_account ON account_keys (account_id);

CREATE TABLE users (
  account_id @ID,
  email TEXT NOT NULL,
  email_key @TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  role BIGINT NOT NULL,
  confirmed_us BIGINT NOT NULL,
  approved BIGINT NOT NULL,
  disabled_us BIGINT NOT NULL,
  locale TEXT NOT NULL,
  default_privacy BIGINT NOT NULL, default_sensitive BIGINT NOT NULL, default_language TEXT,
  reason TEXT,
  created_us BIGINT NOT NULL, last_active_us BIGINT NOT NULL,
  home_built_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email_key);
CREATE INDEX users_active ON users (last_active_us);

-- Signing in

CREATE TABLE sessions (
  token_hash @TEXT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  created_us BIGINT NOT NULL, seen_us BIGINT NOT NULL,
  user_agent TEXT
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_age ON sessions (seen_us);

CREATE TABLE mail_tokens (
  token_hash @TEXT NOT NULL PRIMARY KEY,
  account_id BIGINT NOT NULL,
  purpose @TEXT NOT NULL,
  email TEXT NOT NULL,
  created_us BIGINT NOT NULL, used_us BIGINT NOT NULL
);
CREATE INDEX mail_tokens_account ON mail_tokens (account_id);

CREATE TABLE apps (
  id @ID,
  client_id @TEXT NOT NULL,
  secret_hash @TEXT NOT NULL,
  name TEXT NOT NULL,
  website TEXT,
  redirect_uris TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX apps_client ON apps (client_id);

CREATE TABLE oauth_codes (
  code_hash @TEXT NOT NULL PRIMARY KEY,
  app_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  scopes TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  challenge TEXT,
  created_us BIGINT NOT NULL, used_us BIGINT NOT NULL
);

CREATE TABLE tokens (
  id @ID,
  token_hash @TEXT NOT NULL,
  app_id BIGINT,
  account_id BIGINT,
  scopes TEXT NOT NULL,
  created_us BIGINT NOT NULL, revoked_us BIGINT NOT NULL, last_used_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX tokens_hash ON tokens (token_hash);
CREATE INDEX tokens_account ON tokens (account_id);

-- Counters of limits that must survive a restart and hold across nodes.
CREATE TABLE limits (
  key @TEXT NOT NULL, window_us BIGINT NOT NULL, used BIGINT NOT NULL,
  PRIMARY KEY (key, window_us)
) @NOROWID;
CREATE INDEX limits_window ON limits (window_us);

-- Who is what to whom

CREATE TABLE follows (
  id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL,
  uri @TEXT, show_reblogs BIGINT NOT NULL, notify BIGINT NOT NULL, languages TEXT, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX follows_pair ON follows (account_id, target_id);
CREATE INDEX follows_by ON follows (account_id, id);
CREATE INDEX follows_of ON follows (target_id, id);
CREATE UNIQUE INDEX follows_uri ON follows (uri) WHERE uri IS NOT NULL;

CREATE TABLE follow_requests (
  id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL,
  uri @TEXT, show_reblogs BIGINT NOT NULL, notify BIGINT NOT NULL, languages TEXT, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX follow_requests_pair ON follow_requests (account_id, target_id);
CREATE INDEX follow_requests_of ON follow_requests (target_id, id);
CREATE UNIQUE INDEX follow_requests_uri ON follow_requests (uri) WHERE uri IS NOT NULL;

CREATE TABLE blocks (id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, uri @TEXT, created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX blocks_pair ON blocks (account_id, target_id);
CREATE INDEX blocks_by ON blocks (account_id, id);
CREATE INDEX blocks_of ON blocks (target_id);
CREATE UNIQUE INDEX blocks_uri ON blocks (uri) WHERE uri IS NOT NULL;

CREATE TABLE mutes (
  id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL,
  hide_notifications BIGINT NOT NULL, expires_us BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX mutes_pair ON mutes (account_id, target_id);
CREATE INDEX mutes_by ON mutes (account_id, id);
CREATE INDEX mutes_expiry ON mutes (expires_us) WHERE expires_us > 0;

CREATE TABLE domain_mutes (id @ID, account_id BIGINT NOT NULL, domain @TEXT NOT NULL, created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX domain_mutes_pair ON domain_mutes (account_id, domain);

CREATE TABLE account_notes (
  account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, comment TEXT NOT NULL,
  PRIMARY KEY (account_id, target_id)
) @NOROWID;

-- Posts

CREATE TABLE statuses (
  id @ID,
  account_id BIGINT NOT NULL,
  visibility BIGINT NOT NULL,
  local BIGINT NOT NULL,
  reblog_of_id BIGINT,
  reply_to_id BIGINT, reply_to_account_id BIGINT, reply_to_uri @TEXT,
  thread_id BIGINT NOT NULL,
  language TEXT,
  sensitive BIGINT NOT NULL,
  poll_id BIGINT,
  app_id BIGINT,
  created_us BIGINT NOT NULL, edited_us BIGINT NOT NULL,
  version BIGINT NOT NULL,
  uri @TEXT NOT NULL,
  url TEXT,
  spoiler_text TEXT NOT NULL,
  emojis TEXT NOT NULL,
  text TEXT, content TEXT NOT NULL
);
CREATE UNIQUE INDEX statuses_uri ON statuses (uri);
CREATE INDEX statuses_url ON statuses (url) WHERE url IS NOT NULL AND local = 0;
CREATE INDEX statuses_account ON statuses (account_id, id);
CREATE INDEX statuses_reply ON statuses (reply_to_id, id) WHERE reply_to_id IS NOT NULL;
CREATE INDEX statuses_reply_uri ON statuses (reply_to_uri) WHERE reply_to_uri IS NOT NULL;
CREATE INDEX statuses_thread ON statuses (thread_id, id);
CREATE UNIQUE INDEX statuses_reblog ON statuses (reblog_of_id, account_id) WHERE reblog_of_id IS NOT NULL;
CREATE INDEX statuses_public ON statuses (id) WHERE visibility = 0 AND reblog_of_id IS NULL;
CREATE INDEX statuses_local ON statuses (id) WHERE visibility = 0 AND reblog_of_id IS NULL AND local = 1;

CREATE TABLE status_stats (
  status_id @ID, replies_count BIGINT NOT NULL, reblogs_count BIGINT NOT NULL, favourites_count BIGINT NOT NULL
);

CREATE TABLE status_edits (
  id @ID, status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  text TEXT, content TEXT NOT NULL, spoiler_text TEXT NOT NULL, sensitive BIGINT NOT NULL,
  media TEXT NOT NULL, poll TEXT, emojis TEXT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX status_edits_status ON status_edits (status_id, id);

CREATE TABLE mentions (
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL,
  silent BIGINT NOT NULL,
  PRIMARY KEY (status_id, account_id)
) @NOROWID;
CREATE INDEX mentions_account ON mentions (account_id, status_id);

CREATE TABLE tags (id @ID, name_key @TEXT NOT NULL, name TEXT NOT NULL, created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX tags_name ON tags (name_key);

CREATE TABLE status_tags (
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  tag_id BIGINT NOT NULL,
  PRIMARY KEY (tag_id, status_id)
) @NOROWID;
CREATE INDEX status_tags_status ON status_tags (status_id);

CREATE TABLE media (
  id @ID,
  account_id BIGINT NOT NULL,
  status_id BIGINT,
  position BIGINT NOT NULL,
  type BIGINT NOT NULL, state BIGINT NOT NULL,
  mime TEXT, file TEXT, preview_file TEXT,
  remote_url TEXT, remote_preview_url TEXT,
  description TEXT, blurhash TEXT,
  focus_x DOUBLE PRECISION, focus_y DOUBLE PRECISION,
  width BIGINT NOT NULL, height BIGINT NOT NULL, preview_width BIGINT NOT NULL, preview_height BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  content_hash @TEXT,
  created_us BIGINT NOT NULL
);
CREATE INDEX media_status ON media (status_id, position) WHERE status_id IS NOT NULL;
CREATE INDEX media_loose ON media (created_us) WHERE status_id IS NULL;
CREATE INDEX media_account ON media (account_id, id);

CREATE TABLE polls (
  id @ID, status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL,
  expires_us BIGINT NOT NULL, multiple BIGINT NOT NULL, hide_totals BIGINT NOT NULL,
  votes_count BIGINT NOT NULL, voters_count BIGINT NOT NULL, closed_us BIGINT NOT NULL
);
CREATE INDEX polls_status ON polls (status_id);

CREATE TABLE poll_options (
  poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
  position BIGINT NOT NULL, title TEXT NOT NULL, votes_count BIGINT NOT NULL,
  PRIMARY KEY (poll_id, position)
) @NOROWID;

CREATE TABLE poll_votes (
  poll_id BIGINT NOT NULL REFERENCES polls (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL, position BIGINT NOT NULL, uri @TEXT, created_us BIGINT NOT NULL,
  PRIMARY KEY (poll_id, account_id, position)
) @NOROWID;

CREATE TABLE favourites (
  id @ID, account_id BIGINT NOT NULL, status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  uri @TEXT, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX favourites_pair ON favourites (account_id, status_id);
CREATE INDEX favourites_by ON favourites (account_id, id);
CREATE INDEX favourites_of ON favourites (status_id, id);
CREATE UNIQUE INDEX favourites_uri ON favourites (uri) WHERE uri IS NOT NULL;

CREATE TABLE bookmarks (
  id @ID, account_id BIGINT NOT NULL, status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX bookmarks_pair ON bookmarks (account_id, status_id);
CREATE INDEX bookmarks_by ON bookmarks (account_id, id);
CREATE INDEX bookmarks_of ON bookmarks (status_id);

CREATE TABLE pins (
  id @ID, account_id BIGINT NOT NULL, status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX pins_pair ON pins (account_id, status_id);
CREATE INDEX pins_of ON pins (status_id);

CREATE TABLE thread_mutes (
  account_id BIGINT NOT NULL, thread_id BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, thread_id)
) @NOROWID;

-- Posting once

CREATE TABLE idempotency_keys (
  account_id BIGINT NOT NULL, key @TEXT NOT NULL, status_id BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, key)
) @NOROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_us);

CREATE TABLE post_fingerprints (
  status_id @ID, account_id BIGINT NOT NULL, fingerprint @TEXT NOT NULL,
  answered BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX post_fingerprints_find ON post_fingerprints (account_id, fingerprint, created_us);
CREATE INDEX post_fingerprints_age ON post_fingerprints (created_us);

-- What people read

CREATE TABLE home_entries (
  account_id BIGINT NOT NULL, status_id BIGINT NOT NULL,
  author_id BIGINT NOT NULL, reblog_of_id BIGINT,
  PRIMARY KEY (account_id, status_id)
) @NOROWID;

CREATE TABLE notifications (
  id @ID,
  account_id BIGINT NOT NULL,
  type BIGINT NOT NULL,
  from_id BIGINT NOT NULL,
  status_id BIGINT,
  group_key @TEXT NOT NULL,
  once_key @TEXT NOT NULL,
  created_us BIGINT NOT NULL
);
CREATE INDEX notifications_account ON notifications (account_id, id);
CREATE UNIQUE INDEX notifications_once ON notifications (account_id, once_key);
CREATE INDEX notifications_group ON notifications (account_id, group_key, id);
CREATE INDEX notifications_status ON notifications (status_id) WHERE status_id IS NOT NULL;
CREATE INDEX notifications_from ON notifications (from_id, account_id);

CREATE TABLE markers (
  account_id BIGINT NOT NULL, timeline @TEXT NOT NULL, last_read_id BIGINT NOT NULL,
  version BIGINT NOT NULL, updated_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, timeline)
) @NOROWID;

CREATE TABLE filters (
  id @ID, account_id BIGINT NOT NULL, title TEXT NOT NULL, contexts BIGINT NOT NULL, action BIGINT NOT NULL,
  expires_us BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX filters_account ON filters (account_id, id);
CREATE TABLE filter_keywords (
  id @ID, filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE, keyword TEXT NOT NULL, whole_word BIGINT NOT NULL
);
CREATE INDEX filter_keywords_filter ON filter_keywords (filter_id, id);
CREATE TABLE filter_statuses (
  id @ID, filter_id BIGINT NOT NULL REFERENCES filters (id) ON DELETE CASCADE, status_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX filter_statuses_pair ON filter_statuses (filter_id, status_id);

CREATE TABLE custom_emojis (
  id @ID, shortcode @TEXT NOT NULL, file TEXT NOT NULL, static_file TEXT NOT NULL,
  visible BIGINT NOT NULL, category TEXT, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX custom_emojis_shortcode ON custom_emojis (shortcode);

-- The machinery

CREATE TABLE events (
  id @ID, kind BIGINT NOT NULL, subject_id BIGINT NOT NULL, topics TEXT NOT NULL, payload TEXT, created_us BIGINT NOT NULL
);

CREATE TABLE jobs (
  id @ID,
  kind BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  ref_id BIGINT NOT NULL,
  arg TEXT NOT NULL,
  host @TEXT NOT NULL,
  payload TEXT NOT NULL,
  once_key @TEXT,
  due_us BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  leased_until_us BIGINT NOT NULL,
  leased_by BIGINT NOT NULL,
  parked_us BIGINT NOT NULL,
  last_error TEXT,
  created_us BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (lane, due_us, id, host) WHERE parked_us = 0;
CREATE INDEX jobs_parked ON jobs (parked_us) WHERE parked_us > 0;
CREATE INDEX jobs_leased ON jobs (leased_until_us) WHERE leased_until_us > 0;
CREATE INDEX jobs_host ON jobs (host, due_us) WHERE host <> '';
CREATE UNIQUE INDEX jobs_once ON jobs (once_key) WHERE once_key IS NOT NULL;

CREATE TABLE schedule (
  name @TEXT NOT NULL PRIMARY KEY, last_run_us BIGINT NOT NULL, next_run_us BIGINT NOT NULL,
  last_error TEXT, runs BIGINT NOT NULL
);

-- One row a body; the deliveries of it are jobs that name it.
CREATE TABLE delivery_bodies (
  id @ID, account_id BIGINT NOT NULL, body TEXT NOT NULL, created_us BIGINT NOT NULL
);

CREATE TABLE hosts (
  host @TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL, first_failure_us BIGINT NOT NULL,
  penalty_until_us BIGINT NOT NULL, parked_us BIGINT NOT NULL,
  last_success_us BIGINT NOT NULL
);

CREATE TABLE activities_seen (activity_key @TEXT NOT NULL PRIMARY KEY, seen_us BIGINT NOT NULL);
CREATE INDEX activities_seen_age ON activities_seen (seen_us);

-- Deleted URIs, so that what was deleted does not come back, and a Delete may overtake its Create.
CREATE TABLE tombstones (uri @TEXT NOT NULL PRIMARY KEY, created_us BIGINT NOT NULL);
CREATE INDEX tombstones_age ON tombstones (created_us);

-- Files of other servers that the proxy keeps.
CREATE TABLE proxy_files (
  kind BIGINT NOT NULL, ref_id BIGINT NOT NULL, source_url TEXT NOT NULL,
  file TEXT NOT NULL, mime TEXT NOT NULL, bytes BIGINT NOT NULL, fetched_us BIGINT NOT NULL,
  PRIMARY KEY (kind, ref_id)
);
CREATE INDEX proxy_files_age ON proxy_files (fetched_us);
