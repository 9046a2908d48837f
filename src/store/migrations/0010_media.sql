-- 0010: films and sounds: the file as it came, until it is converted, and what is known of the result.

ALTER TABLE media ADD COLUMN original TEXT;
ALTER TABLE media ADD COLUMN duration_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN frame_rate TEXT;
ALTER TABLE media ADD COLUMN bitrate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN audio_rate BIGINT NOT NULL DEFAULT 0;
