/* crypt/speed.h: what one core of this machine can sign and verify, for the bench to hold its numbers against. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct speed {
	double rsa_sign_per_s, rsa_verify_per_s;          /* RSA-2048, SHA-256, 200 bytes; parsed key, this thread's CPU time */
	double ed25519_sign_per_s, ed25519_verify_per_s;
};
/* Spends about ms milliseconds of CPU on each of the four. Fails: INTERNAL. */
MUST struct err *speed_measure(struct arena *a, int ms, struct speed *ret);
