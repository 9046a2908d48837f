-- 0030: which parts of their profile people leave out.

ALTER TABLE accounts ADD COLUMN hide_media BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN hide_media_replies BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN hide_featured BIGINT NOT NULL DEFAULT 0;
