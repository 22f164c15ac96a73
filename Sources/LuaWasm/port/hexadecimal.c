#include "hexadecimal.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
  /* No exponent beyond this makes a difference: it is larger than any text has digits. */
  EXPONENT_LIMIT = 1 << 30,
  /* The exponent of the last bit of the smallest number. */
  LAST_BIT = -1074,
};

static int digit_value(int digit) { return isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10; }

/* The exponent at `*text`, behind which it moves; 0 where there is none. */
static int64_t read_exponent(const char **text) {
  const char *at = *text;
  if (*at != 'p' && *at != 'P') return 0;
  at++;
  int is_negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  if (!isdigit((unsigned char)*at)) return 0;
  int64_t exponent = 0;
  for (; isdigit((unsigned char)*at); at++) {
    if (exponent < EXPONENT_LIMIT) exponent = exponent * 10 + (*at - '0');
  }
  *text = at;
  return is_negative ? -exponent : exponent;
}

double hexadecimal_number(const char *text, char **end) {
  const char *at = text;
  *end = (char *)text;
  while (isspace((unsigned char)*at)) at++;
  int is_negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  if (at[0] != '0' || (at[1] != 'x' && at[1] != 'X')) return 0;
  at += 2;

  /* Value: mantissa * 2^exponent. Of what does not fit into the mantissa the last bit tells that it is there,
   * which is all that rounding has to know. */
  uint64_t mantissa = 0;
  int64_t exponent = 0;
  int has_digits = 0, has_point = 0;
  for (;; at++) {
    if (*at == '.' && !has_point) {
      has_point = 1;
    } else if (isxdigit((unsigned char)*at)) {
      unsigned digit = (unsigned)digit_value(*at);
      has_digits = 1;
      if (mantissa >> 60 == 0) {
        mantissa = mantissa << 4 | digit;
        exponent -= has_point ? 4 : 0;
      } else {
        mantissa |= digit != 0;
        exponent += has_point ? 0 : 4;
      }
    } else {
      break;
    }
  }
  if (!has_digits) return 0;
  exponent += read_exponent(&at);
  *end = (char *)at;

  double number;
  for (; exponent < LAST_BIT - 2 && mantissa > 1; exponent++) mantissa = mantissa >> 1 | (mantissa & 1);
  if (exponent <= LAST_BIT - 2 && mantissa >> 55 == 0) {
    /* Two bits more than the number will have, so that it is rounded here, once. */
    uint64_t rounded = mantissa >> 2, rest = exponent == LAST_BIT - 2 ? mantissa & 3 : 0;
    rounded += rest == 3 || (rest == 2 && (rounded & 1));
    number = ldexp((double)rounded, LAST_BIT);
  } else {
    number = ldexp((double)mantissa, exponent > 2000 ? 2000 : (int)exponent);
  }
  return is_negative ? -number : number;
}

int hexadecimal_text(char *text, size_t size, const char *format, double number) {
  /* A bit before the point and 48 behind it. Where rounding carries, the digit before the point becomes a two, as
   * it does with any other precision. */
  const int bits = 49;
  int is_carried = 0;
  const char *precision = strchr(format, '.');
  if (precision && strncmp(precision, ".12", 3) == 0 && isfinite(number)) {
    int exponent;
    double digits = rint(ldexp(frexp(number, &exponent), bits));
    is_carried = fabs(digits) == ldexp(1, bits);
    number = ldexp(digits, exponent - bits - is_carried);
  }
  int length = snprintf(text, size, format, number);
  char *point = strpbrk(text, "xX");
  /* Zeros for the width may stand before the digit. */
  if (is_carried && point) strchr(point, '.')[-1] = '2';
  return length;
}
