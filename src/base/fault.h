/* base/fault.h: places where a test can stop the process dead, as a power cut would. Nothing in release builds.
 * HOWDAH_FAULT=name kills (SIGKILL) at the first pass of that point; HOWDAH_FAULT=name:n at the n-th. */
#pragma once

#ifdef HOWDAH_FAULTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif
