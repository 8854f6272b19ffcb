// What Swift cannot reach in OpenSSL by itself: macros that hide a control code, a cast or a shift.
#ifndef WEIR_COPENSSL_SHIM_H
#define WEIR_COPENSSL_SHIM_H

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "Weir needs OpenSSL 3.0 or later"
#endif

/// Refuses whatever is older than TLS 1.2; a system that refuses more by its own configuration keeps to that.
static inline int weir_tls_refuse_old_versions(SSL_CTX *context) {
    if (SSL_CTX_get_min_proto_version(context) >= TLS1_2_VERSION) return 1;
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

/// A write may take a part of the bytes, and be repeated from elsewhere in memory: hiredis's buffer moves as it grows.
static inline void weir_tls_allow_partial_writes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/// Until TLS 1.2 a server could start another handshake in the middle of a connection.
static inline void weir_tls_refuse_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

/// Reads as much as the kernel has, where OpenSSL would ask it twice for each record.
static inline void weir_tls_read_ahead(SSL_CTX *context) { SSL_CTX_set_read_ahead(context, 1); }

/// Which server is meant, said in the clear at the beginning of the handshake.
static inline int weir_tls_say_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// Whether a server of TLS 1.2 has asked for a certificate; one of TLS 1.3 says so in an alert.
static inline int weir_tls_was_asked_for_certificate(SSL *session) {
    return SSL_get0_certificate_types(session, NULL) > 0;
}

#endif
