/* How a picture goes: its first bytes name the one loader that may read it; its header is judged before anything is decoded; it is
 * decoded once, already small where the format can; the copy in memory gives the output, the preview and the blurhash.
 * Animations stream frame by frame from the loader into the encoder instead, so their length costs time but no memory. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gmodule.h>
#include <vips/vips.h>
#include <vips/vector.h>

#include "media/types.h"
#include "mediad/blurhash.h"
#include "mediad/image.h"
#include "mediad/png.h"

/* What is let in, and what it becomes. The loader is compared with the one that libvips finds by itself: they must agree. */
struct kind {
	const char *loader;
	enum file_type stored;       /* GIF: a still one becomes PNG */
};
static const struct kind kinds[FILE_TYPES] = {
	[FILE_JPEG] = { "VipsForeignLoadJpegSource", FILE_JPEG },
	[FILE_PNG] = { "VipsForeignLoadPngSource", FILE_PNG },
	[FILE_GIF] = { "VipsForeignLoadNsgifSource", FILE_PNG },
	[FILE_WEBP] = { "VipsForeignLoadWebpSource", FILE_WEBP },
};
static const struct kind kind_heif = { "VipsForeignLoadHeifSource", FILE_JPEG };
static const char *const classes_let_in[] = {
	"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadNsgif", "VipsForeignLoadWebp", "VipsForeignLoadHeif",
};

enum { PNG_BYTES_MAX = 64 * 1024 * 1024, BLUR_SIDE = 64, JPEG_QUALITY = 90, WEBP_QUALITY = 86, SHRINKS_MAX = 4 };

/* One job. What bag owns ends with it. */
struct job {
	const struct protocol_ask *ask;
	const int *fds;
	struct protocol_answer *answer;
	VipsImage *bag;
	VipsSource *source;
	unsigned char *bytes;         /* what source reads, where that is not the descriptor */
	const struct kind *kind;
	int width, height;            /* upright */
	int frames;
};

static bool short_of_memory;
int image_short_of_memory(void) { return short_of_memory; }

int image_setup(void)
{
	/* libvips would load every module it finds (ImageMagick, PDF, OpenSlide); point it at none and load the one we want. */
	g_setenv("VIPSHOME", "/nonexistent", TRUE);
	g_setenv("VIPS_DISC_THRESHOLD", "1000g", TRUE);      /* never a temporary file */
	g_setenv("VIPS_WARNING", "0", TRUE);
	if (vips_init("howdah-media") != 0)
		return -1;
	/* Absent or older modules only mean that HEIC and AVIF are refused. */
	(void)g_module_open(HOWDAH_VIPS_MODULES "/vips-heif.so", G_MODULE_BIND_LAZY);
	vips_block_untrusted_set(TRUE);
	vips_operation_block_set("VipsForeignLoad", TRUE);
	for (size_t i = 0; i < sizeof classes_let_in / sizeof *classes_let_in; i++)
		vips_operation_block_set(classes_let_in[i], FALSE);
	vips_vector_set_enabled(FALSE);                       /* it writes machine code at run time */
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	return 0;
}

/* An object that ends with the job. */
static VipsImage **slots(struct job *j, int n) { return (VipsImage **)vips_object_local_array(VIPS_OBJECT(j->bag), n); }

static uint32_t damaged(void)
{
	short_of_memory |= strstr(vips_error_buffer(), "memory") != NULL;
	return REASON_DAMAGED;
}

static bool open_png(struct job *j)
{
	off_t n = lseek(j->fds[0], 0, SEEK_END);
	size_t at = 0;
	ssize_t got;

	if (n <= 0 || n > PNG_BYTES_MAX || !(j->bytes = malloc((size_t)n)))
		return false;
	while (at < (size_t)n && (got = pread(j->fds[0], j->bytes + at, (size_t)n - at, (off_t)at)) > 0)
		at += (size_t)got;
	j->source = vips_source_new_from_memory(j->bytes, png_without_texts(j->bytes, at));
	return j->source != NULL;
}

static bool open_source(struct job *j)
{
	if (j->kind == &kinds[FILE_PNG])
		return open_png(j);
	return lseek(j->fds[0], 0, SEEK_SET) == 0 && (j->source = vips_source_new_from_descriptor(j->fds[0]));
}

