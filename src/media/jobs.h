/* media/jobs.h: the background work of this room (model/jobs.def). */
#pragma once
#include "model/jobs.h"

job_fn media_job_account_delete;      /* ref_id: the account that left */
job_fn media_job_card_image;  /* ref_id: the card */
job_fn media_job_film;        /* ref_id: the attachment */
job_fn media_job_film_tracks; /* ref_id: the attachment */
job_fn media_job_gif;         /* ref_id: the attachment */
