/* acts/choice.h: a yes or no that may be left as it is. */
#pragma once

enum choice { CHOICE_KEEP, CHOICE_NO, CHOICE_YES };
