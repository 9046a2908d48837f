/* crypt/totp.h: time-based one-time codes (RFC 6238 over RFC 4226): six digits, steps of 30 seconds, HMAC-SHA-1, which is what every
 * authenticator app does unasked. Ours rather than liboath's: OpenSSL has the HMAC already, and what is left are a dozen lines with
 * the RFC's own vectors. */
#pragma once
#include "base/call.h"

enum { TOTP_STEP_S = 30, TOTP_DIGITS = 6 };

/* 160 random bits in base32 (RFC 4648), as people type them: 32 letters and digits. */
struct str totp_seed_random(struct call *c);
/* Which step the code is for: now's, or one before or after it, for clocks that differ. False: none of them, or no such seed. White space in
 * the code is looked over. Whether a code may still be used is the caller's: a step counts once. */
bool totp_step_of(struct str seed, struct str code, int64_t now_us, int64_t *ret_step);
/* What an app shows at that moment; none for what is no seed. */
struct str totp_code(struct arena *a, struct str seed, int64_t now_us);
/* "otpauth://totp/...", for a QR code: who issues it and for whom. */
struct str totp_uri(struct arena *a, struct str seed, struct str issuer, struct str account);
/* 80 random bits as "abcd-efgh-ijkl-mnop": what signs in instead where the app is lost. As it is stored and compared: totp_recovery_key(). */
struct str totp_recovery_random(struct call *c);
struct str totp_recovery_key(struct arena *a, struct str typed);      /* small letters and digits alone */
