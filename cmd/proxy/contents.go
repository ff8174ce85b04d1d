package main

import (
	"net/url"
	"slices"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
)

// jsonContents is what one body of an exchange holds: a contract, described field by field in docs/json.md.
type jsonContents struct {
	Side      runnertape.Side   `json:"side"`
	Parts     []contents.Part   `json:"parts,omitempty"`
	MoreParts int64             `json:"more_parts,omitempty"`
	Archive   *contents.Archive `json:"archive,omitempty"`
	Git       *contents.Git     `json:"git,omitempty"`
	Faults    []string          `json:"faults,omitempty"`
}

// wholeBytes is the largest form that is read as a whole, which gives the digest of its parts; of
// a larger one its begin and end are.
const wholeBytes = 256 << 20

// contentsOf looks into the bodies of an exchange that moves artifacts or caches, or speaks with git: what the request
// holds, what the response holds, each only if it holds something. For other exchanges there is nothing. What is wrong
// with a body is in Faults; the error is one of reading the recording.
func contentsOf(src recording, x *runnertape.Exchange) ([]*jsonContents, error) {
	if x.Decoded == nil {
		return nil, nil
	}
	switch x.Decoded.Endpoint {
	case string(decode.UploadArtifacts):
		return one(formContents(src, x))
	case string(decode.DownloadArtifacts), string(decode.ObjectStorage):
		return one(downloadContents(src, x))
	case string(decode.Cache):
		return one(cacheContents(src, x))
	case string(decode.Git):
		return gitContents(src, x)
	}
	return nil, nil
}

func one(c *jsonContents, err error) ([]*jsonContents, error) {
	if c == nil || err != nil {
		return nil, err
	}
	return []*jsonContents{c}, nil
}

// formOf reads the form of an upload; whole tells whether it is to be read from end to end, however large.
func formOf(src recording, x *runnertape.Exchange, whole bool) (*contents.Form, error) {
	open := contents.OfBody(src, x.ID, runnertape.RequestSide)
	contentType := x.Request.Header.Get("Content-Type")
	if whole || x.Request.Body.Stored <= wholeBytes {
		return contents.ReadForm(open, contentType)
	}
	return contents.FormEnds(open, x.Request.Body.Stored, contentType)
}

// dropped is what is said of an opaque body that was not kept.
func dropped(side runnertape.Side, b *runnertape.Body) *jsonContents {
	return &jsonContents{Side: side, Faults: []string{whyDropped(b)}}
}

func formContents(src recording, x *runnertape.Exchange) (*jsonContents, error) {
	switch body := &x.Request.Body; {
	case body.Dropped():
		return dropped(runnertape.RequestSide, body), nil
	case body.Stored == 0:
		return nil, nil // it was led elsewhere, or refused, before it came
	}
	form, err := formOf(src, x, false)
	if err != nil {
		return nil, err
	}
	c := &jsonContents{Side: runnertape.RequestSide, Parts: form.Parts, MoreParts: form.More, Faults: form.Faults}
	if i := filePart(form); i >= 0 {
		part := form.Parts[i]
		file := contents.Section(contents.OfBody(src, x.ID, runnertape.RequestSide), part.Offset)
		c.Archive, err = contents.ReadArchive(file, part.Bytes, artifactFormat(x))
	}
	return c, err
}

// filePart is the part that is the artifact: the one that is named so, as GitLab reads it. -1 if there is none.
func filePart(form *contents.Form) int {
	return slices.IndexFunc(form.Parts, func(p contents.Part) bool { return p.Name == "file" })
}

// artifactFormat is what an upload says its file is; without a word it is "zip".
func artifactFormat(x *runnertape.Exchange) string {
	query, err := url.ParseQuery(x.Request.Query())
	if err != nil {
		return ""
	}
	return query.Get("artifact_format")
}

// cacheContents are what is in a cache that was uploaded or downloaded at once.
func cacheContents(src recording, x *runnertape.Exchange) (*jsonContents, error) {
	if x.Request.Method != "PUT" {
		return downloadContents(src, x)
	}
	m, _ := decode.ParseMessage(x.Decoded)
	cache, ok := m.(*decode.CacheMessage)
	switch body := &x.Request.Body; {
	case !ok, cache.Block != "", body.Bytes == 0:
		return nil, nil // a piece of an archive has no list
	case body.Dropped():
		return dropped(runnertape.RequestSide, body), nil
	case body.Stored == 0:
		return nil, nil
	}
	return archiveContents(src, x, runnertape.RequestSide)
}

func downloadContents(src recording, x *runnertape.Exchange) (*jsonContents, error) {
	if x.Status() != 200 || x.Request.Method != "GET" {
		return nil, nil // a part of a file (206) has no list
	}
	switch body := &x.Response.Body; {
	case body.Dropped():
		return dropped(runnertape.ResponseSide, body), nil
	case body.Stored == 0:
		return nil, nil
	}
	return archiveContents(src, x, runnertape.ResponseSide)
}

// archiveContents are what is in the archive that a body is.
func archiveContents(src recording, x *runnertape.Exchange, side runnertape.Side) (*jsonContents, error) {
	h, body := sideOf(x, side)
	c := &jsonContents{Side: side}
	open := contents.OfBody(src, x.ID, side)
	format, err := contents.Sniff(open)
	if err != nil || format == contents.Raw && x.Decoded.Endpoint != string(decode.DownloadArtifacts) {
		return nil, err // a storage has more than archives
	}
	if coding := h.ContentCoding(); coding != "" {
		c.Faults = []string{"it is packed on its way (" + coding + "), and was not looked into"}
		return c, nil
	}
	c.Archive, err = contents.ReadArchive(open, body.Stored, "")
	return c, err
}

func gitContents(src recording, x *runnertape.Exchange) ([]*jsonContents, error) {
	var both []*jsonContents
	service := decode.Classify(x.Request.Method, x.Request.Path()).Service
	if service != "info/refs" && service != "git-upload-pack" && service != "git-receive-pack" {
		return nil, nil // of LFS the message says what there is
	}
	sha256 := false
	look := func(side runnertape.Side, h runnertape.Header, b runnertape.Body) error {
		if b.Dropped() {
			both = append(both, dropped(side, &b))
		}
		if b.Stored == 0 {
			return nil
		}
		git, err := contents.ReadGit(contents.OfBody(src, x.ID, side), h.ContentCoding(), sha256)
		if err != nil {
			return err
		}
		sha256 = slices.Contains(git.Capabilities, "object-format=sha256")
		both = append(both, &jsonContents{Side: side, Git: git})
		return nil
	}
	if err := look(runnertape.RequestSide, x.Request.Header, x.Request.Body); err != nil {
		return nil, err
	}
	if x.Status() == 200 {
		if err := look(runnertape.ResponseSide, x.Response.Header, x.Response.Body); err != nil {
			return nil, err
		}
	}
	return both, nil
}
