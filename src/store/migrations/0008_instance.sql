-- 0008: what an instance says of itself, posts for later, announcements, reports.

-- Posts for later. params is the ScheduledStatus entity's: what the client said, as JSON.
CREATE TABLE scheduled_statuses (
  id @ID, account_id BIGINT NOT NULL, app_id BIGINT, scheduled_us BIGINT NOT NULL, params TEXT NOT NULL, created_us BIGINT NOT NULL
);
CREATE INDEX scheduled_statuses_account ON scheduled_statuses (account_id, id);
-- Whose media they hold: nothing else may attach or clean them meanwhile.
CREATE TABLE scheduled_media (
  media_id BIGINT NOT NULL PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE,
  scheduled_id BIGINT NOT NULL REFERENCES scheduled_statuses (id) ON DELETE CASCADE,
  position BIGINT NOT NULL
) @NOROWID;
CREATE INDEX scheduled_media_of ON scheduled_media (scheduled_id, position);

-- Rules. One that is dropped stays, because reports name it.
CREATE TABLE rules (
  id @ID, position BIGINT NOT NULL, text TEXT NOT NULL, hint TEXT NOT NULL, created_us BIGINT NOT NULL, deleted_us BIGINT NOT NULL
);
CREATE TABLE rule_translations (
  rule_id BIGINT NOT NULL REFERENCES rules (id) ON DELETE CASCADE, language @TEXT NOT NULL, text TEXT NOT NULL, hint TEXT NOT NULL,
  PRIMARY KEY (rule_id, language)
) @NOROWID;
INSERT INTO rules (id, position, text, hint, created_us, deleted_us) SELECT 1, 1, value, '', changed_us, 0 FROM settings WHERE key = 'rules';

-- Terms of service, every version of them, by the day they take effect (its midnight UTC).
CREATE TABLE terms (effective_us BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL, published_us BIGINT NOT NULL);
INSERT INTO terms (effective_us, text, published_us)
  SELECT changed_us - changed_us % 86400000000, value, changed_us FROM settings WHERE key = 'terms' AND value <> '';
DELETE FROM settings WHERE key IN ('rules', 'terms');

-- Servers that somebody here has been heard of from.
CREATE TABLE peers (domain @TEXT NOT NULL PRIMARY KEY, added_us BIGINT NOT NULL);
INSERT INTO peers (domain, added_us) SELECT domain, min(created_us) FROM accounts WHERE domain <> '' GROUP BY domain;

-- How much is going on: one row that a recurring job writes, and one a week (from its Monday, UTC).
CREATE TABLE usage_now (
  one BIGINT NOT NULL PRIMARY KEY, users BIGINT NOT NULL, active_month BIGINT NOT NULL, active_half_year BIGINT NOT NULL, statuses BIGINT NOT NULL,
  counted_us BIGINT NOT NULL
);
CREATE TABLE usage_weeks (week_us BIGINT NOT NULL PRIMARY KEY, statuses BIGINT NOT NULL, logins BIGINT NOT NULL, registrations BIGINT NOT NULL);

-- Announcements. mentions and tags are JSON as clients get them; published_us 0: nobody sees it.
CREATE TABLE announcements (
  id @ID, text TEXT NOT NULL, content TEXT NOT NULL, emojis TEXT NOT NULL, mentions TEXT NOT NULL, tags TEXT NOT NULL,
  all_day BIGINT NOT NULL, starts_us BIGINT NOT NULL, ends_us BIGINT NOT NULL, scheduled_us BIGINT NOT NULL,
  published_us BIGINT NOT NULL, created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL
);
CREATE TABLE announcement_statuses (
  announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  PRIMARY KEY (announcement_id, status_id)
) @NOROWID;
CREATE INDEX announcement_statuses_status ON announcement_statuses (status_id);
CREATE TABLE announcement_reads (
  account_id BIGINT NOT NULL, announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE, read_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, announcement_id)
) @NOROWID;
CREATE INDEX announcement_reads_of ON announcement_reads (announcement_id);
CREATE TABLE announcement_reactions (
  announcement_id BIGINT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
  name @TEXT NOT NULL, account_id BIGINT NOT NULL, created_us BIGINT NOT NULL,
  PRIMARY KEY (announcement_id, name, account_id)
) @NOROWID;
CREATE INDEX announcement_reactions_by ON announcement_reactions (account_id);

-- Reports, and what the reported posts said when they were reported: moderators need it after the posts are gone.
CREATE TABLE reports (
  id @ID, account_id BIGINT NOT NULL, target_id BIGINT NOT NULL, category BIGINT NOT NULL, comment TEXT NOT NULL, forwarded BIGINT NOT NULL,
  uri @TEXT NOT NULL, action_taken_us BIGINT NOT NULL, created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX reports_uri ON reports (uri, target_id);
CREATE INDEX reports_target ON reports (target_id, id);
CREATE INDEX reports_account ON reports (account_id, id);
CREATE TABLE report_statuses (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE, status_id BIGINT NOT NULL,
  uri TEXT NOT NULL, visibility BIGINT NOT NULL, spoiler_text TEXT NOT NULL, text TEXT, content TEXT NOT NULL, media TEXT NOT NULL,
  posted_us BIGINT NOT NULL,
  PRIMARY KEY (report_id, status_id)
) @NOROWID;
CREATE TABLE report_rules (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE, rule_id BIGINT NOT NULL,
  PRIMARY KEY (report_id, rule_id)
) @NOROWID;
