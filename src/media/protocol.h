/* media/protocol.h: what the server and howdah-media say to each other. One packet a message on a SOCK_SEQPACKET pair, descriptor 3
 * of the helper; both ends come from one build, and the version says so. The helper first says that it stands in its sandbox
 * (an answer with id 0); then each ask carries three descriptors (input, output, preview) and gets one answer with its id.
 *
 * The server trusts nothing in an answer: numbers are checked, sizes come from the files, texts for people stand in the server. */
#pragma once
#include <stdint.h>

enum { PROTOCOL_VERSION = 2, PROTOCOL_FD = 3, PROTOCOL_FDS = 3, BLURHASH_MAX = 40 };

/* What is wanted of an image. Areas are in pixels (width times height), of one frame unless said otherwise. */
struct protocol_ask {
	uint32_t version;
	uint32_t time_s;              /* of CPU and of wall clock; the helper ends itself beyond either */
	uint64_t id;
	int64_t in_area_max;          /* larger is refused from the header, before anything is decoded */
	int64_t in_frames_area_max;   /* of an animation: all frames together */
	int64_t area_max;             /* larger is made smaller, keeping its shape */
	int64_t animated_area_max;    /* the same for each frame of an animation */
	int64_t preview_area_max;     /* 0: no preview, but a still picture of what moves */
	int64_t bytes_max;            /* of the output; it shrinks until it fits. 0: no bound but the file size limit */
	int32_t side_max;             /* of the input, width or height */
	int32_t frames_max;
	int32_t webp_moves;           /* an animated WebP stays one; 0: only its first picture is taken, and animations are GIFs alone */
	int32_t box_width, box_height; /* not 0: fill exactly this box, cropping at the centre */
};

enum protocol_reason {
	REASON_OK,
	REASON_UNKNOWN_TYPE,          /* none of the types that are let in */
	REASON_TOO_MANY_PIXELS,       /* in_width and in_height say how many */
	REASON_TOO_LONG,              /* an animation of too many frames, or frames too large together */
	REASON_DAMAGED,               /* the type is right but it does not decode */
	REASON_TOO_MANY_BYTES,        /* does not fit bytes_max at any useful size */
	REASON_NO_SPACE,              /* the outputs could not be written */
	REASONS
};

struct protocol_answer {
	uint32_t version;
	uint32_t reason;              /* enum protocol_reason; what follows stands only where it says so */
	uint64_t id;
	uint32_t type, preview_type;  /* enum file_type */
	int32_t in_width, in_height;  /* as the header has it, orientation applied */
	int32_t width, height;
	int32_t preview_width, preview_height; /* 0: no preview was written */
	uint32_t animated;
	char blurhash[BLURHASH_MAX];  /* ends with NUL */
};
