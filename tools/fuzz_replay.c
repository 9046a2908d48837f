/* tools/fuzz_replay.c: runs a fuzz target over every file of a directory, so that what once crashed stays fixed. Fails where
 * the directory is missing or empty. Usage: fuzz_x DIRECTORY */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { SEED_MAX = 4 << 20 };

/* The target gets a block of exactly the file's size, so that a sanitizer sees each byte read past its end. */
static int replay(const char *dir, const char *name)
{
	char path[4096];
	uint8_t *data;
	long n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0 || n > SEED_MAX) {
		fprintf(stderr, "%s cannot be read\n", path);
		return 1;
	}
	rewind(f);
	data = malloc(n ? (size_t)n : 1);
	if (!data || fread(data, 1, (size_t)n, f) != (size_t)n) {
		fprintf(stderr, "%s cannot be read whole\n", path);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)n);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent *e;
	int count = 0, failed = 0;
	DIR *d;

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	d = opendir(argv[1]);
	if (!d) {
		fprintf(stderr, "%s: no such directory\n", argv[1]);
		return 1;
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.') {
			failed |= replay(argv[1], e->d_name);
			count++;
		}
	closedir(d);
	printf("%d inputs\n", count);
	return failed || count == 0;
}
