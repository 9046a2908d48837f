/* notify/hub_priv.h: what the files of this room share: open streams, their subscriptions, and the queue before the thread. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "model/event.h"
#include "notify/hub.h"
#include "wire/json.h"

enum {
	HUB_QUEUE_MAX = 4096,         /* events before the thread */
	HUB_SUBSCRIPTIONS_MAX = 64,   /* of one stream */
	HUB_BUCKETS = 4096,           /* of topics */
	HUB_SEEN_ROWS = 4093, HUB_SEEN_WAYS = 4,      /* ids of events that are done with */
	HUB_TOPIC_MAX = 600,
	HUB_AGAIN_US = 2000000,       /* how far back others' events are looked for: ids are given before commits */
	HUB_LATE_US = 20000000,       /* the same once a second: for slow commits, and nodes whose clocks are behind */
	HUB_SOON_US = 100000,         /* between two looks at the least */
	HUB_EARLY_MAX = 64,           /* frames for a stream whose handshake is on its way */
	HUB_READ_MAX = 500,
};

enum stream_kind { STREAM_USER, STREAM_USER_NOTIFICATION, STREAM_PUBLIC, STREAM_HASHTAG, STREAM_LIST, STREAM_DIRECT };

/* What a client asks for. */
struct subscription {
	enum stream_kind kind;
	struct str label;             /* the JSON of "stream": ["hashtag","cats"] */
	struct str topic;
	list_id list;                 /* STREAM_LIST: granted to whom it belongs, which the database knows (notify__list_judge) */
	const char *refused;          /* why not; NULL: granted */
	int status;                   /* of a refusal */
};
/* tag: or the id of a list. */
struct subscription notify__subscription(struct arena *a, const struct viewer *v, struct str stream, struct str tag);
/* Refuses another one's list. Asks the database: not on the thread of the streams. */
MUST struct err *notify__list_judge(struct call *c, const struct viewer *v, struct subscription *s);

struct open;
struct sub {
	struct sub *next;             /* of the same stream */
	struct sub *topic_next, **topic_at;
	struct open *open;
	enum stream_kind kind;
	struct str label, topic;      /* in text */
	char text[];
};

/* One connection: registered before its client hears that it may listen, so that nothing is missed from then on. Guarded by the hub's lock
 * but for what is set before it is added. */
struct open {
	struct hub *hub;
	struct stream *stream;        /* a reference, from on_open to the last release; NULL before */
	struct early *early, **early_end;     /* frames that came before the stream did */
	int early_n, close_code;      /* close_code: to be closed as soon as it is there; 0: no */
	int64_t since_us;             /* what happened before is not told */
	bool websocket;
	struct viewer viewer;         /* scopes point into this block */
	struct str hash;              /* of its token: standing is looked up again by it */
	struct open *next, **at;
	struct sub *subs;
	int subs_n, refs;
	atomic_bool no_filters;       /* as far as is known */
	char text[];
};

struct early {
	struct early *next;
	size_t n;
	char text[];
};

/* An event and whom it concerns, taken out of the registry so that the lock is free while it is rendered. */
struct match {
	struct open *open;
	enum stream_kind kind;
	struct str label;
};

struct queued {
	struct queued *next;
	struct event event;
	struct open *open;            /* no event, but a list that an open stream asks for; a reference */
	struct str list;
	bool subscribes;
	char text[];
};

struct hub {
	struct hub_how how;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;          /* all below is guarded by lock, but for what only the thread uses */
	struct queued *head, **tail;
	size_t queued_n;
	bool behind, stopping;
	struct open *opens;
	size_t opens_n;
	struct sub *buckets[HUB_BUCKETS];
	int64_t read_to_us;           /* events older than this have been read from the table */
	int64_t looked_us;            /* when, monotonic */
	/* The thread's own. */
	int64_t looked_far_us;        /* when as far back as HUB_LATE_US, monotonic */
	int64_t seen[HUB_SEEN_ROWS][HUB_SEEN_WAYS];
};

/* Opens. Made, then added before the answer goes out; net's on_open brings the stream, or NULL, and then it is dropped at once. */
struct open *notify__open_create(struct hub *h, const struct viewer *v, struct str hash, bool websocket);
void notify__open_add(struct open *o);
void notify__open_ready(struct open *o, struct stream *s);
void notify__open_drop(struct open *o);
/* A text for its client, or the end; kept until the stream is there. */
void notify__send(struct open *o, struct str text);
void notify__close(struct open *o, int code);
/* False: it has too many. Twice the same is one. */
bool notify__subscribe(struct open *o, const struct subscription *want);
void notify__unsubscribe(struct open *o, const struct subscription *want);
void notify__release(struct hub *h, struct open *o);

/* On the hub's thread: makes frames of an event and sends them. */
void notify__deliver(struct call *c, const struct event *e, const struct match *m, size_t n);
/* What has to be looked up before it is granted is left to the hub's thread. False: too much waits. */
bool notify__ask_list(struct open *o, struct str list, bool subscribes);
/* Tells a WebSocket why not. */
void notify__complain(struct open *o, const char *why, int status);
/* On the hub's thread: grants or takes back a list, or says why not. */
void notify__list_settle(struct call *c, struct open *o, struct str list, bool subscribes);
/* On the hub's thread: is the owner of this stream still allowed in? */
bool notify__still_stands(struct call *c, const struct open *o);
