/* model/account.h: somebody: a person, bot or group, here or on another server. */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

struct account {
	account_id id;
	struct str username;      /* as written */
	struct str domain;        /* "" for ours; else normalized, with ":port" in laboratories */
	struct str uri;           /* the ActivityPub id: stored, never computed */
	struct str url;           /* the page for people */
	enum actor_type actor_type;
	struct str inbox_uri, shared_inbox_uri, outbox_uri, followers_uri, following_uri, featured_uri;
	struct str display_name;
	struct str note;          /* sanitized HTML */
	struct str note_source;   /* local: what was typed; none for remote */
	struct str fields;        /* JSON [{"name","value" (HTML),"verified_at"}] */
	struct str fields_source; /* local: JSON [{"name","value"}] as typed */
	/* JSON, used in name, note and fields. Ours: [{"shortcode","url","static_url"}]; another server's: [{"shortcode","url","updated"}], where
	 * url is there and is shown to nobody, and updated, in us, may be missing. */
	struct str emojis;
	struct str avatar_file, avatar_static_file, avatar_remote_url, avatar_description;
	struct str header_file, header_static_file, header_remote_url, header_description;
	bool locked, bot, discoverable, indexable, hide_collections;
	bool hide_media, hide_media_replies, hide_featured;           /* clients leave out these parts of the profile */
	struct str collections_uri;   /* remote: where their collections of people are listed (FEP-7aa9) */
	int64_t feature_policy;   /* remote: who may put them into such a collection, in the bits of model/quote.h */
	bool local;
	enum role role;           /* local ones */
	bool pending;             /* local ones: not confirmed or not approved yet, so nobody else may see them */
	int64_t silenced_us, suspended_us, deleted_us;                /* 0: not */
	account_id moved_to_id;
	struct str moved_to_uri;  /* of the account with that id */
	struct str also_known_as; /* JSON array of URIs */
	struct str attribution_domains;   /* JSON array: the sites that may name this account as an author */
	int64_t created_us, fetched_us;
	int64_t version;          /* grows with every change; what render caches are keyed by */
	int64_t statuses_count, followers_count, following_count, last_status_us;
};

/* The private half of a local account. */
struct user {
	account_id account;
	struct str email;
	struct str password_hash;
	enum role role;
	int64_t confirmed_us;     /* 0: the address is not confirmed yet */
	bool approved;
	int64_t disabled_us;
	struct str locale;
	enum visibility default_privacy;
	bool default_sensitive;
	struct str default_language;
	enum quote_policy default_quote_policy;
	int64_t created_us, last_active_us;
	int64_t home_built_us;    /* 0: the home timeline must be built before it is read */
};

/* What reading is like where a client follows the server's wishes. */
struct reading {
	enum expand_media media;
	bool expand_spoilers, autoplay_gifs;
};

/* What one account is to another, both ways. */
struct relation {
	account_id other;
	bool suspended;           /* the other is */
	bool following, requested, followed_by, requested_by;
	bool showing_reblogs, notifying;
	struct str languages;     /* of the follow: "de,en" or none */
	bool blocking, blocked_by, muting, muting_notifications, domain_blocking;
	int64_t mute_expires_us;
	bool endorsed;
	struct str note;
};
