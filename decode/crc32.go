package decode

import "hash/crc32"

// combineCRC32 is the CRC-32 (IEEE) of two runs of bytes, the one behind the other,
// of which only the checksums are known, and of the second how many bytes it has.
// It is crc32_combine of zlib (crc32.c): a checksum is a polynomial over GF(2), and
// bytes behind it multiply it with a power of x.
func combineCRC32(first, second uint32, bytes int64) uint32 {
	power, square := uint32(1)<<31, uint32(1)<<23 // x⁰, x⁸: the highest bit is the lowest power
	for ; bytes > 0; bytes >>= 1 {
		if bytes&1 != 0 {
			power = multiplyCRC32(power, square)
		}
		square = multiplyCRC32(square, square)
	}
	return multiplyCRC32(power, first) ^ second
}

// multiplyCRC32 is a·b modulo the polynomial of the checksum.
func multiplyCRC32(a, b uint32) uint32 {
	var product uint32
	for ; a != 0; a <<= 1 {
		if a>>31 != 0 {
			product ^= b
		}
		low := b & 1
		if b >>= 1; low != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}
