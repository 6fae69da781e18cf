/* libsecp256k1: keys, signatures by RFC 6979, their verification, Schnorr signatures, shared secrets. */
/* The crate prefixes the library's names with its version. */
#define JOIN(a, b) a##b
#define WITH(prefix, name) JOIN(prefix, name)
#define S(name) WITH(PREFIX, name)

#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_schnorrsig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void S(default_illegal_callback_fn)(const char *message, void *data) {
  (void)data;
  printf("illegal: %s\n", message);
}

void S(default_error_callback_fn)(const char *message, void *data) {
  (void)data;
  printf("error: %s\n", message);
}

static void hexadecimal(const char *name, const unsigned char *bytes, size_t count) {
  printf("%s ", name);
  for (size_t i = 0; i < count; i++) printf("%02x", bytes[i]);
  printf("\n");
}

int main(void) {
  unsigned char secret[32], other[32], message[32], bytes[72], shared[2][32];
  size_t length = 33;
  S(pubkey) key, other_key;
  S(ecdsa_signature) signature;
  S(keypair) pair;
  S(xonly_pubkey) xonly;
  void *memory = malloc(S(context_preallocated_size)(SECP256K1_CONTEXT_NONE));
  S(context) *context = S(context_preallocated_create)(memory, SECP256K1_CONTEXT_NONE);
  for (int i = 0; i < 32; i++) secret[i] = (unsigned char)(i + 1), other[i] = (unsigned char)(7 * i + 3), message[i] = (unsigned char)(255 - i);
  printf("keys %d %d\n", S(ec_pubkey_create)(context, &key, secret), S(ec_pubkey_create)(context, &other_key, other));
  S(ec_pubkey_serialize)(context, bytes, &length, &key, SECP256K1_EC_COMPRESSED);
  hexadecimal("public key", bytes, length);
  printf("signed %d\n", S(ecdsa_sign)(context, &signature, message, secret, NULL, NULL));
  S(ecdsa_signature_serialize_compact)(context, bytes, &signature);
  hexadecimal("signature", bytes, 64);
  printf("verified %d", S(ecdsa_verify)(context, &signature, message, &key));
  message[5] ^= 1;
  printf(" %d\n", S(ecdsa_verify)(context, &signature, message, &key));
  printf("pair %d\n", S(keypair_create)(context, &pair, secret));
  S(keypair_xonly_pub)(context, &xonly, NULL, &pair);
  printf("signed %d\n", S(schnorrsig_sign32)(context, bytes, message, &pair, NULL));
  hexadecimal("signature", bytes, 64);
  printf("verified %d", S(schnorrsig_verify)(context, bytes, message, 32, &xonly));
  bytes[63] ^= 1;
  printf(" %d\n", S(schnorrsig_verify)(context, bytes, message, 32, &xonly));
  printf("shared %d %d\n", S(ecdh)(context, shared[0], &other_key, secret, NULL, NULL),
         S(ecdh)(context, shared[1], &key, other, NULL, NULL));
  hexadecimal("secret", shared[0], 32);
  printf("%s\n", memcmp(shared[0], shared[1], 32) ? "different" : "the same");
  S(context_preallocated_destroy)(context);
  free(memory);
  return 0;
}
