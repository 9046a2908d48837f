/* wire/csv.h: comma-separated values (RFC 4180), as Mastodon's exports and spreadsheets write them. */
#pragma once
#include "base/buf.h"

/* One record and a line end; fields are quoted where they must be. */
void csv_put(struct buf *b, const struct str *fields, size_t n);
/* Takes the next record that is not empty off *rest, at most max fields of it; false once nothing is left. Quoted fields may hold commas,
 * line ends and doubled quotes; what follows a closing quote up to the next comma is let go. Lines may end as they like. */
bool csv_next(struct arena *a, struct str *rest, struct str *fields, size_t max, size_t *ret_n);
