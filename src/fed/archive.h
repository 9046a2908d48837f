/* fed/archive.h: the documents of somebody's archive, as Mastodon names and shapes them: actor.json, and collections in pieces, because
 * they may be long: head, pages of members, tail. Addresses of files are those within the archive. */
#pragma once
#include "view/federation.h"

/* Where an attachment stands in an archive: "media/ab/cd/….jpg". */
struct str fed_archive_path(struct arena *a, struct str file);
/* "avatar.png": what a profile's picture is called there. */
struct str fed_archive_picture(struct arena *a, const char *what, struct str file);

MUST struct err *fed_archive_actor(struct call *c, const struct account *who, struct str *ret);
/* Up to the first member of an OrderedCollection whose id is its file's name. */
MUST struct err *fed_archive_head(struct call *c, const char *name, struct str *ret);
/* Members: a Create or an Announce for each; first: none stands before them. */
MUST struct err *fed_archive_notes(struct call *c, const struct note *notes, size_t n, bool first, struct str *ret);
/* Their collections of people, with who is in them. */
struct collection_told;
MUST struct err *fed_archive_collections(struct call *c, const struct collection_told *told, size_t n, struct str *ret);
struct str fed_archive_uris(struct call *c, const struct str *uris, size_t n, bool first);
struct str fed_archive_tail(struct arena *a, int64_t total);