static uint32_t identify(struct job *j)
{
	char head[FILE_HEAD];
	ssize_t n = pread(j->fds[0], head, sizeof head, 0);
	struct str s = str_of(head, n > 0 ? (size_t)n : 0);
	enum file_type type;
	const char *loader;

	if (file_type_sniff(s, &type) && kinds[type].loader)
		j->kind = &kinds[type];
	else if (file_is_heif(s))
		j->kind = &kind_heif;
	else
		return REASON_UNKNOWN_TYPE;
	if (!open_source(j))
		return REASON_DAMAGED;
	loader = vips_foreign_find_load_source(j->source);
	return loader && strcmp(loader, j->kind->loader) == 0 ? REASON_OK : REASON_UNKNOWN_TYPE;
}

/* What one that moves becomes; FILE_TYPES: what may move in it is not looked at. */
static enum file_type animation_of(const struct job *j)
{
	if (j->kind == &kinds[FILE_GIF])
		return FILE_GIF;
	return j->kind == &kinds[FILE_WEBP] && j->ask->webp_moves ? FILE_WEBP : FILE_TYPES;
}

/* Only the header is read. */
static uint32_t judge(struct job *j)
{
	VipsImage *head = vips_image_new_from_source(j->source, "", "access", VIPS_ACCESS_SEQUENTIAL, NULL);
	const struct protocol_ask *ask = j->ask;
	int64_t area;
	bool turned;

	if (!head)
		return damaged();
	turned = vips_image_get_orientation_swap(head);
	j->width = turned ? head->Ysize : head->Xsize;
	j->height = turned ? head->Xsize : head->Ysize;
	j->frames = animation_of(j) < FILE_TYPES ? vips_image_get_n_pages(head) : 1;
	g_object_unref(head);
	j->answer->in_width = j->width;
	j->answer->in_height = j->height;
	area = (int64_t)j->width * j->height;
	if (j->width < 1 || j->height < 1 || j->frames < 1)
		return REASON_DAMAGED;
	if (area > ask->in_area_max || j->width > ask->side_max || j->height > ask->side_max)
		return REASON_TOO_MANY_PIXELS;
	if (j->frames > 1 && (j->frames > ask->frames_max || area * j->frames > ask->in_frames_area_max))
		return REASON_TOO_LONG;
	return REASON_OK;
}

/* The largest box of this shape within area; never larger than the picture. */
static void fit(int64_t area, int width, int height, int *ret_width, int *ret_height)
{
	double by = sqrt((double)area / ((double)width * height));

	if (by > 1)
		by = 1;
	*ret_width = (int)fmax(1, floor(width * by));
	*ret_height = (int)fmax(1, floor(height * by));
}

/* Three or four bands of eight bits, whatever came in; without transparency where the format has none. */
static int to_srgb(struct job *j, VipsImage *in, bool opaque, VipsImage **ret)
{
	VipsImage **t = slots(j, 4);
	VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
	int r = 0;

	if (in->Type == VIPS_INTERPRETATION_sRGB && in->Bands >= 3)
		r |= vips_copy(in, &t[0], NULL);
	else
		r |= vips_colourspace(in, &t[0], VIPS_INTERPRETATION_sRGB, NULL);
	r = r || vips_cast(t[0], &t[1], VIPS_FORMAT_UCHAR, NULL);
	if (!r && t[1]->Bands > 4)
		r = vips_extract_band(t[1], &t[2], 0, "n", 4, NULL);
	else
		r = r || vips_copy(t[1], &t[2], NULL);
	if (!r && opaque && vips_image_hasalpha(t[2]))
		r = vips_flatten(t[2], &t[3], "background", white, NULL);
	else
		r = r || vips_copy(t[2], &t[3], NULL);
	vips_area_unref(VIPS_AREA(white));
	*ret = t[3];
	return r;
}

