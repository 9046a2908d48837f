-- 0032: collections of people whom somebody recommends (FEP-7aa9).

-- claimed_items: how many a collection of another server says it holds. fetched_us: when that was read; both 0 for ours.
CREATE TABLE collections (
  id @ID,
  account_id BIGINT NOT NULL,
  local BIGINT NOT NULL,
  uri @TEXT NOT NULL, url @TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,           -- ours: as typed; others': sanitized HTML
  language TEXT,
  tag_id BIGINT,
  sensitive BIGINT NOT NULL, discoverable BIGINT NOT NULL,
  claimed_items BIGINT NOT NULL,
  created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, fetched_us BIGINT NOT NULL,
  version BIGINT NOT NULL              -- grows with each change: whoever read an older one looks again
);
CREATE UNIQUE INDEX collections_uri ON collections (uri);
CREATE INDEX collections_url ON collections (url) WHERE url IS NOT NULL;
CREATE INDEX collections_account ON collections (account_id, id);

-- Somebody in a collection. account_id is none where they are not known here (yet): object_uri says who. uri is none where we only agreed to it.
-- due_us: when the authorization is to be read again; 0: never. Who said no, or took a yes back, stays here: they are not asked again.
CREATE TABLE collection_items (
  id @ID,
  collection_id BIGINT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  account_id BIGINT,
  position BIGINT NOT NULL,
  state BIGINT NOT NULL,
  uri @TEXT, object_uri @TEXT NOT NULL, request_uri @TEXT, approval_uri @TEXT,
  created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL,
  due_us BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX collection_items_once ON collection_items (collection_id, object_uri);
CREATE INDEX collection_items_order ON collection_items (collection_id, position, id);
CREATE INDEX collection_items_account ON collection_items (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX collection_items_uri ON collection_items (uri) WHERE uri IS NOT NULL;
CREATE INDEX collection_items_request ON collection_items (request_uri) WHERE request_uri IS NOT NULL;
CREATE INDEX collection_items_approval ON collection_items (approval_uri) WHERE approval_uri IS NOT NULL;
CREATE INDEX collection_items_due ON collection_items (due_us) WHERE due_us > 0;

-- Collections that a post links to, in its order; the post says how many. collection_id is none where the collection is not known here (yet).
ALTER TABLE statuses ADD COLUMN collections BIGINT NOT NULL DEFAULT 0;
CREATE TABLE status_collections (
  status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE, uri @TEXT NOT NULL,
  collection_id BIGINT, position BIGINT NOT NULL,
  PRIMARY KEY (status_id, uri)
) @NOROWID;
CREATE INDEX status_collections_uri ON status_collections (uri) WHERE collection_id IS NULL;
CREATE INDEX status_collections_of ON status_collections (collection_id) WHERE collection_id IS NOT NULL;

CREATE TABLE report_collections (
  report_id BIGINT NOT NULL REFERENCES reports (id) ON DELETE CASCADE, collection_id BIGINT NOT NULL,
  PRIMARY KEY (report_id, collection_id)
) @NOROWID;
