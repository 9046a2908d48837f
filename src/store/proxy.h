/* store/proxy.h: rows of the copies that the media proxy keeps of other servers' files. */
#pragma once
#include "store/store.h"

struct proxy_file {
	int64_t kind, ref_id;         /* enum proxy_kind of view/media.h; whose id that is */
	struct str source_url, file, mime;
	int64_t bytes, fetched_us;
};
MUST struct err *proxy_file_find(struct call *c, int64_t kind, int64_t ref_id, struct proxy_file *ret, bool *ret_found);
MUST struct err *proxy_file_put(struct call *c, const struct proxy_file *f);                  /* in a transaction */
/* Only while it still names this file; *ret_took says whether it did. In a transaction. */
MUST struct err *proxy_file_drop(struct call *c, const struct proxy_file *f, bool *ret_took);
/* Fetched before then, oldest first. */
MUST struct err *proxy_files_before(struct call *c, int64_t before_us, int max, struct proxy_file **ret, size_t *ret_n);
/* In a transaction: the copies of a server's files, of its people's pictures and attachments and of its emoji wherever they are kept, and of what
 * is at that host, count as the oldest there are. */
MUST struct err *proxy_files_expire(struct call *c, struct str domain);
MUST struct err *proxy_files_bytes(struct call *c, int64_t *ret);
