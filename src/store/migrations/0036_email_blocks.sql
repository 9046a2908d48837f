-- 0036: domains of e-mail addresses that nobody signs up with, each for all below it.

CREATE TABLE email_blocks (id @ID, domain @TEXT NOT NULL, by_whom TEXT NOT NULL, created_us BIGINT NOT NULL);
CREATE UNIQUE INDEX email_blocks_domain ON email_blocks (domain);
