/* ThreadSanitizer in the helper, which is in no other build. libvips is not built for it and has threads that it does not see wait for each
 * other, so nothing is judged that libraries of that kind read, write or free. Said here and not by whoever starts the tests: the helper's
 * environment is its own, and TSAN_OPTIONS does not reach it. */
const char *__tsan_default_options(void);

const char *__tsan_default_options(void) { return "ignore_noninstrumented_modules=1"; }
