// A checksum over a table, byte by byte.
static unsigned table[256];
static unsigned char data[4096];
__attribute__((export_name("run"))) unsigned run(unsigned count) {
  for (unsigned i = 0; i < 256; i++) {
    unsigned c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  for (unsigned i = 0; i < sizeof data; i++) data[i] = i * 31 + 7;
  unsigned crc = ~0u;
  while (count--)
    for (unsigned i = 0; i < sizeof data; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
  return ~crc;
}
