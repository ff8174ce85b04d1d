package redact

import "mime"

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
