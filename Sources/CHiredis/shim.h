// What Swift cannot reach in hiredis by itself, and what differs between hiredis 0.14 and 1.x. Fields are read by name,
// never by position: the layouts of the two differ.
#ifndef WEIR_CHIREDIS_SHIM_H
#define WEIR_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <errno.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#if HIREDIS_MAJOR >= 1
#define WEIR_HIREDIS_TIMEOUT REDIS_ERR_TIMEOUT
#else
/// 0.14 reports a timeout as REDIS_ERR_IO with errno EAGAIN or ETIMEDOUT; this value never occurs there.
#define WEIR_HIREDIS_TIMEOUT (-1)
#endif

/// A macro, which Swift imports only when its value is a literal.
static inline int weir_hiredis_timeout_code(void) { return WEIR_HIREDIS_TIMEOUT; }

/// `errstr` is an array, which Swift imports as a tuple of 128 characters.
static inline const char *weir_error_text(const redisContext *context) { return context->errstr; }

/// hiredis does a blocking write and read while this flag is set, and reports EAGAIN as an error.
static inline void weir_set_blocking_flag(redisContext *context, int is_blocking) {
    if (is_blocking) context->flags |= REDIS_BLOCK; else context->flags &= ~REDIS_BLOCK;
}

/// `sdslen` reads a header in front of the pointer with macros that Swift does not import.
static inline size_t weir_unsent_bytes(const redisContext *context) { return context->obuf ? sdslen(context->obuf) : 0; }

/// Forgets the first bytes of those that wait to be written, which somebody else has written.
static inline void weir_drop_sent_bytes(redisContext *context, size_t count) {
    if (count < sdslen(context->obuf)) sdsrange(context->obuf, (int)count, -1); else sdsclear(context->obuf);
}

/// hiredis 0.14 buffers whatever a server sends; the pump closes the connection beyond its own bound.
static inline size_t weir_unread_bytes(const redisContext *context) {
    return context->reader ? context->reader->len - context->reader->pos : 0;
}

/// `eventfd` has no declaration that Swift sees, and its flags are an enumeration.
static inline int weir_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// `prctl` is variadic. Names the calling thread; Linux keeps the first 15 bytes.
static inline void weir_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
