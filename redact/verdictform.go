package redact

import (
	"bytes"
	"mime"
	"strings"
)

// judgeForm judges a form by the first file in it (RFC 7578). One that goes on without a file is opaque: it would
// have to be held.
func judgeForm(head []byte, boundary string, whole bool) verdict {
	if boundary == "" {
		return judgeFile("", head, whole)
	}
	mark := []byte("--" + boundary)
	rest := head
	for {
		_, after, found := bytes.Cut(rest, mark)
		fields, content, ended := bytes.Cut(after, []byte("\r\n\r\n"))
		if !found || !ended {
			break
		}
		if media, isFile := filePart(string(fields)); isFile {
			content, _, ended := bytes.Cut(content, append([]byte("\r\n"), mark...))
			return judgeFile(media, content, whole || ended)
		}
		rest = content
	}
	switch {
	case !whole:
		return unknown
	case len(head) < maxJudged && isText(head):
		return readable
	}
	return opaque
}

// filePart tells whether a part of a form is a file, and of which media type.
func filePart(head string) (media string, isFile bool) {
	for line := range strings.SplitSeq(head, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "content-disposition":
			isFile = strings.Contains(strings.ToLower(value), "filename")
		case "content-type":
			media, _, _ = mime.ParseMediaType(value)
		}
	}
	return media, isFile
}
