/* base/fault.h: places where a test can stop the process dead, as a power cut would, and where it can upset the order of things. Nothing in
 * release builds. HOWDAH_FAULT=name kills (SIGKILL) at the first pass of that point; HOWDAH_FAULT=name:n at the n-th.
 * HOWDAH_TEST_SHAKE_MS=n holds each job up for a chance time of up to n milliseconds before it runs. */
#pragma once

#ifdef HOWDAH_FAULTS
void fault_point(const char *name);
void fault_shake(void);
#define FAULT_POINT(name) fault_point(name)
#define FAULT_SHAKE() fault_shake()
#else
#define FAULT_POINT(name) ((void)0)
#define FAULT_SHAKE() ((void)0)
#endif
