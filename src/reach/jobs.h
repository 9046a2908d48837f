/* reach/jobs.h: the background work of this room (model/jobs.def). */
#pragma once
#include "model/jobs.h"

job_fn reach_job_card;        /* ref_id: the card */
job_fn reach_job_links;       /* ref_id: whose profile */
