/* media/jobs.h: the background work of this room (model/jobs.def). */
#pragma once
#include "model/jobs.h"

job_fn media_job_card_image;  /* ref_id: the card */
