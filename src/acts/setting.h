/* acts/setting.h: instance settings, kept in the database with their history; every node follows within two seconds. */
#pragma once
#include "base/call.h"

/* value none: back to the default. by: who changed it, for the history ("command line", a username).
 * Fails: INVALID  an unknown key, a boot setting, or a value out of bounds, naming what was likely meant. */
MUST struct err *acts_setting_put(struct call *c, struct str key, struct str value, struct str by);
