#include <math.h>

#include "mediad/blurhash.h"

enum { COMPONENTS_X = 4, COMPONENTS_Y = 4, COMPONENTS = COMPONENTS_X * COMPONENTS_Y };

struct colour {
	double v[3];                  /* red, green, blue; linear light */
};

static double to_linear(int byte)
{
	double v = byte / 255.0;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static int to_srgb(double linear)
{
	double v = linear < 0 ? 0 : linear > 1 ? 1 : linear;
	double s = v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055;

	return (int)(s * 255 + 0.5);
}

/* The picture's share in one wave: cos(pi i x / width) cos(pi j y / height). */
static struct colour component(const unsigned char *rgb, int width, int height, const double linear[256], int ij)
{
	int i = ij % COMPONENTS_X, j = ij / COMPONENTS_X;
	double scale = (ij == 0 ? 1.0 : 2.0) / ((double)width * height);
	struct colour sum = { { 0 } };

	for (int y = 0; y < height; y++) {
		double wave_y = cos(M_PI * j * y / height);

		for (int x = 0; x < width; x++) {
			const unsigned char *px = rgb + ((size_t)y * width + x) * 3;
			double wave = wave_y * cos(M_PI * i * x / width);

			for (int k = 0; k < 3; k++)
				sum.v[k] += wave * linear[px[k]];
		}
	}
	for (int k = 0; k < 3; k++)
		sum.v[k] *= scale;
	return sum;
}

static char *put_base83(char *at, int value, int digits)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

	for (int d = digits - 1; d >= 0; d--) {
		at[d] = letters[value % 83];
		value /= 83;
	}
	return at + digits;
}

/* -max..max in 19 steps, finer around nothing. */
static int quantise(double v, double max)
{
	double q = floor(copysign(sqrt(fabs(v / max)), v) * 9 + 9.5);

	return q < 0 ? 0 : q > 18 ? 18 : (int)q;
}

void blurhash_encode(const unsigned char *rgb, int width, int height, char ret[BLURHASH_LENGTH + 1])
{
	double linear[256], largest = 0, max;
	struct colour c[COMPONENTS];
	char *at = ret;
	int step;

	for (int b = 0; b < 256; b++)
		linear[b] = to_linear(b);
	for (int ij = 0; ij < COMPONENTS; ij++)
		c[ij] = component(rgb, width, height, linear, ij);
	for (int ij = 1; ij < COMPONENTS; ij++)
		for (int k = 0; k < 3; k++)
			largest = fmax(largest, fabs(c[ij].v[k]));
	step = (int)fmax(0, fmin(82, floor(largest * 166 - 0.5)));
	max = (step + 1) / 166.0;

	at = put_base83(at, (COMPONENTS_X - 1) + (COMPONENTS_Y - 1) * 9, 1);
	at = put_base83(at, step, 1);
	at = put_base83(at, to_srgb(c[0].v[0]) << 16 | to_srgb(c[0].v[1]) << 8 | to_srgb(c[0].v[2]), 4);
	for (int ij = 1; ij < COMPONENTS; ij++) {
		const double *v = c[ij].v;

		at = put_base83(at, (quantise(v[0], max) * 19 + quantise(v[1], max)) * 19 + quantise(v[2], max), 2);
	}
	*at = '\0';
}
