package redact

import (
	"bytes"
	"mime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// verdict is whether a body can be searched for secrets.
type verdict uint8

const (
	unknown  verdict = iota // not enough of it is there
	readable                // as it is
	opaque                  // what is in it is packed
)

// sampleBytes are the first bytes by which a file is judged. A tar shows itself in bytes 257 to 261.
const sampleBytes = 512

// judge judges a body by its content type and its first bytes. Whole tells that there are no more, or that no more are
// to be asked for: then it is not unknown.
func judge(contentType string, head []byte, whole bool) verdict {
	media, params, _ := mime.ParseMediaType(contentType)
	switch media {
	case "multipart/form-data":
		return judgeForm(head, params["boundary"], whole)
	case "application/x-git-upload-pack-result":
		return judgeGit(head, whole, true)
	case "application/x-git-receive-pack-request":
		return judgeGit(head, whole, false)
	}
	return judgeFile(media, head, whole)
}

// judgeFile judges a file. It is opaque if its type or its beginning says so, and if it is not text without being
// said to be: of what is packed in another way, or is the middle of an archive, nothing else can be seen.
func judgeFile(media string, head []byte, whole bool) verdict {
	head = head[:min(len(head), sampleBytes)]
	switch {
	case len(head) < sampleBytes && !whole:
		return unknown
	case len(head) == 0:
		return readable
	case namesPacked(media) || beginsPacked(head):
		return opaque
	case !namesText(media) && !isText(head):
		return opaque
	}
	return readable
}

// packedMedia are words in the names of media types of archives; those of images, sounds and films are packed
// nearly always.
var packedMedia = []string{
	"zip", "gzip", "bzip", "bzip2", "zstd", "xz", "lzma", "lzip", "lz4", "compress", "compressed", "tar", "rar", "archive", "packed", "loose",
}

func namesPacked(media string) bool {
	kind, name, _ := strings.Cut(media, "/")
	switch kind {
	case "image":
		return !strings.HasSuffix(name, "+xml")
	case "audio", "video":
		return true
	case "application":
		for word := range strings.FieldsFuncSeq(name, func(c rune) bool { return strings.ContainsRune(".-+", c) }) {
			if slices.Contains(packedMedia, word) {
				return !namesText(media)
			}
		}
	}
	return false
}

// namesText tells of media types that are text, or, as git's, are known to have no pack in them here.
func namesText(media string) bool {
	kind, name, _ := strings.Cut(media, "/")
	if kind == "text" || strings.HasSuffix(name, "+xml") || strings.HasSuffix(name, "+json") {
		return true
	}
	if git, ok := strings.CutPrefix(name, "x-git-"); ok {
		return strings.HasSuffix(git, "-advertisement") || strings.HasSuffix(git, "-request") || strings.HasSuffix(git, "-result")
	}
	return kind == "application" && slices.Contains([]string{"json", "xml", "yaml", "x-yaml", "javascript", "x-www-form-urlencoded", "x-sh", "toml", "graphql"}, name)
}

// beginnings are those of packed files.
var beginnings = []string{
	"PK\x03\x04", "PK\x05\x06", "PK\x07\x08", // zip
	"\x1f\x8b",         // gzip (RFC 1952)
	"\x28\xb5\x2f\xfd", // zstd (RFC 8878)
	"\xfd7zXZ\x00", "7z\xbc\xaf\x27\x1c", "LZIP", "\x04\x22\x4d\x18", "\x1f\x9d", "\x5d\x00\x00", "Rar!\x1a\x07",
	"PACK\x00\x00\x00\x02", "PACK\x00\x00\x00\x03", // gitformat-pack(5)
	"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "%PDF-", "!<arch>\n",
}

func beginsPacked(head []byte) bool {
	for _, b := range beginnings {
		if len(head) >= len(b) && string(head[:len(b)]) == b {
			return true
		}
	}
	switch {
	case len(head) >= 10 && string(head[:3]) == "BZh" && (string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17rE8P\x90"): // bzip2
		return true
	case len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18": // zstd, a frame to be skipped
		return true
	}
	return len(head) >= 262 && string(head[257:262]) == "ustar"
}

// isText tells whether the beginning of a file is text. The last character may be cut off.
func isText(head []byte) bool {
	for len(head) > 0 {
		c, n := utf8.DecodeRune(head)
		if c == utf8.RuneError && n == 1 {
			return !utf8.FullRune(head) && len(head) < utf8.UTFMax
		}
		if c < ' ' && !strings.ContainsRune("\t\n\v\f\r\b\x1b", c) {
			return false
		}
		head = head[n:]
	}
	return true
}

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

// judgeGit judges what git sends, pkt-lines with or without a pack (gitprotocol-pack(5), gitprotocol-v2(5)). Of an answer
// that goes on without one the last line tells: a list of refs can be longer than what is held.
func judgeGit(head []byte, whole, answer bool) verdict {
	refs, long := false, len(head) >= maxJudged
	for len(head) >= 4 {
		n, err := strconv.ParseUint(string(head[:4]), 16, 16)
		switch {
		case err != nil: // PACK, or no git at all
			return judgeFile("", head, true)
		case n < 4: // a flush or another delimiter
			head = head[4:]
			continue
		}
		line := head[4:min(len(head), int(n))]
		if answer && (len(line) > 0 && line[0] <= 3 || bytes.HasPrefix(line, []byte("packfile"))) { // a side-band, or what announces it
			return opaque
		}
		if len(head) < int(n) {
			break
		}
		refs = isObjectID(line)
		head = head[n:]
	}
	switch {
	case !whole:
		return unknown
	case long && !(answer && refs):
		return opaque
	}
	return readable
}

// isObjectID tells whether a line of git begins with the name of an object.
func isObjectID(line []byte) bool {
	return len(line) > 40 && strings.Trim(string(line[:40]), "0123456789abcdef") == ""
}
