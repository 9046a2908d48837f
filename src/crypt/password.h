/* crypt/password.h: passwords at rest. New hashes are Argon2id (RFC 9106) at 32 MiB and 6 passes: some 60 ms. Imported bcrypt
 * hashes ($2a$, $2b$, $2y$) verify too and say that they want rehashing.
 *
 * At most PASSWORD_SEATS hashes run at once and PASSWORD_WAITING callers wait, so a flood of sign-ins takes neither the memory nor
 * the machine. Safe from any thread; call it where waiting is allowed, never inside a transaction. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { PASSWORD_MAX = 1024, PASSWORD_SEATS = 2, PASSWORD_WAITING = 32 };

/* Fails: INVALID  longer than PASSWORD_MAX bytes, or empty; BUSY  too many are waiting. */
MUST struct err *password_hash(struct arena *a, struct str password, struct str *ret_hash);
/* *ret_same: whether the password is the hash's. Without a hash (nobody has that name) it does the same work and says false,
 * so that the time does not tell which names exist. Fails: BUSY; INTERNAL  the stored hash is of no known kind, or asks for
 * more than this server gives. */
MUST struct err *password_verify(struct arena *a, struct str hash, struct str password, bool *ret_same);
bool password_needs_rehash(struct str hash);

/* For tests of other rooms, whose subject is not the hash: new hashes take `passes` over `memory` bytes from now on (at least 1 and 8192).
 * Call it before there are threads. */
void password_cost_for_tests(int passes, size_t memory);
