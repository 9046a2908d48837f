#include "store/erase.h"

/* One statement a kind of row, so that each finds its rows by an index. acts/test_erase.c walks through the schema: a column that names an
 * account stands here, or there with the reason why its rows stay. Votes go, what they add up to stays: it names nobody. */
#define ERASE(var, table, key, whose) \
	SQL(var, "DELETE FROM " table " WHERE (" key ") IN (SELECT " key " FROM " table " WHERE " whose " = $1 LIMIT 1000)")
ERASE(q_erase_blocks, "blocks", "id", "account_id");
ERASE(q_erase_blocked, "blocks", "id", "target_id");
ERASE(q_erase_mutes, "mutes", "id", "account_id");
ERASE(q_erase_muted, "mutes", "id", "target_id");
ERASE(q_erase_domains, "domain_mutes", "id", "account_id");
ERASE(q_erase_notes, "account_notes", "account_id, target_id", "account_id");
ERASE(q_erase_noted, "account_notes", "account_id, target_id", "target_id");
ERASE(q_erase_bookmarks, "bookmarks", "id", "account_id");
ERASE(q_erase_pins, "pins", "id", "account_id");
ERASE(q_erase_thread_mutes, "thread_mutes", "account_id, thread_id", "account_id");
ERASE(q_erase_home, "home_entries", "account_id, status_id", "account_id");
ERASE(q_erase_notifications, "notifications", "id", "account_id");
ERASE(q_erase_notified, "notifications", "id", "from_id");
ERASE(q_erase_policies, "notification_policies", "account_id", "account_id");
ERASE(q_erase_permissions, "notification_permissions", "account_id, from_id", "account_id");
ERASE(q_erase_permitted, "notification_permissions", "account_id, from_id", "from_id");
ERASE(q_erase_requests, "notification_requests", "id", "account_id");
ERASE(q_erase_requested, "notification_requests", "id", "from_id");
ERASE(q_erase_severances, "severances", "id", "account_id");
ERASE(q_erase_markers, "markers", "account_id, timeline", "account_id");
ERASE(q_erase_filters, "filters", "id", "account_id");
ERASE(q_erase_lists, "lists", "id", "account_id");
ERASE(q_erase_listed, "list_accounts", "list_id, account_id", "account_id");
ERASE(q_erase_collections, "collections", "id", "account_id");
ERASE(q_erase_collected, "collection_items", "id", "account_id");
ERASE(q_erase_annual_reports, "annual_reports", "account_id, year", "account_id");
ERASE(q_erase_tags, "tag_follows", "id", "account_id");
ERASE(q_erase_featured, "featured_tags", "id", "account_id");
ERASE(q_erase_conversations, "conversations", "id", "account_id");
ERASE(q_erase_push, "push_subscriptions", "id", "account_id");
ERASE(q_erase_scheduled, "scheduled_statuses", "id", "account_id");
ERASE(q_erase_endorsements, "endorsements", "account_id, target_id", "account_id");
ERASE(q_erase_endorsed, "endorsements", "account_id, target_id", "target_id");
ERASE(q_erase_dismissed, "suggestions_dismissed", "account_id, target_id", "account_id");
ERASE(q_erase_suggested, "suggestions_dismissed", "account_id, target_id", "target_id");
ERASE(q_erase_asked, "follow_requests", "id", "account_id");
ERASE(q_erase_votes, "poll_votes", "poll_id, account_id, position", "account_id");
SQL(q_erase_move_hosts,
    "DELETE FROM move_hosts WHERE (move_id, host) IN (SELECT h.move_id, h.host FROM move_hosts h JOIN account_moves m ON m.id = h.move_id"
    " WHERE m.account_id = $1 LIMIT 1000)");
