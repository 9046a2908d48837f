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
