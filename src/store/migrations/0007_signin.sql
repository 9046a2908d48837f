-- 0007: signing in: sessions that their owner can tell apart, second factors, passkeys, invitations, and what reading is like by default.

-- Who signed in before has an id from that moment; addresses are here as keyed digests of their networks.
ALTER TABLE sessions ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN network @TEXT;
UPDATE sessions SET id = created_us;

-- Networks that somebody signed in from: a sign-in from another one is told by mail.
CREATE TABLE sign_in_networks (
  account_id BIGINT NOT NULL, network @TEXT NOT NULL, seen_us BIGINT NOT NULL,
  PRIMARY KEY (account_id, network)
) @NOROWID;
CREATE INDEX sign_in_networks_age ON sign_in_networks (seen_us);

-- Time-based codes (RFC 6238): the seed is sealed; a code counts once, so the last step that did is kept. proven_us 0: not switched on.
CREATE TABLE totp_seeds (
  account_id @ID,
  seed_sealed TEXT NOT NULL,
  proven_us BIGINT NOT NULL,
  last_step BIGINT NOT NULL,
  created_us BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  account_id BIGINT NOT NULL, code_hash @TEXT NOT NULL,
  PRIMARY KEY (account_id, code_hash)
) @NOROWID;

CREATE TABLE passkeys (
  id @ID,
  account_id BIGINT NOT NULL,
  credential @TEXT NOT NULL,
  public_key TEXT NOT NULL,
  sign_count BIGINT NOT NULL,
  name TEXT NOT NULL,
  created_us BIGINT NOT NULL, used_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential);
CREATE INDEX passkeys_account ON passkeys (account_id, id);

-- account_id 0: made on the command line. max_uses 0: any number; expires_us 0: never.
CREATE TABLE invites (
  id @ID,
  account_id BIGINT NOT NULL,
  code @TEXT NOT NULL,
  max_uses BIGINT NOT NULL, uses BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX invites_code ON invites (code);
CREATE INDEX invites_account ON invites (account_id, id);

ALTER TABLE users ADD COLUMN invite_id BIGINT;
ALTER TABLE users ADD COLUMN new_email TEXT;
ALTER TABLE users ADD COLUMN expand_media BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN expand_spoilers BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN autoplay_gifs BIGINT NOT NULL DEFAULT 0;
