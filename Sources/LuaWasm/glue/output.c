#include "output.h"

#include <string.h>

static const char ellipsis[] = "...";

static char text[OUTPUT_MAXIMUM];
static uint32_t text_length;

void output_reset(void) { text_length = 0; }

void output_write(const char *bytes, size_t length) {
  if (text_length > OUTPUT_LIMIT) return; /* cut before */
  size_t room = OUTPUT_LIMIT - text_length;
  if (length <= room) {
    memcpy(text + text_length, bytes, length);
    text_length += (uint32_t)length;
    return;
  }
  memcpy(text + text_length, bytes, room);
  memcpy(text + OUTPUT_LIMIT, ellipsis, sizeof ellipsis - 1);
  text_length = OUTPUT_MAXIMUM;
}

void output_write_error(const char *format, const char *argument) {
  const char *place = strstr(format, "%s");
  if (place == NULL) {
    output_write(format, strlen(format));
    return;
  }
  output_write(format, (size_t)(place - format));
  output_write(argument, strlen(argument));
  output_write(place + 2, strlen(place + 2));
}

const char *output_text(uint32_t *length) {
  *length = text_length;
  return text;
}