/* Decodes the first frame into memory at the size it will be stored in. (The property fail_on would be ignored for sources.) */
static int decode(struct job *j, int width, int height, bool opaque, VipsImage **ret)
{
	bool box = j->ask->box_width > 0;
	VipsImage **t = slots(j, 2);
	VipsImage *rgb;

	if (vips_thumbnail_source(j->source, &t[0], width, "height", height, "size", box ? VIPS_SIZE_BOTH : VIPS_SIZE_DOWN,
	                          "crop", box ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE, "export_profile", "srgb",
	                          "option_string", "fail_on=error", NULL) != 0)
		return -1;
	if (to_srgb(j, t[0], opaque, &rgb) != 0 || !(t[1] = vips_image_copy_memory(rgb)))
		return -1;
	*ret = t[1];
	return 0;
}

static int encode(VipsImage *im, int fd, enum file_type type)
{
	VipsTarget *to;
	int r = -1;

	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 || !(to = vips_target_new_to_descriptor(fd)))
		return -1;
	switch (type) {
	case FILE_JPEG:
		r = vips_jpegsave_target(im, to, "Q", JPEG_QUALITY, "strip", TRUE, "optimize_coding", TRUE,
		                         "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_ON, NULL);
		break;
	case FILE_PNG:
		r = vips_pngsave_target(im, to, "strip", TRUE, "filter", VIPS_FOREIGN_PNG_FILTER_ALL, NULL);
		break;
	case FILE_WEBP:
		r = vips_webpsave_target(im, to, "Q", WEBP_QUALITY, "strip", TRUE, NULL);
		break;
	case FILE_GIF:
		r = vips_gifsave_target(im, to, "strip", TRUE, "effort", 4, NULL);
		break;
	case FILE_MP4:
	case FILE_MP3:
	case FILE_TYPES:
		break;
	}
	g_object_unref(to);
	return r;
}

static bool too_many_bytes(const struct job *j) { return j->ask->bytes_max && lseek(j->fds[1], 0, SEEK_END) > j->ask->bytes_max; }

/* Why encoding failed: a full disk is ours, everything else is the file's. */
static uint32_t not_encoded(int err)
{
	return err == ENOSPC || err == EDQUOT || err == EFBIG ? (uint32_t)REASON_NO_SPACE : damaged();
}

/* Frame i of the roll (frames stand below each other), at its stored size. */
static int frame_make(struct job *j, VipsImage *roll, int i, const int size[2], VipsImage **ret)
{
	bool box = j->ask->box_width > 0;
	VipsImage **t = slots(j, 2);

	if (vips_extract_area(roll, &t[0], 0, i * j->height, j->width, j->height, NULL) != 0)
		return -1;
	if (vips_thumbnail_image(t[0], &t[1], size[0], "height", size[1], "size", box ? VIPS_SIZE_BOTH : VIPS_SIZE_DOWN,
	                         "crop", box ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE, NULL) != 0)
		return -1;
	return to_srgb(j, t[1], false, ret);
}

