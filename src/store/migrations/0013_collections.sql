-- 0013: what is kept of other servers beside their people and posts, and of what they were asked and told.

-- When the conversation of a post was last fetched because somebody opened it; by the first post of it that is known.
CREATE TABLE thread_fetches (thread_id @ID, fetched_us BIGINT NOT NULL);
CREATE INDEX thread_fetches_age ON thread_fetches (fetched_us);

-- An activity for followers alone: its deliveries say who they are (FEP-8fcf).
ALTER TABLE delivery_bodies ADD COLUMN to_followers BIGINT NOT NULL DEFAULT 0;
