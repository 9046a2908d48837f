#include "media/profile.h"

#include "media/picture.h"

static void drop(struct call *c, const struct profile_picture *p)
{
	if (p->set)
		picture_drop_files(c, p->file, p->still_file);
}

static struct err *take_picture(struct call *c, struct str uploaded, enum helper_purpose purpose, struct profile_picture *ret)
{
	struct picture made;

	if (!uploaded.n)
		return NULL;
	TRY(picture_check_size(c, purpose == HELPER_AVATAR ? "avatar" : "header", uploaded));
	TRY(picture_store(c, purpose, uploaded, &made));
	*ret = (struct profile_picture){ true, made.file, made.second_file };
	return NULL;
}

struct err *profile_change(struct call *c, account_id who, const struct profile_edit *edit, struct str avatar, struct str header)
{
	struct profile_edit whole = *edit;
	struct profile_files unused = { 0 };
	struct err *e;

	TRY(acts_profile_check(c, &whole));
	TRY(take_picture(c, avatar, HELPER_AVATAR, &whole.avatar));
	e = take_picture(c, header, HELPER_HEADER, &whole.header);
	if (!e)
		e = acts_profile_update(c, who, &whole, &unused);
	if (e)
		unused = (struct profile_files){ whole.avatar, whole.header };
	drop(c, &unused.avatar);
	drop(c, &unused.header);
	return e;
}
