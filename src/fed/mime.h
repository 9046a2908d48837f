/* fed/mime.h: the media type that a file's name says. */
#pragma once
#include "base/str.h"

const char *fed_mime_of(struct str name);     /* "image/png" where it says nothing */
