package decode

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"strings"
)

// partHead is what stands before the content of a multipart body's first part.
type partHead struct {
	name, filename string // of Content-Disposition
	contentType    string // of the part
	size           int64  // bytes up to the content
	tail           int64  // bytes after it, if it is the only part
}

// parsePartHead reads the head of the first part (RFC 2046 §5.1.1, RFC 7578)
// from as much of the body as there is.
func parsePartHead(contentType string, body []byte) (partHead, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "multipart/form-data" {
		return partHead{}, fmt.Errorf("content type %s is not multipart/form-data", quote(contentType))
	}
	open := "--" + params["boundary"] + "\r\n"
	if params["boundary"] == "" || !bytes.HasPrefix(body, []byte(open)) {
		return partHead{}, errors.New("body does not begin with the boundary")
	}
	end := bytes.Index(body[len(open)-2:], []byte("\r\n\r\n")) // the boundary's own line end may be the first half
	if end < 0 {
		return partHead{}, errors.New("head of the first part has no end")
	}
	head := partHead{
		size: int64(len(open) - 2 + end + 4),
		tail: int64(len("\r\n" + "--" + params["boundary"] + "--" + "\r\n")),
	}
	for line := range strings.SplitSeq(string(body[len(open):max(len(open), len(open)-2+end)]), "\r\n") {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(key) {
		case "content-type":
			head.contentType = value
		case "content-disposition":
			_, params, err := mime.ParseMediaType(value)
			if err != nil {
				return head, fmt.Errorf("part has Content-Disposition %s: %w", quote(value), err)
			}
			head.name, head.filename = params["name"], params["filename"]
		}
	}
	return head, nil
}
