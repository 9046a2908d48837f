/* The words that ffmpeg gets. Nothing in them comes from a stranger: the file's type was told by its first bytes, so that no playlist and
 * no other format of ffmpeg's three hundred is ever tried, and the only names are those of our own descriptors. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mediad/cage.h"
#include "mediad/film.h"

enum { EXIT_NOT_US = 3, EXIT_NO_CAGE = 4, ARGS_MAX = 96, PATH_BYTES = 512, SECONDS_MAX = 600 };

#define INPUT "file:/proc/self/fd/3"
#define OUTPUT "file:/proc/self/fd/4"

static const char *const demuxers[] = { "mov", "matroska", "ogg", "flac", "wav", "mp3", "aac", "gif" };

/* What a decoder may be. Every other one of ffmpeg's is left alone, whatever the file asks for. */
static const char decoders[] = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,libdav1d,av1,libaom-av1,mpeg4,theora,mjpeg,png,gif,aac,mp3,mp3float,mp2,"
			       "mp2float,opus,libopus,vorbis,flac,alac,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_f64le";

/* A film becomes no larger than this, keeping its shape, with even sides as the encoder wants them. */
static const char fit[] = "scale=w='max(2,trunc(iw*min(1,sqrt(2073600/(iw*ih)))/2)*2)'"
			  ":h='max(2,trunc(ih*min(1,sqrt(2073600/(iw*ih)))/2)*2)',setsar=1";

struct words {
	char *v[ARGS_MAX];
	int n;
};

static void add(struct words *w, const char *const *list)
{
	for (; *list && w->n < ARGS_MAX - 1; list++)
		w->v[w->n++] = (char *)(uintptr_t)*list;
}
#define ADD(w, ...) add(w, (const char *const[]){ __VA_ARGS__, NULL })

/* area_max holds for every picture that is decoded, whatever the header had said. */
static void add_input(struct words *w, const char *demuxer, const char *area_max)
{
	ADD(w, "-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", decoders, "-max_pixels", area_max, "-threads", "1",
	    "-probesize", "10000000", "-f", demuxer);
}

static void add_conversion(struct words *w, const char *demuxer)
{
	ADD(w, "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "quiet", "-y", "-filter_threads", "1");
	add_input(w, demuxer, "8294400");     /* FILM_AREA_MAX of model/status.h */
	ADD(w, "-i", INPUT, "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn");
}

/* false: no such step. */
static bool write_words(struct words *w, const char *step, const char *demuxer)
{
	if (strcmp(step, "probe") == 0) {
		ADD(w, "ffprobe", "-hide_banner", "-loglevel", "quiet");
		add_input(w, demuxer, "67108864");    /* so that it can say what is too large */
		ADD(w, "-show_entries",
		    "stream=codec_type,width,height,avg_frame_rate,duration,nb_frames:stream_disposition=attached_pic:format=duration,bit_rate", "-of",
		    "json", "-i", INPUT);
	} else if (strcmp(step, "film") == 0) {
		add_conversion(w, demuxer);
		ADD(w, "-map", "0:V:0", "-map", "0:a:0?", "-vf", fit, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "3M", "-bufsize",
		    "6M", "-pix_fmt", "yuv420p", "-threads", "1", "-vsync", "vfr", "-fpsmax", "120", "-frames:v", "36000");
		ADD(w, "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a",
		    "+bitexact", "-movflags", "+faststart", "-f", "mp4", OUTPUT);
	} else if (strcmp(step, "sound") == 0) {
		add_conversion(w, demuxer);
		ADD(w, "-map", "0:a:0", "-vn", "-c:a", "libmp3lame", "-q:a", "2", "-ac", "2", "-ar", "44100", "-write_id3v1", "0", "-id3v2_version", "0",
		    "-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "mp3", OUTPUT);
	} else if (strcmp(step, "copy") == 0) {
		add_conversion(w, demuxer);
		ADD(w, "-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", OUTPUT);
	} else if (strcmp(step, "copysound") == 0) {
		add_conversion(w, demuxer);
		ADD(w, "-map", "0:a:0", "-vn", "-c", "copy", "-write_id3v1", "0", "-id3v2_version", "0", "-write_xing", "0", "-fflags", "+bitexact", "-f",
		    "mp3", OUTPUT);
	} else if (strcmp(step, "still") == 0) {
		add_conversion(w, demuxer);
		ADD(w, "-map", "0:V:0", "-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2", "-threads", "1", "-f", "mjpeg", OUTPUT);
	} else {
		return false;
	}
	return true;
}

static const char *demuxer_known(const char *name)
{
	for (size_t i = 0; i < sizeof demuxers / sizeof *demuxers; i++)
		if (strcmp(name, demuxers[i]) == 0)
			return demuxers[i];
	return NULL;
}

int film_main(int argc, char **argv)
{
	const char *demuxer = argc == 5 ? demuxer_known(argv[4]) : NULL;
	struct words w = { 0 };
	char program[PATH_BYTES];
	bool quick;

	if (!demuxer || !write_words(&w, argv[3], demuxer))
		return EXIT_NOT_US;
	/* What it thinks of a stranger's file must not fill the server's log. A probe says what it found on its standard output. */
	if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		return EXIT_NOT_US;
	quick = strcmp(argv[3], "probe") == 0 || strcmp(argv[3], "still") == 0;
	if (strcmp(argv[3], "probe") == 0 && dup2(CAGE_OUT_FD, STDOUT_FILENO) < 0)
		return EXIT_NOT_US;
	if ((size_t)snprintf(program, sizeof program, "%s/%s", argv[2], w.v[0]) >= sizeof program)
		return EXIT_NOT_US;
	cage_exec(argv[2], program, w.v, quick ? CAGE_QUICK_S : SECONDS_MAX);
	return EXIT_NO_CAGE;
}