/* Rolls the frames up again, small, with the times they stand. */
static int animation_make(struct job *j, const int size[2], VipsImage **ret)
{
	VipsImage **frames = g_new0(VipsImage *, j->frames), **t = slots(j, 3);
	int r, *delay, delays, loop;

	t[0] = vips_image_new_from_source(j->source, "", "n", -1, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
	r = t[0] ? 0 : -1;
	for (int i = 0; i < j->frames && !r; i++)
		r = frame_make(j, t[0], i, size, &frames[i]);
	r = r || vips_arrayjoin(frames, &t[1], j->frames, "across", 1, NULL) || vips_copy(t[1], &t[2], NULL);
	if (!r) {
		vips_image_set_int(t[2], VIPS_META_PAGE_HEIGHT, frames[0]->Ysize);
		j->answer->width = frames[0]->Xsize;
		j->answer->height = frames[0]->Ysize;
		if (vips_image_get_typeof(t[0], "delay") && vips_image_get_array_int(t[0], "delay", &delay, &delays) == 0)
			vips_image_set_array_int(t[2], "delay", delay, delays);
		if (vips_image_get_typeof(t[0], "loop") && vips_image_get_int(t[0], "loop", &loop) == 0)
			vips_image_set_int(t[2], "loop", loop);
	}
	g_free(frames);
	*ret = t[2];
	return r;
}

static void stored_size(const struct job *j, int64_t area, int shrink, int size[2])
{
	if (j->ask->box_width > 0) {
		size[0] = j->ask->box_width;
		size[1] = j->ask->box_height;
	} else {
		fit(area >> (2 * shrink), j->width, j->height, &size[0], &size[1]);
	}
}

static uint32_t store_animation(struct job *j)
{
	for (int shrink = 0; shrink < SHRINKS_MAX; shrink++) {
		int size[2];
		VipsImage *roll;

		stored_size(j, j->ask->animated_area_max, shrink, size);
		errno = 0;
		if (animation_make(j, size, &roll) != 0)
			return damaged();
		if (encode(roll, j->fds[1], animation_of(j)) != 0)
			return not_encoded(errno);
		if (!too_many_bytes(j)) {
			j->answer->type = animation_of(j);
			j->answer->animated = 1;
			return REASON_OK;
		}
	}
	return REASON_TOO_MANY_BYTES;
}

static uint32_t store_still(struct job *j, VipsImage **ret)
{
	for (int shrink = 0; shrink < SHRINKS_MAX; shrink++) {
		int size[2];

		stored_size(j, j->ask->area_max, shrink, size);
		if (decode(j, size[0], size[1], j->kind->stored == FILE_JPEG, ret) != 0)
			return damaged();
		if (j->frames > 1)
			return REASON_OK; /* the still picture of an animation is only material for what follows */
		errno = 0;
		if (encode(*ret, j->fds[1], j->kind->stored) != 0)
			return not_encoded(errno);
		if (!too_many_bytes(j)) {
			j->answer->type = j->kind->stored;
			j->answer->width = (*ret)->Xsize;
			j->answer->height = (*ret)->Ysize;
			return REASON_OK;
		}
	}
	return REASON_TOO_MANY_BYTES;
}

static uint32_t store_preview(struct job *j, VipsImage *still)
{
	VipsImage **t = slots(j, 1);
	int width = still->Xsize, height = still->Ysize;

	if (j->ask->preview_area_max == 0 && j->frames == 1)
		return REASON_OK;
	if (j->ask->preview_area_max > 0)
		fit(j->ask->preview_area_max, still->Xsize, still->Ysize, &width, &height);
	if (vips_thumbnail_image(still, &t[0], width, "height", height, "size", VIPS_SIZE_DOWN, NULL) != 0)
		return damaged();
	errno = 0;
	if (encode(t[0], j->fds[2], j->kind->stored) != 0)
		return not_encoded(errno);
	j->answer->preview_type = j->kind->stored;
	j->answer->preview_width = t[0]->Xsize;
	j->answer->preview_height = t[0]->Ysize;
	return REASON_OK;
}

static uint32_t blur(struct job *j, VipsImage *still)
{
	VipsImage **t = slots(j, 1), *rgb;
	VipsPel *px;
	size_t n;

	if (vips_thumbnail_image(still, &t[0], BLUR_SIDE, "height", BLUR_SIDE, "size", VIPS_SIZE_DOWN, NULL) != 0)
		return damaged();
	if (to_srgb(j, t[0], true, &rgb) != 0 || rgb->Bands != 3 || !(px = vips_image_write_to_memory(rgb, &n)))
		return damaged();
	blurhash_encode(px, rgb->Xsize, rgb->Ysize, j->answer->blurhash);
	g_free(px);
	return REASON_OK;
}

static uint32_t work(struct job *j)
{
	VipsImage *still = NULL;
	uint32_t reason = identify(j);

	if (reason == REASON_OK)
		reason = judge(j);
	if (reason == REASON_OK)
		reason = store_still(j, &still);
	if (reason == REASON_OK && j->frames > 1)
		reason = store_animation(j);
	if (reason == REASON_OK)
		reason = store_preview(j, still);
	if (reason == REASON_OK)
		reason = blur(j, still);
	return reason;
}

void image_work(const struct protocol_ask *ask, const int fds[PROTOCOL_FDS], struct protocol_answer *ret)
{
	struct job j = { .ask = ask, .fds = fds, .answer = ret, .bag = vips_image_new(), .frames = 1 };

	ret->reason = work(&j);
	g_object_unref(j.bag);
	if (j.source)
		g_object_unref(j.source);
	free(j.bytes);
	vips_error_clear();
}
