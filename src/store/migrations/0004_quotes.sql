-- 0004: quotes, posts that stay at home, posts written in Markdown.

-- quote_policy: who may quote, in the bits of model/quote.h.
ALTER TABLE statuses ADD COLUMN quote_id BIGINT;
ALTER TABLE statuses ADD COLUMN quote_policy BIGINT NOT NULL DEFAULT 0;
ALTER TABLE statuses ADD COLUMN local_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE statuses ADD COLUMN content_type BIGINT NOT NULL DEFAULT 0;
ALTER TABLE status_edits ADD COLUMN content_type BIGINT NOT NULL DEFAULT 0;
ALTER TABLE status_stats ADD COLUMN quotes_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN default_quote_policy BIGINT NOT NULL DEFAULT 0;

-- One row a quoting post. quoted_id is none where the quoted post is not known yet (quoted_uri says which), or gone.
CREATE TABLE quotes (
  id @ID,
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
  account_id BIGINT NOT NULL,
  quoted_id BIGINT, quoted_account_id BIGINT, quoted_uri @TEXT,
  state BIGINT NOT NULL,
  legacy BIGINT NOT NULL,
  approval_uri @TEXT,
  request_uri @TEXT,
  created_us BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 0    -- grows with each change: whoever read an older one looks again
);
CREATE UNIQUE INDEX quotes_status ON quotes (status_id);
CREATE INDEX quotes_of ON quotes (quoted_id, id) WHERE quoted_id IS NOT NULL;
CREATE INDEX quotes_approval ON quotes (approval_uri) WHERE approval_uri IS NOT NULL;
CREATE INDEX quotes_request ON quotes (request_uri) WHERE request_uri IS NOT NULL;