ERASE(q_erase_moves, "account_moves", "id", "account_id");
ERASE(q_erase_invites, "invites", "id", "account_id");
ERASE(q_erase_reads, "announcement_reads", "account_id, announcement_id", "account_id");
ERASE(q_erase_reactions, "announcement_reactions", "announcement_id, name, account_id", "account_id");
ERASE(q_erase_once, "idempotency_keys", "account_id, key", "account_id");
ERASE(q_erase_fingerprints, "post_fingerprints", "status_id", "account_id");
ERASE(q_erase_auth_codes, "oauth_codes", "code_hash", "account_id");
ERASE(q_erase_tokens, "tokens", "id", "account_id");
ERASE(q_erase_archives, "archives", "account_id", "account_id");
ERASE(q_erase_networks, "sign_in_networks", "account_id, network", "account_id");
ERASE(q_erase_seeds, "totp_seeds", "account_id", "account_id");
ERASE(q_erase_codes, "recovery_codes", "account_id, code_hash", "account_id");
ERASE(q_erase_passkeys, "passkeys", "id", "account_id");
ERASE(q_erase_sessions, "sessions", "token_hash", "account_id");
ERASE(q_erase_mail_tokens, "mail_tokens", "token_hash", "account_id");
SQL(q_erase_import_rows,
    "DELETE FROM import_rows WHERE (import_id, position) IN (SELECT r.import_id, r.position FROM import_rows r JOIN imports i ON i.id = r.import_id"
    " WHERE i.account_id = $1 LIMIT 1000)");
ERASE(q_erase_imports, "imports", "id", "account_id");

static const struct sql_text *const kinds[] = {
	&q_erase_blocks, &q_erase_blocked, &q_erase_mutes, &q_erase_muted, &q_erase_domains, &q_erase_notes, &q_erase_noted,
	&q_erase_bookmarks, &q_erase_pins, &q_erase_thread_mutes, &q_erase_home, &q_erase_notifications, &q_erase_notified,
	&q_erase_policies, &q_erase_permissions, &q_erase_permitted, &q_erase_requests, &q_erase_requested, &q_erase_severances,
	&q_erase_markers, &q_erase_filters, &q_erase_lists, &q_erase_listed, &q_erase_collections, &q_erase_collected,
	&q_erase_annual_reports, &q_erase_tags, &q_erase_featured, &q_erase_conversations,
	&q_erase_push, &q_erase_scheduled, &q_erase_endorsements, &q_erase_endorsed, &q_erase_dismissed, &q_erase_suggested,
	&q_erase_asked, &q_erase_votes, &q_erase_move_hosts, &q_erase_moves, &q_erase_invites, &q_erase_reads, &q_erase_reactions, &q_erase_once,
	&q_erase_fingerprints, &q_erase_auth_codes, &q_erase_tokens, &q_erase_archives, &q_erase_networks, &q_erase_seeds, &q_erase_codes,
	&q_erase_passkeys, &q_erase_sessions, &q_erase_mail_tokens, &q_erase_import_rows, &q_erase_imports,
};

int erase_kinds(void) { return (int)(sizeof kinds / sizeof *kinds); }

struct err *erase_some(struct call *c, int kind, account_id who, int64_t *ret_n)
{
	return db_exec(c, kinds[kind], ARGS(who.v), ret_n);
}

#define SOME_FAVOURITES(column) "(SELECT " column " FROM favourites f WHERE f.account_id = $1 ORDER BY f.id LIMIT 1000)"
SQL(q_erase_likes,
    "UPDATE status_stats SET favourites_count = CASE WHEN favourites_count > 0 THEN favourites_count - 1 ELSE 0 END"
    " WHERE status_id IN " SOME_FAVOURITES("f.status_id"));
SQL(q_erase_favourites, "DELETE FROM favourites WHERE id IN " SOME_FAVOURITES("f.id"));

struct err *erase_favourites(struct call *c, account_id who, int64_t *ret_n)
{
	TRY(db_exec(c, &q_erase_likes, ARGS(who.v), NULL));
	return db_exec(c, &q_erase_favourites, ARGS(who.v), ret_n);
}

SQL(q_erase_media, "UPDATE media SET created_us = 0 WHERE account_id = $1");
SQL(q_erase_user, "DELETE FROM users WHERE account_id = $1");
SQL(q_erase_stats, "UPDATE account_stats SET statuses_count = 0, followers_count = 0, following_count = 0, last_status_us = 0 WHERE account_id = $1");

struct err *erase_media(struct call *c, account_id who) { return db_exec(c, &q_erase_media, ARGS(who.v), NULL); }

struct err *erase_user(struct call *c, account_id who)
{
	TRY(db_exec(c, &q_erase_stats, ARGS(who.v), NULL));
	return db_exec(c, &q_erase_user, ARGS(who.v), NULL);
}
