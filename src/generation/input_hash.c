/*
 * SHA-256 of input files beside a load; see input_hash.h.
 */
#include "generation/input_hash.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define SAMPLES		64u
#define SAMPLE_BYTES	4096u
#define LOOK_NS		20000000L	/* between looks at an interrupt */

struct input_hash {
	const char *const *file;	/* [n] */
	char (*hex)[SHA256_HEX + 1];	/* [n], the thread's until `done` */
	uint32_t n;
	volatile int stop;
	pthread_t thread;
	bool joined, done;		/* `done` under the lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static void *
hash_files(void *arg)
{
	struct input_hash *h = arg;
	uint32_t i;

	for (i = 0; i < h->n && !h->stop; i++)
		if (!sha256_file(h->file[i], h->hex[i], &h->stop))
			h->hex[i][0] = '\0';
	pthread_mutex_lock(&h->lock);
	h->done = true;
	pthread_cond_signal(&h->changed);
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

struct input_hash *
input_hash_begin(const char *const *file, uint32_t n)
{
	struct input_hash *h;

	if (n == 0)
		return NULL;
	h = mem_zalloc(sizeof *h);
	h->file = file;
	h->n = n;
	h->hex = mem_zalloc(n * sizeof *h->hex);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->changed, NULL);
	if (pthread_create(&h->thread, NULL, hash_files, h) == 0)
		return h;
	h->joined = true;
	input_hash_end(h);
	return NULL;
}

/* Until the thread has ended, or is told to. */
static void
join(struct input_hash *h, const volatile int *interrupted)
{
	struct timespec t;

	if (h->joined)
		return;
	pthread_mutex_lock(&h->lock);
	while (!h->done) {
		if (interrupted != NULL && *interrupted)
			h->stop = 1;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += LOOK_NS;
		t.tv_sec += t.tv_nsec / 1000000000L;
		t.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&h->changed, &h->lock, &t);
	}
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	h->joined = true;
}

bool
input_hash_wait(struct input_hash *h, char (*hex)[SHA256_HEX + 1],
    const volatile int *interrupted)
{
	join(h, interrupted);
	memcpy(hex, h->hex, h->n * sizeof *hex);
	return !h->stop;
}

void
input_hash_end(struct input_hash *h)
{
	if (h == NULL)
		return;
	h->stop = 1;
	join(h, NULL);
	pthread_cond_destroy(&h->changed);
	pthread_mutex_destroy(&h->lock);
	mem_free(h->hex);
	mem_free(h);
}

bool
input_hash_sample(const char *file, uint64_t bytes, char hex[SHA256_HEX + 1])
{
	unsigned char block[SAMPLE_BYTES];
	uint64_t most = bytes > SAMPLE_BYTES ? bytes - SAMPLE_BYTES : 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct sha256 *s;
	ssize_t n = 0;
	uint32_t i;

	if (fd < 0)
		return false;
	s = sha256_new();
	for (i = 0; i < SAMPLES && n >= 0; i++) {
		n = pread(fd, block, sizeof block,
		    (off_t)(most / (SAMPLES - 1) * i));
		if (n > 0)
			sha256_add(s, block, (size_t)n);
	}
	sha256_end(s, hex);
	sha256_free(s);
	close(fd);
	return n >= 0;
}
