/* app/process.h: who this process is, so that another on the same machine can tell that it has died. */
#pragma once
#include "base/call.h"

/* "PLACE/PID/START/RANDOM": PLACE is this boot of this machine and this process's view of its processes (a container has its own), START
 * when it began, in the kernel's ticks. In the call's arena. */
struct str process_token(struct call *c);
/* Did the process that made this token here end? False also where that cannot be known: another place's, or no such token. */
bool process_ended(struct call *c, struct str token);
