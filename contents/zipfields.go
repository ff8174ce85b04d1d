package contents

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"time"
)

// eachExtra gives the extra fields (§4.5.1) as far as they are whole.
func eachExtra(b []byte, f func(id uint16, field []byte)) {
	for len(b) >= 4 {
		n := int(binary.LittleEndian.Uint16(b[2:]))
		if n > len(b)-4 {
			return
		}
		f(binary.LittleEndian.Uint16(b), b[4:4+n])
		b = b[4+n:]
	}
}

// dosTime is a time of MS-DOS (§4.4.6), which has two seconds and no zone: it is taken for UTC. Zero if
// there is none.
func dosTime(date, clock uint16) time.Time {
	if date == 0 {
		return time.Time{}
	}
	return time.Date(1980+int(date>>9), time.Month(date>>5&15), int(date&31), int(clock>>11), int(clock>>5&63), int(clock&31)*2, 0, time.UTC)
}

// methodName says how an entry is packed (§4.4.5).
func methodName(method uint16) string {
	switch method {
	case zip.Store:
		return "stored"
	case zip.Deflate:
		return "deflate"
	case 9:
		return "deflate64"
	case 12:
		return "bzip2"
	case 14:
		return "lzma"
	case 93: // of gitlab-runner's zipzstd
		return "zstd"
	case 95:
		return "xz"
	case 99:
		return "encrypted"
	}
	return fmt.Sprintf("method %d", method)
}
