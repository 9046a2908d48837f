/* model/page.h: a page of a list: strictly older than max_id, strictly newer than since_id or min_id; min_id asks for the page
 * right above it. 0 is none. Rows come newest first. */
#pragma once
#include <stdint.h>

struct page {
	int64_t max_id, since_id, min_id;
	int limit;
};
enum { PAGE_MAX = 80 };
