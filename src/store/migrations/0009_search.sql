-- 0009: the words of posts (store/search_index.h), and what of them is still to be written down.
-- search_posts: rowid is the post's id; words and facts ("by=12") by blanks, made in C, so that both engines find the same.
@SQLITE CREATE VIRTUAL TABLE search_posts USING fts5 (words, columnsize = 0, tokenize = "ascii tokenchars '='");
@PGSQL CREATE TABLE search_posts (rowid BIGINT NOT NULL PRIMARY KEY, words TSVECTOR NOT NULL);
@PGSQL CREATE INDEX search_posts_words ON search_posts USING GIN (words) WITH (fastupdate = off);

-- Posts whose words or finders changed: a row a change, so that those who favourite one post at once do not wait for each other.
CREATE TABLE search_marks (id @ID, status_id BIGINT NOT NULL, since_us BIGINT NOT NULL);
CREATE INDEX search_marks_since ON search_marks (since_us, status_id);

-- Accounts whose posts all have to be looked at, newest first: those below before_id are left.
CREATE TABLE search_accounts (account_id @ID, before_id BIGINT NOT NULL, since_us BIGINT NOT NULL, stamp BIGINT NOT NULL);

-- The same for all posts, one row: what was posted before this version is taken up at once. turn grows with each step of working off, so that
-- of two at once the one that read first writes nothing.
CREATE TABLE search_rebuild (
  one @ID, before_id BIGINT NOT NULL, began_us BIGINT NOT NULL, ended_us BIGINT NOT NULL, posts BIGINT NOT NULL, turn BIGINT NOT NULL
);
INSERT INTO search_rebuild (one, before_id, began_us, ended_us, posts, turn) VALUES (1, 9223372036854775807, 0, 0, 0, 0);
