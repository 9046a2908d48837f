-- 0012: which signatures a host reads (model/dialect.h), and when that was seen; keys of ours that are no longer signed with.

ALTER TABLE hosts ADD COLUMN dialect BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hosts ADD COLUMN dialect_us BIGINT NOT NULL DEFAULT 0;

-- retired_us of a key of ours: nothing is signed with it any more, and from then on nobody is told of it.
CREATE INDEX account_keys_retired ON account_keys (retired_us) WHERE retired_us > 0;
