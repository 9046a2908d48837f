/* store/standing_priv.h: how somebody stands here: by their own row, and by what their server is under. A is the name of a row of accounts. */
#pragma once

#define SQL_SERVER_SUSPENDED(A) "EXISTS (SELECT 1 FROM server_limits sl WHERE sl.domain = " A ".domain AND sl.suspended_us > 0)"
#define SQL_GONE(A) "(" A ".suspended_us > 0 OR " A ".deleted_us > 0 OR " SQL_SERVER_SUSPENDED(A) ")"
/* The contrary, of parts that indexes know. */
#define SQL_STANDS(A) A ".suspended_us = 0 AND " A ".deleted_us = 0 AND NOT " SQL_SERVER_SUSPENDED(A)
#define SQL_SILENCED(A) "(" A ".silenced_us > 0 OR EXISTS (SELECT 1 FROM server_limits sl WHERE sl.domain = " A ".domain))"
/* Neither, which is what public places ask for. */
#define SQL_UNLIMITED(A) \
	A ".silenced_us = 0 AND " A ".suspended_us = 0 AND " A ".deleted_us = 0 AND NOT EXISTS (SELECT 1 FROM server_limits sl" \
	" WHERE sl.domain = " A ".domain)"
