package har

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"runnertape"
)

// text is a body as text.
type text struct {
	text     string
	encoding string // "base64", or "" if text is the content itself
	bytes    int64  // of content in it
	cut      bool   // there is more
	unpacked bool   // the content is not what was on the wire
	note     string // what could not be done
}

// readText reads at most maxBody bytes of a body, without its Content-Encoding if that is known here.
func readText(bodies Bodies, id uint64, side runnertape.Side, coding string, maxBody int64) (text, error) {
	t, err := readCoded(bodies, id, side, coding, maxBody)
	if bad := (unpackError{}); errors.As(err, &bad) {
		t, err = readCoded(bodies, id, side, "", maxBody)
		t.note = bad.Error()
	}
	return t, err
}

func readCoded(bodies Bodies, id uint64, side runnertape.Side, coding string, maxBody int64) (t text, err error) {
	body, err := bodies(id, side)
	if err != nil {
		return t, err
	}
	defer body.Close()
	var r io.Reader = body
	if coding != "" {
		if r, err = unpack(body, coding); err != nil {
			return t, err
		}
		t.unpacked = r != io.Reader(body)
		if !t.unpacked {
			t.note = packedNote + " with " + coding
		}
	}
	content, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		if t.unpacked {
			err = unpackError{coding, err}
		}
		return t, err
	}
	if t.cut = int64(len(content)) > maxBody; t.cut {
		content = content[:maxBody]
	}
	t.text, t.encoding = asText(content, t.cut)
	t.bytes = int64(len(content))
	if t.encoding == "" {
		t.bytes = int64(len(t.text))
	}
	return t, nil
}

// asText is content itself if it is UTF-8, else base64. What was cut may end within a character, which is left out.
func asText(content []byte, cut bool) (s, encoding string) {
	whole := content
	for n := 1; cut && n < utf8.UTFMax && n <= len(content) && !utf8.Valid(whole); n++ {
		whole = content[:len(content)-n]
	}
	if utf8.Valid(whole) {
		return string(whole), ""
	}
	return base64.StdEncoding.EncodeToString(content), "base64"
}

// unpackError says that a body is not what its Content-Encoding says.
type unpackError struct {
	coding string
	reason error
}

// Error implements error.
func (e unpackError) Error() string {
	return fmt.Sprintf("%s, since it is no whole %s: %v", packedNote, e.coding, e.reason)
}

// unpack is r itself if coding is one that is not known here.
func unpack(r io.Reader, coding string) (io.Reader, error) {
	var err error
	unpacked := r
	switch coding {
	case "gzip":
		unpacked, err = gzip.NewReader(r)
	case "deflate":
		unpacked, err = zlib.NewReader(r)
	}
	if err != nil {
		return nil, unpackError{coding, err}
	}
	return unpacked, nil
}

// content is what a text stands for.
func content(s, encoding string) ([]byte, error) {
	if encoding != "base64" {
		return []byte(s), nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("its base64 is broken: %w", err)
	}
	return b, nil
}
