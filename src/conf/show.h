/* conf/show.h: settings as text: the sample file, which is the manual, and what is in force. */
#pragma once
#include "base/buf.h"
#include "conf/setting.h"

enum { CONF_TEXT_MAX = 512 * 1024 };

/* A howdah.conf with every boot setting explained and commented out at its default ("#key = value"), and the instance settings
 * explained after it. */
void conf_write_sample(struct buf *out);
/* Every setting: "key = value  # where it came from". Passwords are not shown. */
void conf_write_shown(struct buf *out, const struct conf *conf);
/* One setting's value as it would stand in the file; with hide, without secrets. */
struct str conf_value(struct arena *a, const struct conf *conf, const struct setting *s, bool hide);
/* What a value must look like: "a number from 2 to 1000", "logfmt or json". */
struct str conf_describe(struct arena *a, const struct setting *s);
