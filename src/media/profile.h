/* media/profile.h: a change of somebody's own profile with the pictures that come with it, for the client API and the settings page alike. */
#pragma once
#include "acts/profile.h"

/* The edit is judged before its pictures are worked on; new files go where it fails, old ones where it stands. avatar and header are the
 * bytes of files as they were uploaded, none where there is none; edit->avatar and edit->header say what else becomes of the pictures.
 * Fails: INVALID  naming every field at fault; as picture_store(). */
MUST struct err *profile_change(struct call *c, account_id who, const struct profile_edit *edit, struct str avatar, struct str header);
