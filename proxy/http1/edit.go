package http1

import (
	"bytes"
)

// Edit appends a copy of head to dst in which the first line is another, unless
// first is "", and each field that change wants changed has the value it gives, or is
// left out if drop is true. All else is as it was, byte by byte, and so is a field that
// has its value already.
func Edit(dst, head []byte, first string, change func(name string) (value string, changed, drop bool)) []byte {
	line, rest := rawLine(head)
	if first == "" {
		dst = append(dst, line...)
	} else {
		dst = append(append(dst, first...), lineEnd(line)...)
	}
	dropped := false
	for len(rest) > 0 {
		line, rest = rawLine(rest)
		if line[0] == ' ' || line[0] == '\t' { // goes on with the field before
			if !dropped {
				dst = append(dst, line...)
			}
			continue
		}
		dropped = false
		name, old, ok := bytes.Cut(line, []byte(":"))
		if !ok { // the empty line
			dst = append(dst, line...)
			continue
		}
		value, changed, drop := change(string(name))
		dropped = changed || drop
		switch {
		case drop:
		case changed && string(bytes.TrimSpace(old)) != value:
			dst = append(append(append(append(dst, name...), ": "...), value...), lineEnd(line)...)
		default:
			dst = append(dst, line...)
		}
	}
	return dst
}

func rawLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n') + 1
	if i == 0 {
		i = len(b)
	}
	return b[:i], b[i:]
}

func lineEnd(line []byte) string {
	if bytes.HasSuffix(line, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
