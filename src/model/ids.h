/* model/ids.h: one type for each kind of id, so that an account's id where a status's belongs does not compile.
 * An id is 64 bits: 48 of milliseconds since 1970, 6 of node, 10 of sequence; JSON shows it as a string. 0 is none. */
#pragma once
#include <stdint.h>

#define ID_TYPE(name) \
	typedef struct { int64_t v; } name

ID_TYPE(account_id);
ID_TYPE(status_id);
ID_TYPE(media_id);
ID_TYPE(poll_id);
ID_TYPE(notification_id);
ID_TYPE(app_id);
ID_TYPE(token_id);
ID_TYPE(filter_id);
ID_TYPE(tag_id);
ID_TYPE(job_id);
ID_TYPE(quote_id);
ID_TYPE(scheduled_id);
ID_TYPE(push_id);
ID_TYPE(card_id);
ID_TYPE(list_id);
ID_TYPE(conversation_id);
ID_TYPE(request_id);
ID_TYPE(severance_id);
ID_TYPE(warning_id);
ID_TYPE(collection_id);
ID_TYPE(collection_item_id);

#define ID(type, number) ((type){ (number) })
#define ID_NONE(type) ((type){ 0 })
#define id_eq(a, b) ((a).v == (b).v)
/* When an id was made: the milliseconds in it, as microseconds. */
static inline int64_t id_time_us(int64_t id) { return (id >> 16) * 1000; }
/* Ids of that time and later are greater. */
static inline int64_t id_from(int64_t us) { return ((us / 1000) << 16) - 1; }
