-- 0033: where people of other servers list their collections of people, and whom they let put them into one (FEP-7aa9).

-- feature_policy: in the bits of model/quote.h.
ALTER TABLE accounts ADD COLUMN collections_uri @TEXT;
ALTER TABLE accounts ADD COLUMN feature_policy BIGINT NOT NULL DEFAULT 0;
