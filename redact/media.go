package redact

import (
	"slices"
	"strings"
)

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
