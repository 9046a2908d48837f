-- 0005: what errands to strangers bring home: preview cards, verified links, translations; and what is talked about (trends).

-- One row an address that a post links to. What posts name leads to the row of the page's own address (same_as_id), which has the rest.
CREATE TABLE cards (
  id @ID,
  url @TEXT NOT NULL,
  same_as_id BIGINT,
  state BIGINT NOT NULL, fetched_us BIGINT NOT NULL,
  type BIGINT NOT NULL,
  title TEXT NOT NULL, description TEXT NOT NULL, language TEXT,
  author_name TEXT NOT NULL, author_url TEXT NOT NULL,
  provider_name TEXT NOT NULL, provider_url TEXT NOT NULL,
  html TEXT NOT NULL, embed_url TEXT NOT NULL,
  width BIGINT NOT NULL, height BIGINT NOT NULL,
  image_url TEXT, image_description TEXT NOT NULL, blurhash TEXT,
  published_us BIGINT NOT NULL,
  creator TEXT, author_id BIGINT
);
CREATE UNIQUE INDEX cards_url ON cards (url);
CREATE INDEX cards_same_as ON cards (same_as_id) WHERE same_as_id IS NOT NULL;
CREATE INDEX cards_age ON cards (fetched_us);

ALTER TABLE statuses ADD COLUMN card_id BIGINT;
CREATE INDEX statuses_card ON statuses (card_id, id) WHERE card_id IS NOT NULL;

-- Sites that may name this account as their author: a JSON array of domains.
ALTER TABLE accounts ADD COLUMN attribution_domains TEXT NOT NULL DEFAULT '[]';
-- When the links of the profile's fields are to be looked at again; 0: never.
ALTER TABLE accounts ADD COLUMN links_due_us BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_links_due ON accounts (links_due_us) WHERE links_due_us > 0;

CREATE TABLE translations (
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  language @TEXT NOT NULL,
  source_key @TEXT NOT NULL,
  body TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  PRIMARY KEY (status_id, language)
) @NOROWID;
CREATE INDEX translations_age ON translations (created_us);

-- Who used what on which day (days since 1970), and the sums of it.
CREATE TABLE tag_uses (
  tag_id BIGINT NOT NULL, day BIGINT NOT NULL, account_id BIGINT NOT NULL,
  PRIMARY KEY (tag_id, day, account_id)
) @NOROWID;
CREATE INDEX tag_uses_day ON tag_uses (day);
CREATE TABLE tag_days (
  tag_id BIGINT NOT NULL, day BIGINT NOT NULL, accounts BIGINT NOT NULL, uses BIGINT NOT NULL,
  PRIMARY KEY (tag_id, day)
) @NOROWID;
CREATE INDEX tag_days_day ON tag_days (day, accounts);
CREATE TABLE link_uses (
  card_id BIGINT NOT NULL, day BIGINT NOT NULL, account_id BIGINT NOT NULL, uses BIGINT NOT NULL,
  PRIMARY KEY (card_id, day, account_id)
) @NOROWID;
CREATE INDEX link_uses_day ON link_uses (day, card_id);

CREATE TABLE trends (
  kind BIGINT NOT NULL, ref_id BIGINT NOT NULL,
  account_id BIGINT,
  score DOUBLE PRECISION NOT NULL, peak DOUBLE PRECISION NOT NULL, peak_us BIGINT NOT NULL,
  language TEXT,
  PRIMARY KEY (kind, ref_id)
) @NOROWID;
CREATE INDEX trends_score ON trends (kind, score);
