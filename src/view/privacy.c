/* What this program does with what it is given, for a server whose operator has written no policy: whoever signs up agrees to one. Each sentence
 * is true of the program as it stands; who changes what is kept changes it here. */
#include "conf/conf.h"
#include "view/instance_text.h"

static const char usual[] =
	"This says what the program that runs this server does with what it is given. Whoever runs the server may do more with it, and has not written "
	"down anything else.\n"
	"\n"
	"**What is kept**\n"
	"\n"
	"- Of your account: its name, your e-mail address, your password as a hash that cannot be turned back, and what you write in your profile.\n"
	"- Your posts with their attachments, and what you do: whom you follow, mute and block, what you boost, favourite and bookmark, your lists, "
	"filters and settings.\n"
	"- Of each sign-in: when it was, when it was last used, and which app or browser it said to be. Network addresses are kept as keyed digests, "
	"which serve to limit how often something is tried. The program that passes requests on to this one may keep logs of its own.\n"
	"- Pictures lose what cameras write into them, such as the place, before they are kept.\n"
	"\n"
	"**Who sees it**\n"
	"\n"
	"- Your profile and what you post publicly are for everybody, here and on other servers.\n"
	"- What you post for followers goes to the servers of your followers, and what you post for those you mention goes to theirs. Nothing of "
	"it is encrypted end to end: whoever runs one of these servers could read it. Do not send dangerous secrets.\n"
	"- Other servers keep copies of their own. When you delete a post or your account they are told, but nobody here can make them comply.\n"
	"- Apps that you let in see what you allow them to see.\n"
	"- When you report somebody, those who run this server see who did; another server that the report is passed on to does not.\n"
	"\n"
	"Nothing is sold, and there are no advertisements. Pictures in posts, in profiles and beside links, custom emoji, films and sounds are fetched "
	"by this server, so that nobody elsewhere is told who looks at them; only a film or sound that is too large for that, or of a kind that cannot "
	"be passed on, comes from where it is when you play it, and so your device asks there. Cookies serve to keep you signed in on these pages.\n"
	"\n"
	"**How long**\n"
	"\n"
	"What you write stays until you delete it, your account until you delete it. Sessions that nobody uses end after 90 days. You can have a file "
	"with all that is yours, and delete your account, in your settings.\n";

struct str view_privacy_policy(const struct call *c)
{
	return str_trim(c->conf->privacy_policy).n ? c->conf->privacy_policy : str_z(usual);
}
