package replay

import (
	"net/http"
	"strconv"
	"strings"
)

// partial tells whether a Range header is one we honour: a single range of
// bytes. Others are ignored, as RFC 9110 §14.2 allows.
func partial(header string) bool {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return false
	}
	first, last, ok := strings.Cut(spec, "-")
	return ok && (digits(first) || first == "") && (digits(last) || last == "") && first+last != ""
}

// span is the part of size bytes that a Range header asks for, and the status
// of an answer with it: 200 the whole, 206 a part, 416 nothing.
func span(header string, size int64) (from, n int64, status int) {
	if !partial(header) {
		return 0, size, http.StatusOK
	}
	first, last, _ := strings.Cut(strings.TrimPrefix(header, "bytes="), "-")
	if first == "" { // the last so many bytes
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n > size {
			n = size
		}
		if n == 0 {
			return 0, 0, http.StatusRequestedRangeNotSatisfiable
		}
		return size - n, n, http.StatusPartialContent
	}
	from, err := strconv.ParseInt(first, 10, 64)
	if err != nil || from >= size {
		return 0, 0, http.StatusRequestedRangeNotSatisfiable
	}
	end := size - 1
	if last != "" {
		if to, err := strconv.ParseInt(last, 10, 64); err == nil {
			end = min(end, to)
		}
	}
	if end < from { // "bytes=5-2" is no range at all: the whole
		return 0, size, http.StatusOK
	}
	return from, end - from + 1, http.StatusPartialContent
}

// digits tells whether s is a number without sign.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
