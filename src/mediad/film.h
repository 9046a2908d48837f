/* mediad/film.h: the second mode of howdah-media: one step of the work on a film or a sound, by ffmpeg, in a cage (cage.h). */
#pragma once

/* argv as media/film_run.c writes it: "howdah-media", "film", directory of ffmpeg and ffprobe, step, demuxer; descriptor 3 is the input, 4 the
 * output. Becomes ffmpeg or ffprobe, whose exit status is the answer; returns a status only where that fails. */
int film_main(int argc, char **argv);
