/* media/walls.h: whether this build can stand behind all of the walls. */
#pragma once

/* The sanitizers need terabytes of address space, /proc and ptrace: their builds look for our mistakes, not for intruders. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WALLS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WALLS 0
#endif
#endif
#ifndef WALLS
#define WALLS 1
#endif
