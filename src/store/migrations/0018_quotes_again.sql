-- 0018: when another server is asked again whether its author still agrees to be quoted; 0: never.

ALTER TABLE quotes ADD COLUMN due_us BIGINT NOT NULL DEFAULT 0;
UPDATE quotes SET due_us = created_us + 604800000000 WHERE state = 1 AND approval_uri IS NOT NULL AND account_id <> quoted_account_id
  AND quoted_account_id IN (SELECT id FROM accounts WHERE domain <> '');
CREATE INDEX quotes_due ON quotes (due_us) WHERE due_us > 0;
