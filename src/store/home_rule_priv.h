/* store/home_rule_priv.h: rule_home_admits(), rule_list_admits() and rule_may_see() of model/rules.h in SQL, said once for all queries that need
 * them. U, X and NOW are texts: an expression for the reader's id, somebody's id, the present in microseconds. A test holds both against each
 * other. */
#pragma once

#include "store/standing_priv.h"

#define SQL_BLOCKS(U, X) "EXISTS (SELECT 1 FROM blocks bl WHERE bl.account_id = " U " AND bl.target_id = " X ")"
#define SQL_BLOCK_EITHER(U, X) "(" SQL_BLOCKS(U, X) " OR " SQL_BLOCKS(X, U) ")"
#define SQL_MUTES(U, X, NOW) \
	"EXISTS (SELECT 1 FROM mutes mu WHERE mu.account_id = " U " AND mu.target_id = " X " AND (mu.expires_us = 0 OR mu.expires_us > " NOW "))"
#define SQL_MUTES_DOMAIN(U, DOMAIN) "EXISTS (SELECT 1 FROM domain_mutes dm WHERE dm.account_id = " U " AND dm.domain = " DOMAIN ")"
#define SQL_FOLLOWS(U, X) "EXISTS (SELECT 1 FROM follows fo WHERE fo.account_id = " U " AND fo.target_id = " X ")"
#define SQL_MENTIONED(U, S) "EXISTS (SELECT 1 FROM mentions me WHERE me.status_id = " S ".id AND me.account_id = " U ")"

/* May U see post S, whose author is not gone? (0 public, 1 unlisted, 2 private, 3 direct, 4 limited.) */
#define SQL_SEES(U, S) \
	"(" S ".account_id = " U " OR (NOT " SQL_BLOCKS(S ".account_id", U) " AND (" S ".visibility <= 1" \
	" OR (" S ".visibility = 2 AND " SQL_FOLLOWS(U, S ".account_id") ") OR " SQL_MENTIONED(U, S) ")))"

/* A post that answers nobody, or its own author. */
#define SQL_IS_REPLY(S) "(" S ".reply_to_id IS NOT NULL OR " S ".reply_to_account_id IS NOT NULL OR " S ".reply_to_uri IS NOT NULL)"
#define SQL_NO_REPLY_BUT_OWN(S) "(NOT " SQL_IS_REPLY(S) " OR " S ".reply_to_account_id = " S ".account_id)"

/* What a home entry is judged by: s the entry, a its author, o and oa the boosted post and its author, f the reader's follow. */
#define SQL_HOME_JOINS(U) \
	" JOIN accounts a ON a.id = s.account_id LEFT JOIN statuses o ON o.id = s.reblog_of_id LEFT JOIN accounts oa ON oa.id = o.account_id" \
	" LEFT JOIN follows f ON f.account_id = " U " AND f.target_id = s.account_id"

#define SQL_HOME_BOOST_SEEN(U) \
	"(s.reblog_of_id IS NULL OR (oa.id IS NOT NULL AND NOT " SQL_GONE("oa") " AND NOT " SQL_BLOCK_EITHER(U, "o.account_id") \
	" AND " SQL_SEES(U, "o") "))"
#define SQL_HOME_BOOST_WANTED(U, NOW) \
	"(f.show_reblogs = 1 AND NOT " SQL_MUTES(U, "o.account_id", NOW) " AND NOT " SQL_MUTES_DOMAIN(U, "oa.domain") ")"
#define SQL_HOME_LANGUAGE \
	"(f.languages IS NULL OR f.languages = '' OR s.language IS NULL OR ',' || f.languages || ',' LIKE '%,' || s.language || ',%' ESCAPE '\\')"
#define SQL_HOME_POST_WANTED(U) \
	"(" SQL_HOME_LANGUAGE " AND (NOT " SQL_IS_REPLY("s") " OR s.reply_to_account_id = s.account_id OR s.reply_to_account_id = " U \
	" OR " SQL_FOLLOWS(U, "s.reply_to_account_id") "))"
#define SQL_HOME_SHOWN(U) "NOT " SQL_GONE("a") " AND " SQL_HOME_BOOST_SEEN(U)
#define SQL_HOME_UNSHUNNED(U, NOW) "NOT " SQL_BLOCK_EITHER(U, "s.account_id") " AND NOT " SQL_MUTES(U, "s.account_id", NOW)
#define SQL_HOME_BY_FOLLOW(U, NOW) \
	"(f.id IS NOT NULL AND (s.visibility <= 2 OR " SQL_MENTIONED(U, "s") ")" \
	" AND CASE WHEN s.reblog_of_id IS NULL THEN " SQL_HOME_POST_WANTED(U) " ELSE " SQL_HOME_BOOST_WANTED(U, NOW) " END)"
