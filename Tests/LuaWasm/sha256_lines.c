/* Prints the SHA-256 of the first N bytes of 0, 1, 2, …, 255, 0, … for each N among the arguments. */
#include <stdio.h>
#include <stdlib.h>

#include "../../Sources/LuaWasm/glue/sha256.h"

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    size_t length = strtoul(arguments[i], NULL, 10);
    unsigned char *message = malloc(length + 1), digest[SHA256_LENGTH];
    for (size_t at = 0; at < length; at++) message[at] = (unsigned char)at;
    sha256(message, length, digest);
    for (int at = 0; at < SHA256_LENGTH; at++) printf("%02x", digest[at]);
    printf("\n");
    free(message);
  }
  return 0;
}
