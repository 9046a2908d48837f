/* model/version.h: comparing versions of software, whoever numbered them. */
#pragma once
#include "base/str.h"

/* Less than 0: a is older than b. Numbers count as numbers, one that is missing as 0; what follows a '-' makes it older than without
 * ("4.3.0-rc1" before "4.3.0"), what follows a '+' makes no difference ("4.3.0+glitch"). An empty one is older than all. */
int version_compare(struct str a, struct str b);