#define SQL_HOME_BY_TAG(U) \
	"(s.visibility = 0 AND s.reblog_of_id IS NULL AND NOT " SQL_SILENCED("a") " AND EXISTS (SELECT 1 FROM status_tags st" \
	" JOIN tag_follows tf ON tf.tag_id = st.tag_id AND tf.account_id = " U " WHERE st.status_id = s.id)" \
	" AND NOT " SQL_MUTES_DOMAIN(U, "a.domain") ")"
/* Somebody of a list whose posts are kept out of home. */
#define SQL_KEPT_IN_LIST(U, X) \
	"EXISTS (SELECT 1 FROM list_accounts la JOIN lists li ON li.id = la.list_id AND li.exclusive = 1" \
	" WHERE la.account_id = " X " AND la.owner_id = " U ")"
#define SQL_HOME_ADMITS_WHERE(U, UNSHUNNED, NOT_KEPT, WANTED) \
	SQL_HOME_SHOWN(U) " AND (s.account_id = " U " OR (" UNSHUNNED " AND " NOT_KEPT " AND " WANTED "))"
#define SQL_HOME_WANTED(U, NOW) "(" SQL_HOME_BY_FOLLOW(U, NOW) " OR " SQL_HOME_BY_TAG(U) ")"
#define SQL_HOME_ADMITS_WANTED(U, NOW, WANTED) \
	SQL_HOME_ADMITS_WHERE(U, SQL_HOME_UNSHUNNED(U, NOW), "NOT " SQL_KEPT_IN_LIST(U, "s.account_id"), WANTED)
#define SQL_HOME_ADMITS(U, NOW) SQL_HOME_ADMITS_WANTED(U, NOW, SQL_HOME_WANTED(U, NOW))
/* The same of a post none of whose tags anybody follows. */
#define SQL_HOME_ADMITS_UNTAGGED(U, NOW) SQL_HOME_ADMITS_WANTED(U, NOW, SQL_HOME_BY_FOLLOW(U, NOW))

/* The same for one reader, whose U does not change from row to row: what he has at all is looked up once, and most people neither block,
 * mute nor keep anybody in lists. */
#define SQL_SHUNS_NOBODY(U) \
	"(NOT EXISTS (SELECT 1 FROM blocks WHERE account_id = " U ") AND NOT EXISTS (SELECT 1 FROM blocks WHERE target_id = " U ")" \
	" AND NOT EXISTS (SELECT 1 FROM mutes WHERE account_id = " U "))"
#define SQL_KEEPS_NOBODY(U) "NOT EXISTS (SELECT 1 FROM lists WHERE account_id = " U " AND exclusive = 1)"
#define SQL_HOME_ADMITS_READER(U, NOW) \
	SQL_HOME_ADMITS_WHERE(U, "(" SQL_SHUNS_NOBODY(U) " OR (" SQL_HOME_UNSHUNNED(U, NOW) "))", \
		"(" SQL_KEEPS_NOBODY(U) " OR NOT " SQL_KEPT_IN_LIST(U, "s.account_id") ")", SQL_HOME_WANTED(U, NOW))

/* The same for a list l of U's. (Its replies_policy: 0 followed, 1 list, 2 none.) */
#define SQL_IN_LIST(X) "EXISTS (SELECT 1 FROM list_accounts la WHERE la.list_id = l.id AND la.account_id = " X ")"
#define SQL_LIST_ADMITS(U, NOW) \
	SQL_HOME_SHOWN(U) " AND s.visibility <= 2 AND (s.account_id = " U " OR (" SQL_HOME_UNSHUNNED(U, NOW) " AND " SQL_HOME_BY_FOLLOW(U, NOW) "))" \
	" AND " SQL_IN_LIST("s.account_id") " AND (l.replies_policy = 0 OR " SQL_NO_REPLY_BUT_OWN("s") " OR s.reply_to_account_id = " U \
	" OR (l.replies_policy = 1 AND " SQL_IN_LIST("s.reply_to_account_id") "))"

/* A boost that home_entries or list_entries already show, or whose post they show, among the HOME_COLLAPSE below. */
#define SQL_HOME_COLLAPSED(TABLE, OWNER, OF) \
	"(s.reblog_of_id IS NOT NULL AND EXISTS (SELECT 1 FROM (SELECT h.status_id, h.reblog_of_id FROM " TABLE " h WHERE h." OWNER " = " OF \
	" AND h.status_id < s.id ORDER BY h.status_id DESC LIMIT 40) t WHERE t.status_id = s.reblog_of_id OR t.reblog_of_id = s.reblog_of_id))"
