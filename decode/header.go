package decode

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"

	"runnertape"
)

// ParseContentRange reads the Content-Range of a patch: "START-END", both
// inclusive, without unit and total, so not the one of RFC 9110. Like the
// server it only splits at "-" and takes the digits at the front ("0-4/5" is
// fine); an end that is missing or no number counts as start, since the server
// does not read it (GitLab app/services/ci/append_build_trace_service.rb).
func ParseContentRange(s string) (start, end int64, ok bool) {
	first, second, _ := strings.Cut(s, "-")
	start, ok = leadingNumber(first)
	if !ok {
		return 0, 0, false
	}
	end, ok = leadingNumber(second)
	if !ok {
		end = start
	}
	return start, end, true
}

// ParseRange reads the Range of an answer to a patch: "0-SIZE", where SIZE is
// the number of bytes the upstream holds, an exclusive end (gitlab-runner
// network/patch_response.go NewOffset).
func ParseRange(s string) (size int64, ok bool) {
	first, second, found := strings.Cut(strings.TrimSpace(s), "-")
	if _, err := strconv.ParseUint(first, 10, 63); !found || err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(second, 10, 63)
	if err != nil {
		return 0, false
	}
	return int64(n), true
}

// leadingNumber reads the decimal digits at the front, after blanks.
func leadingNumber(s string) (int64, bool) {
	s = strings.TrimLeft(s, " \t")
	digits := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(s)
	}
	n, err := strconv.ParseUint(s[:digits], 10, 63)
	return int64(n), err == nil
}

// Plain is body without the content coding h tells of, at most limit bytes of
// it. With the error comes as much as could be read: all there is of a body
// that was cut, or body itself if the coding is another than gzip.
func Plain(h runnertape.Header, body []byte, limit int64) ([]byte, error) {
	coding := h.ContentCoding()
	switch coding {
	case "":
		if int64(len(body)) > limit {
			return body[:limit], fmt.Errorf("body is longer than %d bytes", limit)
		}
		return body, nil
	case "gzip":
	default:
		return body, fmt.Errorf("content coding %s is not known", quote(coding))
	}
	if len(body) == 0 {
		return body, nil
	}
	unzip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("unpack body: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(unzip, limit+1))
	switch {
	case int64(len(plain)) > limit:
		return plain[:limit], fmt.Errorf("body is longer than %d bytes unpacked", limit)
	case err != nil:
		return plain, fmt.Errorf("unpack body: %w", err)
	}
	return plain, nil
}
